// Functions that run around a module's forward().

#ifndef CRESSET_NN_HOOKS_H_
#define CRESSET_NN_HOOKS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "cresset/tensor/core/tensor.h"

namespace cresset::nn {

class Module;

/// Gets the input before forward(); a defined result replaces it.
using ForwardPreHook = std::function<Tensor(Module&, const Tensor& input)>;
/// Gets input and output after forward(); a defined result replaces the output.
using ForwardHook =
    std::function<Tensor(Module&, const Tensor& input, const Tensor& output)>;

/// What a module keeps of its hooks.
struct Hooks {
  struct Entry {
    uint64_t id;
    ForwardPreHook before;
    ForwardHook after;
  };
  std::vector<Entry> entries;
  uint64_t next_id = 0;
};

/// Takes a hook away again; may outlive the module.
/// Torch: torch.utils.hooks.RemovableHandle
class RemovableHandle {
 public:
  RemovableHandle() = default;
  RemovableHandle(const std::shared_ptr<Hooks>& hooks, uint64_t id)
      : hooks_(hooks), id_(id) {}
  void remove() const {
    if (const auto hooks = hooks_.lock()) {
      std::erase_if(hooks->entries,
                    [id = id_](const auto& e) { return e.id == id; });
    }
  }

 private:
  std::weak_ptr<Hooks> hooks_;
  uint64_t id_ = 0;
};

/// A hook that returns nothing, as one that returns an undefined tensor.
template <class Hook, class F>
Hook as_hook(F&& f) {
  return [f = std::forward<F>(f)](auto&... args) mutable -> Tensor {
    if constexpr (std::is_void_v<decltype(f(args...))>) {
      f(args...);
      return Tensor();
    } else {
      return f(args...);
    }
  };
}

}  // namespace cresset::nn

#endif  // CRESSET_NN_HOOKS_H_
