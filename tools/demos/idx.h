// Reads IDX files, the format of the MNIST family of data sets: a big-endian
// header with the sizes, then the bytes. Compressed files (.gz) and plain ones
// are told apart by their content.

#ifndef CRESSET_TOOLS_DEMOS_IDX_H_
#define CRESSET_TOOLS_DEMOS_IDX_H_

#include <cstdint>
#include <string>
#include <vector>

namespace cresset::demos {

/// An array of bytes with its sizes: [n, rows, columns] for images, [n] for
/// labels.
struct Idx {
  std::vector<int64_t> sizes;
  std::vector<uint8_t> data;
};

/// The array in the file `path`.
///
/// Errors: kIo if the file cannot be read; kFormat if it is not an IDX file of
///         unsigned bytes, is damaged, or holds fewer or more bytes than its
///         header says. Byte positions are those of the uncompressed data.
Idx read_idx(const std::string& path);

}  // namespace cresset::demos

#endif  // CRESSET_TOOLS_DEMOS_IDX_H_
