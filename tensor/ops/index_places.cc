#include "cresset/tensor/ops/index_places.h"

#include <numeric>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/view.h"

namespace cresset::internal {
namespace {

// The first and the last indexed dimension, and whether all between are too.
struct Span {
  size_t first = 0, last = 0;
  bool together = true;

  explicit Span(const Places& places) {
    bool seen = false;
    for (size_t d = 0; d < places.index.size(); ++d) {
      if (!places.index[d].defined()) continue;
      if (!seen) first = d;
      together &= !seen || last + 1 == d;
      last = d;
      seen = true;
    }
  }
};

IndexPlan plan_of(const Tensor& x, const Places& places) {
  const Span span(places);
  IndexPlan plan;
  const Tensor offsets = filled(places.positions_shape(), 0, int64, x.device());
  for (size_t d = 0; d < places.index.size(); ++d) {
    const int64_t size = x.sizes()[d], stride = x.strides()[d];
    if (places.index[d].defined()) {
      if (!x.device().is_meta()) {
        offsets_kernel(x.device(), places.index[d], size, stride,
                       static_cast<int64_t>(d), offsets);
      }
      plan.unit = std::gcd(plan.unit, stride);
    } else if (span.together && d < span.first) {
      plan.before.push_back(size);
      plan.before_strides.push_back(stride);
    } else {
      plan.after.push_back(size);
      plan.after_strides.push_back(stride);
    }
  }
  plan.offsets = offsets;
  plan.distinct = places.distinct;
  return plan;
}

}  // namespace

Places Places::along(const Tensor& x, int64_t dim, const Tensor& positions) {
  Places places;
  places.index.resize(x.sizes().size());
  const Tensor wide = positions.detach().to(x.device(), int64);
  places.index[static_cast<size_t>(dim)] =
      wide.dim() == 0 ? reshape(wide, {1}) : wide.contiguous();
  return places;
}

Shape Places::positions_shape() const {
  for (const Tensor& positions : index) {
    if (positions.defined()) return positions.shape();
  }
  return {};
}

Shape Places::result_shape(IntSpan sizes) const {
  const Span span(*this);
  const Shape positions = positions_shape();
  Shape result;
  if (!span.together) result = positions;
  for (size_t d = 0; d < index.size(); ++d) {
    if (span.together && d == span.first) {
      for (const int64_t size : positions) result.push_back(size);
    }
    if (!index[d].defined()) result.push_back(sizes[d]);
  }
  return result;
}

Tensor take_at(const char* grad_name, const Tensor& x, const Places& places) {
  Tensor y = make_empty(places.result_shape(x.sizes()), x.dtype(), x.device());
  const IndexPlan plan = plan_of(x, places);
  if (y.numel() != 0 && !y.device().is_meta()) {
    take_kernel(y.device(), x, plan, y);
  }
  if (!any_wants_grad(TensorRefs{x})) return y;
  return with_grad(grad_name, std::move(y), {x},
                   [grad_name, places, sizes = x.shape()](const Tensor& g) {
                     return put_at(grad_name, new_zeros(g, sizes), places, g,
                                   PutOp::kAdd);
                   });
}

void put_into(const Tensor& x, const Places& places, const Tensor& values,
              PutOp op) {
  const IndexPlan plan = plan_of(x, places);
  if (values.numel() == 0 || x.device().is_meta()) return;
  const Tensor rows =
      values.is_contiguous() ? values.detach() : dense_copy(values);
  put_kernel(x.device(), x, plan, rows, op);
}

Tensor put_at(const char* grad_name, const Tensor& x, const Places& places,
              const Tensor& values, PutOp op) {
  const Tensor y = dense_copy(x);
  put_into(y, places, values, op);
  return with_grad(grad_name, y, {x, values},
                   [grad_name, places, op](const Tensor& g, Grads& grads) {
                     if (grads.needs(0)) {
                       if (op == PutOp::kAdd) {
                         grads[0] = g;
                       } else {
                         const Tensor nothing =
                             new_zeros(g, places.result_shape(g.sizes()));
                         grads[0] = put_at(grad_name, g, places, nothing, op);
                       }
                     }
                     if (grads.needs(1))
                       grads[1] = take_at(grad_name, g, places);
                   });
}

void check_no_overlap(const Tensor& x, const char* op) {
  for (size_t d = 0; d < x.sizes().size(); ++d) {
    CRESSET_CHECK(x.sizes()[d] <= 1 || x.strides()[d] != 0 || x.numel() == 0,
                  kState, op,
                  ": unsupported operation: more than one element of the "
                  "written-to tensor refers to a single memory location. "
                  "Please clone() the tensor before performing the operation.");
  }
}

}  // namespace cresset::internal
