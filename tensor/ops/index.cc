#include "cresset/tensor/ops/index.h"

#include <string>
#include <utility>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/inplace.h"
#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/index_places.h"
#include "cresset/tensor/ops/masked.h"
#include "cresset/tensor/ops/view.h"

namespace cresset {
namespace {

using internal::Places;
using internal::PutOp;
using Kind = TensorIndex::Kind;

bool is_mask(const Tensor& x) {
  return x.dtype() == bool_ || x.dtype() == uint8;
}

// How many dimensions of the indexed tensor an index uses up.
int64_t consumed(const TensorIndex& index) {
  switch (index.kind()) {
    case Kind::kInteger:
    case Kind::kSlice:
      return 1;
    case Kind::kTensor:
      return is_mask(index.tensor()) ? index.tensor().dim() : 1;
    default:
      return 0;
  }
}

// A list of indices taken apart: a view by all but the tensors, and the tensors
// by the dimension of the view where they stand.
struct Parsed {
  Tensor view;
  std::vector<Tensor> tensors;
  bool has_tensors = false;

  Parsed(const Tensor& x, const TensorIndices& indices) : view(x) {
    int64_t named = 0;
    for (const TensorIndex& index : indices) named += consumed(index);
    CRESSET_CHECK(named <= x.dim(), kIndex,
                  "index: too many indices for tensor of dimension ", x.dim());
    const int64_t unnamed = x.dim() - named;
    bool ellipsis = false;
    int64_t dim = 0;
    for (const TensorIndex& index : indices) {
      switch (index.kind()) {
        case Kind::kNone:
          view = unsqueeze(view, dim++);
          break;
        case Kind::kEllipsis:
          CRESSET_CHECK(!ellipsis, kIndex,
                        "index: an index can only have a single ellipsis");
          ellipsis = true;
          dim += unnamed;
          break;
        case Kind::kInteger:
          take_integer(dim, index.integer());
          break;
        case Kind::kBool:
          view = unsqueeze(view, dim);
          put(dim++,
              full({1}, index.integer() != 0, {.device = view.device()}));
          break;
        case Kind::kSlice: {
          const Slice& s = index.slice();
          view = slice(view, dim++, s.start(), s.stop(), s.step());
          break;
        }
        case Kind::kTensor:
          take_tensor(dim, index.tensor());
          break;
      }
    }
  }

  void take_integer(int64_t dim, int64_t position) {
    const int64_t size = view.size(dim);
    CRESSET_CHECK(position >= -size && position < size, kIndex, "index: index ",
                  position, " is out of bounds for dimension ", dim,
                  " with size ", size);
    view = select(view, dim, position);
  }

  void take_tensor(int64_t& dim, const Tensor& index) {
    const Dtype dtype = index.dtype();
    CRESSET_CHECK(dtype == int64 || dtype == int32 || is_mask(index), kDtype,
                  "index: tensors used as indices must be long, int, byte or "
                  "bool tensors; got ",
                  dtype);
    if (index.dim() > 0) {
      put(dim, index);
      dim += is_mask(index) ? index.dim() : 1;
    } else if (is_mask(index)) {
      view = unsqueeze(view, dim);
      put(dim++, full({1}, index.item<bool>(), {.device = view.device()}));
    } else {
      take_integer(dim, index.item<int64_t>());
    }
  }

  void put(int64_t dim, const Tensor& index) {
    tensors.resize(static_cast<size_t>(dim) + 1);
    tensors.back() = index;
    has_tensors = true;
  }

