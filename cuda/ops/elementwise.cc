#include "cresset/cuda/ops/elementwise.h"

#include <cstring>

#include "cresset/cuda/runtime/launch.cuh"
#include "cresset/tensor/ops/elementwise.h"

namespace cresset::internal::cuda {
namespace {

constexpr size_t kMaxInputs = 3;

// The dtypes whose vectors a float kernel reads; the first is that of masks.
bool has_vector_form(Dtype dtype) {
  return dtype == bool_ || dtype == float32 || dtype == float16 ||
         dtype == bfloat16;
}

class Run {
 public:
  Run(const ElementwiseRow& row, const ElementwiseCall& call)
      : call_(call), count_(call.x.size()) {
    const int column = call.compute == float32   ? 0
                       : call.compute == float64 ? 1
                                                 : 2;
    function_ = call.is_grad ? row.grad[column] : row.value[column];
    CRESSET_ASSERT(function_ != nullptr && count_ <= kMaxInputs);
    std::memcpy(args_.op, call.op, row.op_bytes);
    args_.dtypes[0] = call.y.dtype();
    for (size_t k = 0; k < count_; ++k) set_input(k);
  }

  void run() {
    if (is_one_row()) return run_row();
    StridedOperand places[kMaxInputs + 1];
    places[0] = StridedOperand(call_.y);
    for (size_t k = 0; k < count_; ++k) {
      // A number's place is held by the result itself and never read.
      places[k + 1] =
          args_.is_number[k] ? places[0] : StridedOperand(call_.x[k].tensor());
    }
    for_pieces(StridedLoop(call_.y.sizes(), {places, count_ + 1}), count_ + 1,
               [this](const StridedPiece& piece) { run_piece(piece); });
  }

 private:
  void set_input(size_t k) {
    const Operand& x = call_.x[k];
    if (x.is_tensor() && !x.tensor().device().is_cpu()) {
      args_.dtypes[k + 1] = x.tensor().dtype();
      return;
    }
    args_.is_number[k] = true;
    set_number(k, x.is_tensor() ? x.tensor().item() : x.scalar());
  }

  void set_number(size_t k, const Scalar& value) {
    const Dtype dtype = call_.input(k);
    if (dtype == bool_) {
      args_.whole[k] = value.to<bool>();
      args_.number[k] = static_cast<double>(args_.whole[k]);
    } else {
      args_.whole[k] = dtype == int64 ? value.to<int64_t>() : 0;
      args_.number[k] = dtype == float32
                            ? static_cast<double>(value.to<float>())
                            : value.to<double>();
    }
  }

  // The common case needs no loop over dimensions.
  bool is_one_row() const {
    bool dense = call_.y.is_contiguous() && call_.y.numel() < (1 << 30);
    for (size_t k = 0; dense && k < count_; ++k) {
      if (args_.is_number[k]) continue;
      const Tensor& x = call_.x[k].tensor();
      dense = x.is_contiguous() && x.sizes() == call_.y.sizes();
    }
    return dense;
  }

  void run_row() {
    StridedPiece row;
    row.sizes.push_back(call_.y.numel());
    for (size_t k = 0; k <= count_; ++k) {
      const bool number = k > 0 && args_.is_number[k - 1];
      const Tensor& x = k == 0 || number ? call_.y : call_.x[k - 1].tensor();
      row.bases[k] = static_cast<char*>(x.raw_data());
      row.strides[k].push_back(static_cast<int64_t>(x.itemsize()));
    }
    run_piece(row);
  }

  void run_piece(const StridedPiece& piece) {
    args_.space = piece.space<4>();
    args_.vectors = call_.compute == float32;
    for (size_t k = 0; k <= count_; ++k) {
      args_.data[k] = piece.bases[k];
      args_.steps[k] = piece.inner_stride(k);
      if (k > 0) args_.repeats[k - 1] = args_.steps[k] == 0;
      if (k > 0 && args_.is_number[k - 1]) continue;
      const Dtype dtype = args_.dtypes[k];
      const bool repeats = k > 0 && args_.repeats[k - 1];
      args_.vectors &=
          (repeats || has_vector_form(dtype)) &&
          piece.has_vectors(k, static_cast<int64_t>(itemsize(dtype)), 4);
    }
    const int64_t tile = kElementwiseBlock * (call_.compute == float32 ? 4 : 2);
    launch(call_.y.device(),
           one_block_each((piece.numel() + tile - 1) / tile, kElementwiseBlock),
           function_, args_);
  }

  const ElementwiseCall& call_;
  const size_t count_;
  ElementwiseFunction function_;
  ElementwiseArgs args_ = {};
};

}  // namespace

void run_elementwise(const ElementwiseRow* rows, const ElementwiseCall& call) {
  if (call.y.numel() == 0) return;
  Run(rows[call.index], call).run();
}

}  // namespace cresset::internal::cuda
