#include "cresset/tensor/ops/recurrent.h"

#include <algorithm>
#include <utility>

#include "cresset/tensor/core/autocast.h"
#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/parallel.h"
#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/cpu/cell_kernel.h"
#include "cresset/tensor/ops/matmul.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/view.h"

namespace cresset::internal {
namespace {

constexpr int64_t kGrain = 1 << 12;

template <class F>
void over_rows(Dtype dtype, int64_t rows, int64_t size, F&& f) {
  const CellFunctions& functions = cell_functions()()[dtype == float64 ? 1 : 0];
  parallel_for(0, rows, std::max<int64_t>(1, kGrain / size),
               [&](int64_t first, int64_t last) { f(functions, first, last); });
}

void cell_cpu(Device /*device*/, Dtype dtype, Cell cell, const CellRows& call) {
  over_rows(dtype, call.rows, call.size,
            [&](const CellFunctions& f, int64_t first, int64_t last) {
              f.forward(cell, call, first, last);
            });
}

void cell_grad_cpu(Device /*device*/, Dtype dtype, Cell cell,
                   const CellGradRows& call) {
  over_rows(dtype, call.rows, call.size,
            [&](const CellFunctions& f, int64_t first, int64_t last) {
              f.backward(cell, call, first, last);
            });
}

Tensor dense(const Tensor& x) {
  const Tensor plain = x.detach();
  return plain.is_contiguous() ? plain : dense_copy(plain);
}

// Steps of a row-major x [T, N, k].
char* step_data(const Tensor& x, int64_t t) {
  return static_cast<char*>(x.raw_data()) +
         t * x.size(1) * x.size(2) * static_cast<int64_t>(x.itemsize());
}

// `count` steps of it from step t as one matrix [1, count * N, k].
Tensor steps_of(const Tensor& x, int64_t t, int64_t count) {
  const int64_t rows = x.size(1), k = x.size(2);
  return alias(x, {1, count * rows, k}, {count * rows * k, k, 1},
               x.storage_offset() + t * rows * k);
}
// A row-major [m, k] as a batch of one, and its transpose.
Tensor as_batch(const Tensor& x) {
  return alias(x, {1, x.size(0), x.size(1)}, {x.numel(), x.size(1), 1},
               x.storage_offset());
}
Tensor flipped(const Tensor& x) {
  return alias(x, {1, x.size(2), x.size(1)}, {x.stride(0), 1, x.stride(1)},
               x.storage_offset());
}

// Of one call: sizes and the order of the steps.
struct Steps {
  Recurrence how;
  int64_t count, rows, size;

