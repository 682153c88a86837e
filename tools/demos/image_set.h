// Labelled grey images in memory: Fashion-MNIST and other sets of its form.

#ifndef CRESSET_TOOLS_DEMOS_IMAGE_SET_H_
#define CRESSET_TOOLS_DEMOS_IMAGE_SET_H_

#include <cstdint>
#include <string>
#include <vector>

namespace cresset::demos {

/// `count` images of height x width bytes, and a class for each.
struct ImageSet {
  int64_t count = 0;
  int64_t height = 0;
  int64_t width = 0;
  std::vector<uint8_t> pixels;
  std::vector<uint8_t> labels;

  /// The first `n` images, or all if there are fewer.
  void limit(int64_t n);
};

/// Reads <prefix>-images-idx3-ubyte and <prefix>-labels-idx1-ubyte from
/// `folder`, compressed (.gz) or not.
///
/// Errors: kIo for a missing file; kFormat if the files are damaged, do not
///         belong together, or hold a label of `classes` or more.
ImageSet read_image_set(const std::string& folder, const std::string& prefix,
                        int classes);

}  // namespace cresset::demos

#endif  // CRESSET_TOOLS_DEMOS_IMAGE_SET_H_