  // The tensors as positions of one shape, masks resolved.
  Places places() const {
    Places result;
    result.index.resize(static_cast<size_t>(view.dim()));
    Shape shape;
    std::string shapes;
    bool fits = true;
    int64_t tensor_count = 0;
    const auto add = [&](size_t d, const Tensor& positions) {
      result.index[d] = positions;
      if (!shapes.empty()) shapes += ", ";
      shapes += to_string(positions.sizes());
    };
    for (size_t d = 0; d < tensors.size(); ++d) {
      const Tensor& index = tensors[d];
      if (!index.defined()) continue;
      ++tensor_count;
      if (!is_mask(index)) {
        add(d, index.detach().to(view.device(), int64));
        continue;
      }
      for (size_t k = 0; k < index.sizes().size(); ++k) {
        CRESSET_CHECK(index.sizes()[k] == view.sizes()[d + k], kIndex,
                      "index: The shape of the mask ", index.sizes(),
                      " at index ", k,
                      " does not match the shape of the indexed tensor ",
                      view.sizes(), " at index ", d + k);
      }
      const Tensor found = nonzero(index.detach().to(view.device()));
      for (size_t k = 0; k < index.sizes().size(); ++k) {
        add(d + k, select(found, 1, static_cast<int64_t>(k)));
      }
    }
    for (const Tensor& positions : result.index) {
      if (!positions.defined()) continue;
      try {
        shape = broadcast_shapes(shape, positions.sizes());
      } catch (const Error&) {
        fits = false;
      }
    }
    CRESSET_CHECK(fits, kShape,
                  "index: shape mismatch: indexing tensors could not be "
                  "broadcast together with shapes ",
                  shapes);
    // A mask by itself names each place once.
    result.distinct = tensor_count == 1 && is_mask(tensors.back());
    for (Tensor& positions : result.index) {
      if (positions.defined())
        positions = expand(positions, shape).contiguous();
    }
    return result;
  }
};

// `value` with the shape of the place it goes to; leading ones may be dropped.
Tensor fitted(Tensor value, const Shape& shape) {
  while (value.dim() > static_cast<int64_t>(shape.size()) &&
         value.size(0) == 1) {
    value = select(value, 0, 0);
  }
  bool fits = value.dim() <= static_cast<int64_t>(shape.size());
  for (size_t i = 0; fits && i < value.sizes().size(); ++i) {
    const int64_t size = value.sizes()[value.sizes().size() - 1 - i];
    fits = size == 1 || size == shape[shape.size() - 1 - i];
  }
  CRESSET_CHECK(fits, kShape,
                "index_put_: shape mismatch: value tensor of shape ",
                value.sizes(),
                " cannot be broadcast to indexing result of shape ", shape);
  return expand(value, shape);
}

}  // namespace

Tensor index(const Tensor& x, const TensorIndices& indices) {
  const Parsed parsed(x, indices);
  if (!parsed.has_tensors) {
    return parsed.view.is_same(x) ? view_as(x, x) : parsed.view;
  }
  return internal::take_at("IndexBackward", parsed.view, parsed.places());
}

const Tensor& index_put_(const Tensor& x, const TensorIndices& indices,
                         const Tensor& value, bool accumulate) {
  internal::check_inplace(x, "index_put_");
  internal::check_no_overlap(x, "index_put_");
  const Parsed parsed(x, indices);
  const Tensor& part = parsed.view;
  if (!parsed.has_tensors) {
    const Tensor wide = fitted(value, part.shape());
    if (accumulate) {
      add_(part, wide);
    } else {
      part.copy_(wide);
    }
    return x;
  }
  CRESSET_CHECK(value.dtype() == x.dtype(), kDtype,
                "index_put_: Index put requires the source and destination "
                "dtypes match; got ",
                x.dtype(), " for the destination and ", value.dtype(),
                " for the source");
  const Places places = parsed.places();
  const Tensor wide =
      fitted(value.to(x.device()), places.result_shape(part.sizes()));
  const PutOp op = accumulate ? PutOp::kAdd : PutOp::kAssign;
  if (internal::any_wants_grad(internal::TensorRefs{x, value})) {
    internal::assign(
        part, internal::put_at("IndexPutBackward", part, places, wide, op),
        "index_put_");
  } else {
    internal::put_into(part, places, wide, op);
    internal::bump_version(x);
  }
  return x;
}

const Tensor& index_put_(const Tensor& x, const TensorIndices& indices,
                         const Scalar& value, bool accumulate) {
  return index_put_(x, indices,
                    full({}, value, {.dtype = x.dtype(), .device = x.device()}),
                    accumulate);
}

Tensor index_put(const Tensor& x, const TensorIndices& indices,
                 const Tensor& value, bool accumulate) {
  const Parsed parsed(x, indices);
  if (parsed.has_tensors && parsed.view.is_same(x) &&
      value.dtype() == x.dtype()) {
    const Places places = parsed.places();
    return internal::put_at(
        "IndexPutBackward", x, places,
        fitted(value.to(x.device()), places.result_shape(x.sizes())),
        accumulate ? PutOp::kAdd : PutOp::kAssign);
  }
  const Tensor y = x.clone();
  return index_put_(y, indices, value, accumulate);
}

Tensor index_put(const Tensor& x, const TensorIndices& indices,
                 const Scalar& value, bool accumulate) {
  return index_put(x, indices,
                   full({}, value, {.dtype = x.dtype(), .device = x.device()}),
                   accumulate);
}

}  // namespace cresset
