#include "cresset/tools/demos/image_set.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "cresset/tensor/base/error.h"
#include "cresset/tools/demos/idx.h"

namespace cresset::demos {
namespace {

std::string find(const std::string& folder, const std::string& name) {
  const std::string plain = folder + "/" + name, packed = plain + ".gz";
  if (std::filesystem::exists(packed)) return packed;
  CRESSET_CHECK(std::filesystem::exists(plain), kIo, packed,
                ": there is no such file, nor one without .gz");
  return plain;
}

}  // namespace

void ImageSet::limit(int64_t n) {
  count = std::min(count, n);
  pixels.resize(static_cast<size_t>(count * height * width));
  labels.resize(static_cast<size_t>(count));
}

ImageSet read_image_set(const std::string& folder, const std::string& prefix,
                        int classes) {
  const std::string image_path = find(folder, prefix + "-images-idx3-ubyte");
  const std::string label_path = find(folder, prefix + "-labels-idx1-ubyte");
  Idx images = read_idx(image_path), labels = read_idx(label_path);
  CRESSET_CHECK(images.sizes.size() == 3, kFormat, image_path,
                ": images have three sizes; got ", images.sizes.size());
  CRESSET_CHECK(labels.sizes.size() == 1, kFormat, label_path,
                ": labels have one size; got ", labels.sizes.size());
  CRESSET_CHECK(images.sizes[0] == labels.sizes[0], kFormat, label_path,
                ": needs a label for each image; got ", labels.sizes[0],
                " labels and ", images.sizes[0], " images");
  const auto bad =
      std::find_if(labels.data.begin(), labels.data.end(),
                   [classes](uint8_t label) { return label >= classes; });
  CRESSET_CHECK(bad == labels.data.end(), kFormat, label_path,
                ": label at byte ", 8 + (bad - labels.data.begin()),
                ": must be less than ", classes, "; got ", int{*bad});
  return {images.sizes[0], images.sizes[1], images.sizes[2],
          std::move(images.data), std::move(labels.data)};
}

}  // namespace cresset::demos
