// The reductions whose state is more than one number: where the extreme is,
// log-sum-exp, moments.

#include "cresset/cuda/ops/reduce.cuh"
#include "cresset/tensor/ops/reduce_defs.h"

namespace cresset::internal::cuda {
namespace {

// The extreme element and where it first is. `Extreme` is Max or Min.
template <class Extreme, class V>
struct ArgReducer {
  using Value = V;
  struct State {
    V value;
    int64_t place;  // negative if there is no element yet
  };

  __device__ explicit ArgReducer(const unsigned char*) {}

  __device__ State start() const {
    return {Extreme::template identity<V>(), -1};
  }

  template <int N>
  __device__ void add(State& state, const V (&x)[N], const int64_t (&place)[N],
                      const bool (&there)[N]) const {
#pragma unroll
    for (int i = 0; i < N; ++i) {
      if (there[i]) join(state, {x[i], place[i]});
    }
  }

  __device__ void join(State& a, const State& b) const {
    if (b.place < 0) return;
    if (a.place < 0 || beats(b, a)) a = b;
  }

  __device__ void finish(const State& state, void* first, void* second,
                         int64_t i) const {
    static_cast<V*>(first)[i] = state.value;
    static_cast<int64_t*>(second)[i] = state.place;
  }

 private:
  // A NaN counts as extreme; of equal elements the first one does.
  __device__ static bool beats(const State& b, const State& a) {
    const bool a_is_nan = a.value != a.value, b_is_nan = b.value != b.value;
    if (a_is_nan || b_is_nan) {
      return b_is_nan && (!a_is_nan || b.place < a.place);
    }
    if (a.value == b.value) return b.place < a.place;
    return Extreme().template combine<V>(a.value, b.value) == b.value;
  }
};

// The largest element and the sum of exp(x - largest). An infinite maximum
// counts as zero in the exponent.
template <class V>
struct LogSumExpReducer {
  using Value = V;
  struct State {
    V largest;
    V sum;
  };

  __device__ explicit LogSumExpReducer(const unsigned char*) {}

  __device__ State start() const { return {lowest_of<V>(), 0}; }

  template <int N>
  __device__ void add(State& state, const V (&x)[N], const int64_t (&)[N],
                      const bool (&there)[N]) const {
    State batch = start();
#pragma unroll
    for (int i = 0; i < N; ++i) {
      if (there[i]) batch.largest = larger(batch.largest, x[i]);
    }
    const V from = shift(batch.largest);
#pragma unroll
    for (int i = 0; i < N; ++i) {
      if (there[i]) batch.sum += math::exp(x[i] - from);
    }
    join(state, batch);
  }

  __device__ void join(State& a, const State& b) const {
    const V top = larger(a.largest, b.largest);
    const V from = shift(top);
    const V scale_a = a.largest == top ? V{1} : math::exp(a.largest - from);
    const V scale_b = b.largest == top ? V{1} : math::exp(b.largest - from);
    a.sum = a.sum * scale_a + b.sum * scale_b;
    a.largest = top;
  }

  __device__ void finish(const State& state, void* first, void*,
                         int64_t i) const {
    static_cast<V*>(first)[i] = math::log(state.sum) + shift(state.largest);
  }

 private:
  __device__ static V shift(V largest) {
    return math::isinf(largest) ? V{0} : largest;
  }
  __device__ static V larger(V a, V b) { return Max().combine(a, b); }
};

// Count, mean and sum of squared distances from the mean; joined by the
// formula of Chan, Golub and LeVeque.
template <class V>
struct MomentsReducer {
  using Value = V;
  struct State {
    V count;
    V mean;
    V squares;
  };

  __device__ explicit MomentsReducer(const unsigned char* op)
      : op_(*reinterpret_cast<const Moments*>(op)) {}

  __device__ State start() const { return {0, 0, 0}; }

  template <int N>
  __device__ void add(State& state, const V (&x)[N], const int64_t (&)[N],
                      const bool (&there)[N]) const {
    State batch = start();
#pragma unroll
    for (int i = 0; i < N; ++i) {
      if (!there[i]) continue;
      batch.count += V{1};
      batch.mean += x[i];
    }
    batch.mean /= batch.count;
#pragma unroll
    for (int i = 0; i < N; ++i) {
      const V distance = x[i] - batch.mean;
      if (there[i]) batch.squares += distance * distance;
    }
    join(state, batch);
  }

  __device__ void join(State& a, const State& b) const {
    if (b.count == 0) return;
    const V count = a.count + b.count;
    const V distance = b.mean - a.mean;
    const V share = b.count / count;
    a.squares += b.squares + distance * distance * share * a.count;
    a.mean += distance * share;
    a.count = count;
  }

  __device__ void finish(const State& state, void* first, void* second,
                         int64_t i) const {
    const V correction = static_cast<V>(op_.correction);
    const V left = state.count > correction ? state.count - correction : V{0};
    const V var = state.squares / left;
    static_cast<V*>(first)[i] = op_.take_sqrt ? math::sqrt(var) : var;
    static_cast<V*>(second)[i] = state.mean;
  }

 private:
  const Moments op_;
};

template <class F, class D>
ReduceTableRow floating_row(size_t op_bytes) {
  return {op_bytes,
          {reduce_kernel_of<F>, reduce_kernel_of<D>, nullptr},
          {sizeof(typename F::State), sizeof(typename D::State), 0}};
}

template <class Extreme>
ReduceTableRow arg_row() {
  using I = ArgReducer<Extreme, int64_t>;
  ReduceTableRow row =
      floating_row<ArgReducer<Extreme, float>, ArgReducer<Extreme, double>>(1);
  row.functions[2] = reduce_kernel_of<I>;
  row.state_bytes[2] = sizeof(typename I::State);
  return row;
}

}  // namespace

const ReduceTableRow* state_reduce_table() {
  static_assert(sizeof(Moments) <= kMaxReduceOpBytes);
  static_assert(StateReduceOps::index<ArgMax>() == 0 &&
                StateReduceOps::index<ArgMin>() == 1 &&
                StateReduceOps::index<LogSumExp>() == 2 &&
                StateReduceOps::index<Moments>() == 3);
  static const ReduceTableRow kRows[] = {
      arg_row<Max>(), arg_row<Min>(),
      floating_row<LogSumExpReducer<float>, LogSumExpReducer<double>>(1),
      floating_row<MomentsReducer<float>, MomentsReducer<double>>(
          sizeof(Moments))};
  return kRows;
}

}  // namespace cresset::internal::cuda
