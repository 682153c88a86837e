#include "cresset/cuda/ops/strided.cuh"

#include <utility>

namespace cresset::internal::cuda {
namespace {

constexpr int64_t kMostElements = int64_t{1} << 30;

// Halves the outermost dimension until the piece is small enough.
void add_parts(StridedPiece piece, size_t operands,
               std::vector<StridedPiece>& parts) {
  while (piece.sizes.size() > 1 && piece.sizes.front() == 1) {
    piece.sizes.erase(0);
    for (size_t k = 0; k < operands; ++k) piece.strides[k].erase(0);
  }
  if (piece.fits()) {
    parts.push_back(std::move(piece));
    return;
  }
  // A multiple of 16, so that vectors stay aligned in a single long row.
  int64_t half = piece.sizes[0] / 2;
  if (half > 16) half = half / 16 * 16;
  StridedPiece rest = piece;
  piece.sizes[0] = half;
  rest.sizes[0] -= half;
  for (size_t k = 0; k < operands; ++k) {
    rest.bases[k] += half * rest.strides[k].front();
  }
  add_parts(std::move(piece), operands, parts);
  add_parts(std::move(rest), operands, parts);
}

}  // namespace

StridedPiece::StridedPiece(const StridedLoop& loop, size_t operands) {
  for (size_t d = 0; d < loop.rank(); ++d) sizes.push_back(loop.size(d));
  for (size_t k = 0; k < operands; ++k) {
    bases[k] = loop.base(k);
    for (size_t d = 0; d < loop.rank(); ++d) {
      strides[k].push_back(loop.stride(k, d));
    }
  }
}

bool StridedPiece::fits() const {
  return sizes.size() <= kMaxRank && numel() <= kMostElements;
}

int64_t StridedPiece::numel() const {
  int64_t n = 1;
  for (const int64_t size : sizes) n *= size;
  return n;
}

bool StridedPiece::has_vectors(size_t operand, int64_t itemsize,
                               int64_t count) const {
  const size_t inner = sizes.size() - 1;
  if (inner > 0 && sizes[inner] % count != 0) return false;
  const Shape& steps = strides[operand];
  if (steps[inner] == 0 && sizes[inner] > 1) return true;
  if (steps[inner] != itemsize) return false;
  const int64_t vector = itemsize * count;
  if (reinterpret_cast<intptr_t>(bases[operand]) % vector != 0) return false;
  for (size_t d = 0; d < inner; ++d) {
    if (steps[d] % vector != 0) return false;
  }
  return true;
}

std::vector<StridedPiece> parts_of(StridedPiece piece, size_t operands) {
  std::vector<StridedPiece> parts;
  add_parts(std::move(piece), operands, parts);
  return parts;
}

}  // namespace cresset::internal::cuda
