// The gradients of recurrent layers by ops, for second derivatives.

#include <utility>
#include <vector>

#include "cresset/tensor/ops/activation.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/combine.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/matmul.h"
#include "cresset/tensor/ops/recurrent.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tensor/ops/view.h"

namespace cresset::internal {
namespace {

// One step: the gates as cell_defs.h keeps them, the states before and after.
struct Step {
  std::vector<Tensor> gate;
  Tensor h, c, new_h, new_c;
};

Step run_step(Cell cell, const Tensor& x, const Tensor& u, const Tensor& h,
              const Tensor& c) {
  Step s;
  s.h = h;
  s.c = c;
  if (cell == Cell::kLstm) {
    const std::vector<Tensor> sums = chunk(add(x, u), 4, -1);
    s.gate = {sigmoid(sums[0]), sigmoid(sums[1]), tanh(sums[2]),
              sigmoid(sums[3])};
    s.new_c = add(mul(s.gate[1], c), mul(s.gate[0], s.gate[2]));
    s.new_h = mul(s.gate[3], tanh(s.new_c));
  } else if (cell == Cell::kGru) {
    const std::vector<Tensor> in = chunk(x, 3, -1), state = chunk(u, 3, -1);
    s.gate = {sigmoid(add(in[0], state[0])), sigmoid(add(in[1], state[1]))};
    s.gate.push_back(tanh(add(in[2], mul(s.gate[0], state[2]))));
    s.gate.push_back(state[2]);
    s.new_h = add(s.gate[2], mul(s.gate[1], sub(h, s.gate[2])));
  } else {
    s.new_h = cell == Cell::kTanh ? tanh(add(x, u)) : relu(add(x, u));
  }
  return s;
}

// g * y * (1 - y), the gradient of a sigmoid.
Tensor sigmoid_grad(const Tensor& g, const Tensor& y) {
  return mul(mul(g, y), sub(1, y));
}
Tensor tanh_grad(const Tensor& g, const Tensor& y) {
  return mul(g, sub(1, mul(y, y)));
}

// From the gradients of the states after a step to those of x and u; g_h
// becomes what goes to h past the gates, undefined if nothing does.
std::pair<Tensor, Tensor> step_grads(Cell cell, const Step& s, Tensor& g_h,
                                     Tensor& g_c) {
  const Tensor g = std::exchange(g_h, Tensor());
  if (cell == Cell::kLstm) {
    const Tensor t = tanh(s.new_c);
    const Tensor all = add(g_c, tanh_grad(mul(g, s.gate[3]), t));
    const Tensor sums = cat({sigmoid_grad(mul(all, s.gate[2]), s.gate[0]),
                             sigmoid_grad(mul(all, s.c), s.gate[1]),
                             tanh_grad(mul(all, s.gate[0]), s.gate[2]),
                             sigmoid_grad(mul(g, t), s.gate[3])},
                            -1);
    g_c = mul(all, s.gate[1]);
    return {sums, sums};
  }
  if (cell == Cell::kGru) {
    const Tensor fresh = tanh_grad(mul(g, sub(1, s.gate[1])), s.gate[2]);
    const Tensor reset = sigmoid_grad(mul(fresh, s.gate[3]), s.gate[0]);
    const Tensor update = sigmoid_grad(mul(g, sub(s.h, s.gate[2])), s.gate[1]);
    g_h = mul(g, s.gate[1]);
    return {cat({reset, update, fresh}, -1),
            cat({reset, update, mul(fresh, s.gate[0])}, -1)};
  }
  const Tensor sum = cell == Cell::kTanh
                         ? tanh_grad(g, s.new_h)
                         : mul(g, gt(s.new_h.detach(), 0).to(g.dtype()));
  return {sum, sum};
}

}  // namespace

RecurrentGrads recurrent_grads_by_ops(const Recurrence& how,
                                      const Tensor& from_x, const Tensor& h,
                                      const Tensor& c, const Tensor& weight,
                                      const Tensor& bias, const Tensor& g_out,
                                      const Tensor& g_c) {
  const int64_t count = from_x.size(0);
  const auto at = [&](int64_t i) { return how.backwards ? count - 1 - i : i; };
  std::vector<Step> steps;
  Tensor before = h, cell = c;
  for (int64_t i = 0; i < count; ++i) {
    steps.push_back(run_step(how.cell, select(from_x, 0, at(i)),
                             linear(before, weight, bias), before, cell));
    before = steps.back().new_h;
    cell = steps.back().new_c;
  }
  RecurrentGrads grads;
  grads.h = zeros_like(h.detach());
  if (c.defined()) grads.c = g_c.defined() ? g_c : zeros_like(c.detach());
  std::vector<Tensor> g_x(static_cast<size_t>(count)), g_u = g_x, states = g_x;
  for (int64_t i = count - 1; i >= 0; --i) {
    const auto t = static_cast<size_t>(at(i));
    const Step& s = steps[static_cast<size_t>(i)];
    if (g_out.defined()) grads.h = add(grads.h, select(g_out, 0, at(i)));
    std::tie(g_x[t], g_u[t]) = step_grads(how.cell, s, grads.h, grads.c);
    states[t] = s.h;
    const Tensor through = mm(g_u[t], weight);
    grads.h = grads.h.defined() ? add(grads.h, through) : through;
  }
  grads.from_x = stack(g_x);
  const Tensor sums = stack(g_u);
  grads.weight = sum(bmm(transpose(sums, 1, 2), stack(states)), {0});
  if (bias.defined()) grads.bias = sum(sums, {0, 1});
  return grads;
}

}  // namespace cresset::internal
