#include "cresset/tensor/ops/recurrent.h"

#include <algorithm>

#include "cresset/tensor/autograd/gradcheck.h"
#include "cresset/tensor/ops/activation.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/matmul.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/ops/values.h"

namespace cresset {
namespace {

using internal::Cell;
using internal::gates_of;
using internal::recurrent_states;
using internal::RecurrentStates;

constexpr int64_t kSteps = 3, kRows = 2, kSize = 2;

// from_x, h, weight, bias, and c of LSTM.
std::vector<Tensor> inputs_of(Cell cell) {
  const int64_t wide = gates_of(cell) * kSize;
  std::vector<Tensor> all = {
      random_input({kSteps, kRows, wide}, 1), random_input({kRows, kSize}, 2),
      random_input({wide, kSize}, 3), random_input({wide}, 4)};
  if (cell == Cell::kLstm) all.push_back(random_input({kRows, kSize}, 5));
  return all;
}

RecurrentStates run(Cell cell, bool backwards, const std::vector<Tensor>& v) {
  return recurrent_states({cell, backwards}, v[0], v[1],
                          v.size() > 4 ? v[4] : Tensor(), v[2], v[3]);
}

}  // namespace

TEST_CASE("recurrent layers: first and second derivatives", "[ops][grad]") {
  for (const Cell cell : {Cell::kTanh, Cell::kRelu, Cell::kLstm, Cell::kGru}) {
    for (const bool backwards : {false, true}) {
      CAPTURE(static_cast<int>(cell), backwards);
      gradcheck_all(
          [&](const auto& v) {
            const RecurrentStates y = run(cell, backwards, v);
            const Tensor total = add(sum(mul(y.output, y.output)), sum(y.h));
            return y.c.defined() ? add(total, sum(mul(y.c, y.c))) : total;
          },
          inputs_of(cell));
    }
  }
}

TEST_CASE("recurrent layers: a step is the formula", "[ops]") {
  for (const bool backwards : {false, true}) {
    CAPTURE(backwards);
    const std::vector<Tensor> v = inputs_of(Cell::kTanh);
    const RecurrentStates y = run(Cell::kTanh, backwards, v);
    Tensor h = v[1];
    for (int64_t i = 0; i < kSteps; ++i) {
      const int64_t t = backwards ? kSteps - 1 - i : i;
      h = tanh(add(select(v[0], 0, t), linear(h, v[2], v[3])));
      const Values got = list(select(y.output, 0, t)), want = list(h);
      for (size_t k = 0; k < want.size(); ++k) {
        CHECK(got[k] == Approx(want[k]));
      }
    }
    CHECK(list(y.h) == list(select(y.output, 0, backwards ? 0 : kSteps - 1)));
  }
}

TEST_CASE("recurrent layers: without gradients the results are the same",
          "[ops]") {
  for (const Cell cell : {Cell::kLstm, Cell::kGru}) {
    std::vector<Tensor> v = inputs_of(cell);
    const RecurrentStates y = run(cell, false, v);
    for (Tensor& x : v) x = x.detach();
    const RecurrentStates z = run(cell, false, v);
    CHECK(list(y.output) == list(z.output));
    if (cell == Cell::kLstm) CHECK(list(y.c) == list(z.c));
    CHECK(z.output.grad_fn().empty());
  }
}

TEST_CASE("recurrent layers: shapes and dtypes are checked", "[ops][error]") {
  std::vector<Tensor> v = inputs_of(Cell::kGru);
  v[1] = random_input({kRows + 1, kSize}, 2);
  CHECK_ERROR(run(Cell::kGru, false, v), kShape, "the state must be [N, H]");
  v = inputs_of(Cell::kGru);
  v[2] = random_input({5, kSize}, 2);
  CHECK_ERROR(run(Cell::kGru, false, v), kShape, "weights of the state");
  v = inputs_of(Cell::kGru);
  v[2] = v[2].to(float32);
  CHECK_ERROR(run(Cell::kGru, false, v), kDtype, "one dtype");
}

}  // namespace cresset
