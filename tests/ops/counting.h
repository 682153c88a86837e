// Counting tensors and gradient checks for ops that move elements.

#ifndef CRESSET_TESTS_OPS_COUNTING_H_
#define CRESSET_TESTS_OPS_COUNTING_H_

#include <vector>

#include "cresset/tensor/autograd/gradcheck.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/view.h"

namespace cresset {

using Tensors = std::vector<Tensor>;

// 0, 1, 2, ... in float64.
inline Tensor counting(IntSpan shape) {
  return reshape(arange(numel_of(shape), {.dtype = float64}), shape);
}

inline Tensor leaf(IntSpan shape) {
  return mul(add(counting(shape), 1), 0.3).requires_grad_();
}

// First and second derivatives of f. The square makes them depend on x.
template <class F>
void check_gradients(F f, IntSpan shape) {
  gradcheck_all(
      [&](const Tensors& in) {
        const Tensor y = f(in[0]);
        return mul(y, y);
      },
      {leaf(shape)});
}

}  // namespace cresset

#endif  // CRESSET_TESTS_OPS_COUNTING_H_
