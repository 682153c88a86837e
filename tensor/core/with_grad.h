// How an op joins its result to the tape.
//
//   return with_grad("tanh", y, {x}, [y = keep_output(y)](const Tensor& g) {
//     return g * (1 - y() * y());
//   });
//
// The function gets the gradient of the result and returns that of the one
// input, or fills `Grads` for several inputs:
//
//   [a = keep(a), b = keep(b)](const Tensor& g, Grads& grads) {
//     if (grads.needs(0)) grads[0] = g * b();
//     if (grads.needs(1)) grads[1] = g * a();
//   }
//
// It is written with public ops, so that second derivatives come for free when
// the caller asks for create_graph. Nothing is stored when no input wants a
// gradient. Names are PyTorch's without the trailing number: "TanhBackward".

#ifndef CRESSET_TENSOR_CORE_WITH_GRAD_H_
#define CRESSET_TENSOR_CORE_WITH_GRAD_H_

#include <span>
#include <utility>
#include <vector>

#include "cresset/tensor/core/node.h"

namespace cresset::internal {

template <class Inputs, class F>
void record(const char* name, std::span<const Tensor> outputs,
            const Inputs& inputs, F&& function) {
  const Ref<Node> node(new FunctionNode<std::decay_t<F>>(
      name, inputs, std::forward<F>(function)));
  for (const Tensor& output : outputs) join(output, node);
}

// One result; `inputs` is a braced list.
template <class F>
Tensor with_grad(const char* name, Tensor y, TensorRefs inputs, F&& function) {
  if (any_wants_grad(inputs)) {
    record(name, {&y, 1}, inputs, std::forward<F>(function));
  }
  return y;
}

// One result; inputs known at run time (cat, stack).
template <class F>
Tensor with_grad(const char* name, Tensor y, std::span<const Tensor> inputs,
                 F&& function) {
  if (any_wants_grad(inputs)) {
    record(name, {&y, 1}, inputs, std::forward<F>(function));
  }
  return y;
}

// Several results: the function gets a span of gradients, undefined where no
// gradient arrived. Results that are not differentiable (indices) stay out.
template <class F>
void with_grads(const char* name, std::span<const Tensor> outputs,
                TensorRefs inputs, F&& function) {
  if (any_wants_grad(inputs)) {
    record(name, outputs, inputs, std::forward<F>(function));
  }
}

// A result that views the storage of `x`. The view follows later in-place
// changes of x's storage, and x those of the view, as in PyTorch.
template <class F>
Tensor with_view_grad(const char* name, const Tensor& x, Tensor y,
                      F&& function);
void follow_base(const Tensor& x, const Tensor& y);

template <class F>
Tensor with_view_grad(const char* name, const Tensor& x, Tensor y,
                      F&& function) {
  if (!recording()) return y;
  follow_base(x, y);
  if (wants_grad(x)) {
    const TensorRefs inputs = {x};
    record(name, {&y, 1}, inputs, std::forward<F>(function));
  }
  return y;
}

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_CORE_WITH_GRAD_H_
