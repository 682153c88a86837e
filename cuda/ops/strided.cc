#include "cresset/cuda/ops/strided.cuh"

#include <utility>

namespace cresset::internal::cuda {
namespace {

constexpr int64_t kMostElements = int64_t{1} << 30;

// Halves the outermost dimension until the piece is small enough.
void add_pieces(StridedPiece piece, size_t operands,
                std::vector<StridedPiece>& pieces) {
  while (piece.sizes.size() > 1 && piece.sizes.front() == 1) {
    piece.sizes.erase(piece.sizes.begin());
    for (size_t k = 0; k < operands; ++k) {
      piece.strides[k].erase(piece.strides[k].begin());
    }
  }
  if (piece.sizes.size() <= kMaxRank && piece.numel() <= kMostElements) {
    pieces.push_back(std::move(piece));
    return;
  }
  // A multiple of 16, so that vectors stay aligned in a single long row.
  int64_t half = piece.sizes.front() / 2;
  if (half > 16) half = half / 16 * 16;
  StridedPiece rest = piece;
  piece.sizes.front() = half;
  rest.sizes.front() -= half;
  for (size_t k = 0; k < operands; ++k) {
    rest.bases[k] += half * rest.strides[k].front();
  }
  add_pieces(std::move(piece), operands, pieces);
  add_pieces(std::move(rest), operands, pieces);
}

}  // namespace

int64_t StridedPiece::numel() const {
  int64_t n = 1;
  for (const int64_t size : sizes) n *= size;
  return n;
}

bool StridedPiece::has_vectors(size_t operand, int64_t itemsize,
                               int64_t count) const {
  const size_t inner = sizes.size() - 1;
  if (inner > 0 && sizes[inner] % count != 0) return false;
  const std::vector<int64_t>& steps = strides[operand];
  if (steps[inner] == 0 && sizes[inner] > 1) return true;
  if (steps[inner] != itemsize) return false;
  const int64_t vector = itemsize * count;
  if (reinterpret_cast<intptr_t>(bases[operand]) % vector != 0) return false;
  for (size_t d = 0; d < inner; ++d) {
    if (steps[d] % vector != 0) return false;
  }
  return true;
}

std::vector<StridedPiece> pieces_of(const StridedLoop& loop, size_t operands) {
  StridedPiece all;
  for (size_t d = 0; d < loop.rank(); ++d) all.sizes.push_back(loop.size(d));
  for (size_t k = 0; k < operands; ++k) {
    all.bases[k] = loop.base(k);
    for (size_t d = 0; d < loop.rank(); ++d) {
      all.strides[k].push_back(loop.stride(k, d));
    }
  }
  std::vector<StridedPiece> pieces;
  add_pieces(std::move(all), operands, pieces);
  return pieces;
}

}  // namespace cresset::internal::cuda