  Steps(const Recurrence& r, const Tensor& from_x, const Tensor& h)
      : how(r), count(from_x.size(0)), rows(from_x.size(1)), size(h.size(1)) {}
  int64_t at(int64_t i) const { return how.backwards ? count - 1 - i : i; }
  int64_t wide() const { return gates_of(how.cell) * size; }
};

// What the gradient needs of the forward pass besides the output.
struct Kept {
  Tensor gates;  // [T, N, kept * H]
  Tensor cells;  // [T, N, H], of LSTM only
};

// Runs all steps. Without `keeps` there are no steps in `kept` but what the
// next one needs.
void run_steps(const Steps& steps, const Tensor& from_x, const Tensor& h,
               const Tensor& c, const Tensor& weight, const Tensor& bias,
               bool keeps, const Tensor& y, Kept& kept, Tensor& last_c) {
  const Device device = y.device();
  const Dtype dtype = y.dtype();
  const bool is_lstm = steps.how.cell == Cell::kLstm;
  const int64_t n = steps.rows, size = steps.size;
  kept.gates =
      make_empty({keeps ? steps.count : 1, n, kept_of(steps.how.cell) * size},
                 dtype, device);
  if (is_lstm) {
    kept.cells = make_empty({keeps ? steps.count : 2, n, size}, dtype, device);
  }
  const Tensor across = flipped(as_batch(weight));
  const Tensor from_h = make_empty({1, n, steps.wide()}, dtype, device);
  Tensor before = as_batch(h);
  const void* cell_before = is_lstm ? c.raw_data() : nullptr;
  for (int64_t i = 0; i < steps.count; ++i) {
    const int64_t t = steps.at(i), place = keeps ? t : i % 2;
    matmul_kernel(device, before, across, from_h, 0);
    CellRows call = {};
    call.rows = n;
    call.size = size;
    call.from_x = step_data(from_x, t);
    call.from_h = from_h.raw_data();
    call.bias = bias.raw_data();
    call.h = before.raw_data();
    call.kept = step_data(kept.gates, keeps ? t : 0);
    call.new_h = step_data(y, t);
    if (is_lstm) {
      call.c = cell_before;
      call.new_c = step_data(kept.cells, place);
      cell_before = call.new_c;
      last_c = alias(kept.cells, {n, size}, {size, 1}, place * n * size);
    }
    cell_kernel(device, device, dtype, steps.how.cell, call);
    before = steps_of(y, t, 1);
  }
}

// The gradient of the state's weights: of all steps but the first by one
// product, then that of the state before.
Tensor weight_grad(const Steps& steps, const Tensor& g_u, const Tensor& y,
                   const Tensor& h) {
  const int64_t rest = steps.count - 1;
  const bool back = steps.how.backwards;
  const Tensor gw =
      make_empty({steps.wide(), steps.size}, y.dtype(), y.device());
  if (rest > 0) {
    matmul_kernel(y.device(), flipped(steps_of(g_u, back ? 0 : 1, rest)),
                  steps_of(y, back ? 1 : 0, rest), as_batch(gw), 0);
  }
  matmul_kernel(y.device(), flipped(steps_of(g_u, steps.at(0), 1)), as_batch(h),
                as_batch(gw), rest > 0 ? 1 : 0);
  return gw;
}

void check_shapes(Cell cell, const Tensor& from_x, const Tensor& h,
                  const Tensor& c, const Tensor& weight, const Tensor& bias) {
  CRESSET_CHECK(
      from_x.dim() == 3 && h.dim() == 2 && h.size(0) == from_x.size(1) &&
          from_x.size(2) == gates_of(cell) * h.size(1) &&
          (!c.defined() || c.shape() == h.shape()),
      kShape, "recurrent layer: the state must be [N, H] for an input of ",
      gates_of(cell), " * H; got ", h.sizes(), " for ", from_x.sizes());
  CRESSET_CHECK(weight.dim() == 2 && weight.size(0) == from_x.size(2) &&
                    weight.size(1) == h.size(1) &&
                    (!bias.defined() ||
                     (bias.dim() == 1 && bias.size(0) == from_x.size(2))),
                kShape, "recurrent layer: weights of the state must be [",
                from_x.size(2), ", ", h.size(1), "]; got ", weight.sizes());
}

RecurrentGrads run_back(const Steps& steps, const Kept& kept, const Tensor& h,
                        const Tensor& c, const Tensor& weight, const Tensor& y,
                        const Tensor& g_out, const Tensor& g_c, bool wants_h) {
  const Device device = y.device();
  const Dtype dtype = y.dtype();
  const Cell cell = steps.how.cell;
  const bool is_lstm = cell == Cell::kLstm, is_gru = cell == Cell::kGru;
  const int64_t n = steps.rows, size = steps.size;
  RecurrentGrads grads;
  grads.from_x = make_empty({steps.count, n, steps.wide()}, dtype, device);
  const Tensor g_u =
      is_gru ? make_empty(grads.from_x.sizes(), dtype, device) : grads.from_x;
  grads.h = filled({n, size}, 0, dtype, device);
  if (is_lstm) {
    grads.c = g_c.defined() ? dense_copy(g_c.detach())
                            : filled({n, size}, 0, dtype, device);
  }
  const Tensor outer =
      g_out.defined() ? dense(g_out) : filled({size}, 0, dtype, device);
  const Tensor across = as_batch(weight);
  for (int64_t i = steps.count - 1; i >= 0; --i) {
    const int64_t t = steps.at(i), earlier = i == 0 ? -1 : steps.at(i - 1);
    CellGradRows call = {};
    call.rows = n;
    call.size = size;
    call.kept = step_data(kept.gates, t);
    call.h = i == 0 ? h.raw_data() : step_data(y, earlier);
    call.new_h = step_data(y, t);
    call.g_out = g_out.defined() ? step_data(outer, t) : outer.raw_data();
    call.g_out_row = g_out.defined() ? size : 0;
    call.g_h = grads.h.raw_data();
    call.g_x = step_data(grads.from_x, t);
    call.g_u = step_data(g_u, t);
    if (is_lstm) {
      call.c = i == 0 ? c.raw_data() : step_data(kept.cells, earlier);
      call.new_c = step_data(kept.cells, t);
      call.g_c = grads.c.raw_data();
    }
    cell_grad_kernel(device, device, dtype, cell, call);
    if (i == 0 && !wants_h) break;
    matmul_kernel(device, steps_of(g_u, t, 1), across, as_batch(grads.h),
                  is_gru ? 1 : 0);
  }
  grads.weight = weight_grad(steps, g_u, y, h);
  grads.bias = g_u;  // to be summed if it is wanted
  return grads;
}

}  // namespace

constinit CellKernel cell_kernel{"recurrent cell", cell_cpu};
constinit CellGradKernel cell_grad_kernel{"recurrent cell", cell_grad_cpu};

bool takes_recurrence(const Tensor& from_x) {
  const Dtype dtype = from_x.dtype();
  if (!cell_kernel.has(from_x.device().type) || from_x.numel() == 0) {
    return false;
  }
  if (dtype == float32 || dtype == float64) return true;
  return !from_x.device().is_cpu() && (dtype == float16 || dtype == bfloat16);
}

RecurrentStates recurrent_states(const Recurrence& how, const Tensor& from_x,
                                 const Tensor& h, const Tensor& c,
                                 const Tensor& weight, const Tensor& bias) {
  if (autocast_lowers(from_x, h, c, weight, bias)) {
    const auto low = [](const Tensor& x) {
      return x.defined() ? lowered(x) : x;
    };
    return recurrent_states(how, low(from_x), low(h), low(c), low(weight),
                            low(bias));
  }
  check_shapes(how.cell, from_x, h, c, weight, bias);
  for (const Tensor& x : {h, c, weight, bias}) {
    CRESSET_CHECK(!x.defined() || x.dtype() == from_x.dtype(), kDtype,
                  "recurrent layer: input, state and weights must have one "
                  "dtype; got ",
                  from_x.dtype(), " and ", x.dtype());
    CRESSET_CHECK(!x.defined() || x.device() == from_x.device(), kDevice,
                  "recurrent layer: input, state and weights must be on one "
                  "device; got ",
                  from_x.device(), " and ", x.device());
  }
  const Steps steps(how, from_x, h);
  const bool keeps = any_wants_grad(TensorRefs{from_x, h, c, weight, bias});
  const Device device = from_x.device();
  RecurrentStates y;
  y.output =
      make_empty({steps.count, steps.rows, steps.size}, from_x.dtype(), device);
  const Tensor shift = bias.defined()
                           ? dense(bias)
                           : filled({steps.wide()}, 0, from_x.dtype(), device);
  Kept kept;
  run_steps(steps, dense(from_x), dense(h), c.defined() ? dense(c) : c,
            dense(weight), shift, keeps, y.output, kept, y.c);
  if (keeps) {
    if (y.c.defined()) y.c = dense_copy(y.c);  // what is kept stays as it is
    std::vector<Tensor> results = {y.output};
    if (y.c.defined()) results.push_back(y.c);
    with_grads(
        "RecurrentBackward", results, {from_x, h, c, weight, bias},
        [how, kept, from_x = keep(from_x), h = keep(h), c = keep(c),
         weight = keep(weight), bias = keep(bias),
         y = keep_output(y.output)](std::span<const Tensor> g, Grads& grads) {
          const Tensor none, g_c = g.size() > 1 ? g[1] : none;
          const Tensor start = h(), cell = c.defined() ? c() : none;
          RecurrentGrads all;
          if (recording()) {
            all = recurrent_grads_by_ops(how, from_x(), start, cell, weight(),
                                         bias.defined() ? bias() : none, g[0],
                                         g_c);
          } else {
            const Tensor out = y().detach();
            all = run_back(Steps(how, from_x(), start), kept, dense(start),
                           cell.defined() ? dense(cell) : none, dense(weight()),
                           out, g[0], g_c, grads.needs(1));
            all.bias = grads.needs(4) ? sum(all.bias, {0, 1}) : none;
          }
          const Tensor each[] = {all.from_x, all.h, all.c, all.weight,
                                 all.bias};
          for (size_t i = 0; i < 5; ++i) {
            if (grads.needs(i)) grads[i] = each[i];
          }
        });
    if (y.c.defined()) y.c = results[1];
    y.output = results[0];
  }
  y.h = select(y.output, 0, steps.at(steps.count - 1));
  return y;
}

}  // namespace cresset::internal
