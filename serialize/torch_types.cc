#include "cresset/serialize/torch_types.h"

namespace cresset::serialize {
namespace {

constexpr StorageClass kClasses[] = {
    {"FloatStorage", float32},
    {"DoubleStorage", float64},
    {"HalfStorage", float16},
    {"BFloat16Storage", bfloat16},
    {"ByteStorage", uint8},
    {"CharStorage", int8},
    {"ShortStorage", int16},
    {"IntStorage", int32},
    {"LongStorage", int64},
    {"BoolStorage", bool_},
    {"ComplexFloatStorage", complex64},
    {"ComplexDoubleStorage", complex128},
    {"QInt8Storage", int8},
    {"QUInt8Storage", uint8},
    {"QInt32Storage", int32},
    {"QUInt4x2Storage", uint8},
    {"QUInt2x4Storage", uint8},
    {"UntypedStorage", uint8},
    {"_UntypedStorage", uint8},
};

constexpr size_t kPlainClasses = 12;  // the classes of ordinary dtypes

}  // namespace

std::optional<StorageClass> find_storage_class(std::string_view name) {
  for (const StorageClass& found : kClasses) {
    if (found.name == name) return found;
  }
  return std::nullopt;
}

std::string_view storage_class_of(Dtype dtype) {
  for (size_t i = 0; i < kPlainClasses; ++i) {
    if (kClasses[i].dtype == dtype) return kClasses[i].name;
  }
  return "UntypedStorage";
}

std::optional<Dtype> find_dtype(std::string_view name) {
  for (int i = 0; i < kNumDtypes; ++i) {
    const auto dtype = static_cast<Dtype>(i);
    if (name == to_string(dtype)) return dtype;
  }
  return std::nullopt;
}

}  // namespace cresset::serialize
