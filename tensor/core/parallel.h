// The thread pool behind all CPU kernels.
//
// One pool for the process, made at the first parallel call. The caller works
// too, so `n` threads means n - 1 workers. A parallel call inside a parallel
// call runs in its caller's thread. Workers wait a short while awake and then
// sleep, so an idle pool costs nothing.

#ifndef CRESSET_TENSOR_CORE_PARALLEL_H_
#define CRESSET_TENSOR_CORE_PARALLEL_H_

#include <cstdint>
#include <type_traits>

namespace cresset {

/// Threads used by one CPU op. At start: the cores this process may run on, or
/// the environment variable CRESSET_NUM_THREADS.
/// Torch: torch.get_num_threads(), torch.set_num_threads(n)
int get_num_threads();

/// Errors: kValue if n < 1.
void set_num_threads(int n);

namespace internal {

// A reference to a callable; it must outlive the call it is passed to.
template <class Signature>
class FunctionRef;

template <class R, class... Args>
class FunctionRef<R(Args...)> {
 public:
  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, FunctionRef>)
      FunctionRef(F&& f)  // NOLINT
      : object_(const_cast<void*>(static_cast<const void*>(&f))),
        call_([](void* object, Args... args) -> R {
          return (*static_cast<std::remove_reference_t<F>*>(object))(args...);
        }) {}
  R operator()(Args... args) const { return call_(object_, args...); }

 private:
  void* object_;
  R (*call_)(void*, Args...);
};

void parallel_run(int64_t begin, int64_t end, int64_t grain,
                  FunctionRef<void(int64_t, int64_t)> body);

}  // namespace internal

/// Calls body(first, last) for pieces that tile [begin, end), on several
/// threads if the range is longer than `grain`. Every piece but the last is a
/// multiple of `grain` long and starts at begin + a multiple of it, so results
/// that depend only on grain-sized blocks do not depend on the thread count.
///
/// Errors: the first exception thrown by `body`, after all pieces ended.
/// Threads: may be called from any thread, and inside `body`.
template <class F>
void parallel_for(int64_t begin, int64_t end, int64_t grain, F&& body) {
  if (end - begin <= grain) {
    if (begin < end) body(begin, end);
    return;
  }
  internal::parallel_run(begin, end, grain, body);
}

}  // namespace cresset

#endif  // CRESSET_TENSOR_CORE_PARALLEL_H_
