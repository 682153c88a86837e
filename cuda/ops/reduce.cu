// The reductions whose state is one number.

#include "cresset/cuda/ops/reduce.cuh"
#include "cresset/tensor/ops/reduce_defs.h"

namespace cresset::internal::cuda {
namespace {

template <class Op, class V>
class OneState {
 public:
  using Value = V;
  using State = V;

  __device__ explicit OneState(const unsigned char* op)
      : op_(*reinterpret_cast<const Op*>(op)) {}

  __device__ V start() const { return Op::template identity<V>(); }

  template <int N>
  __device__ void add(V& state, const V (&x)[N], const int64_t (&)[N],
                      const bool (&there)[N]) const {
    V y[N];
#pragma unroll
    for (int i = 0; i < N; ++i) {
      y[i] = there[i] ? op_.template map<V>(x[i]) : start();
    }
#pragma unroll
    for (int width = N / 2; width > 0; width /= 2) {
#pragma unroll
      for (int i = 0; i < width; ++i) join(y[i], y[i + width]);
    }
    join(state, y[0]);
  }

  __device__ void join(V& state, const V& other) const {
    state = op_.template combine<V>(state, other);
  }

  __device__ void finish(const V& state, void* first, void*, int64_t i) const {
    static_cast<V*>(first)[i] = op_.template finish<V>(state);
  }

 private:
  const Op op_;
};

template <class Op>
ReduceTableRow row_of() {
  static_assert(sizeof(Op) <= kMaxReduceOpBytes);
  ReduceTableRow row = {sizeof(Op),
                        {reduce_kernel_of<OneState<Op, float>>,
                         reduce_kernel_of<OneState<Op, double>>, nullptr},
                        {sizeof(float), sizeof(double), sizeof(int64_t)}};
  if constexpr (Op::kDomain == Domain::kNumber) {
    row.functions[2] = reduce_kernel_of<OneState<Op, int64_t>>;
  }
  return row;
}

template <class... Ops>
const ReduceTableRow* table_of(OpList<Ops...>) {
  static const ReduceTableRow kRows[] = {row_of<Ops>()...};
  return kRows;
}

}  // namespace

const ReduceTableRow* reduce_table() { return table_of(ReduceOps()); }

}  // namespace cresset::internal::cuda
