#include "cresset/serialize/torch_types.h"

#include <utility>

namespace cresset::serialize {
namespace {

constexpr StorageClass kClasses[] = {
    {"FloatStorage", float32, "float32"},
    {"DoubleStorage", float64, "float64"},
    {"HalfStorage", float16, "float16"},
    {"BFloat16Storage", bfloat16, "bfloat16"},
    {"ByteStorage", uint8, "uint8"},
    {"CharStorage", int8, "int8"},
    {"ShortStorage", int16, "int16"},
    {"IntStorage", int32, "int32"},
    {"LongStorage", int64, "int64"},
    {"BoolStorage", bool_, "bool"},
    {"ComplexFloatStorage", complex64, "complex64"},
    {"ComplexDoubleStorage", complex128, "complex128"},
    {"QInt8Storage", int8, "qint8"},
    {"QUInt8Storage", uint8, "quint8"},
    {"QInt32Storage", int32, "qint32"},
    {"QUInt4x2Storage", uint8, "quint4x2"},
    {"QUInt2x4Storage", uint8, "quint2x4"},
    {"ComplexHalfStorage", int32, "complex32"},
    {"UntypedStorage", uint8, "uint8"},
    {"_UntypedStorage", uint8, "uint8"},
};

constexpr size_t kPlainClasses = 12;  // the classes of ordinary dtypes

constexpr PackedDtype kPacked[] = {
    {"qint8", int8, 1},
    {"quint8", uint8, 1},
    {"qint32", int32, 1},
    {"quint4x2", uint8, 2},
    {"quint2x4", uint8, 4},
    {"complex32", int32, 1},
    {"float8_e4m3fnuz", uint8, 1},
    {"float8_e5m2fnuz", uint8, 1},
    {"float8_e8m0fnu", uint8, 1},
    {"float4_e2m1fn_x2", uint8, 1},
    {"bits8", uint8, 1},
    {"bits16", int16, 1},
    {"bits1x8", uint8, 1},
    {"bits2x4", uint8, 1},
    {"bits4x2", uint8, 1},
    {"uint1", uint8, 1},
    {"uint2", uint8, 1},
    {"uint3", uint8, 1},
    {"uint4", uint8, 1},
    {"uint5", uint8, 1},
    {"uint6", uint8, 1},
    {"uint7", uint8, 1},
    {"int1", int8, 1},
    {"int2", int8, 1},
    {"int3", int8, 1},
    {"int4", int8, 1},
    {"int5", int8, 1},
    {"int6", int8, 1},
    {"int7", int8, 1},
};

constexpr std::pair<std::string_view, std::string_view> kAliases[] = {
    {"float", "float32"},    {"double", "float64"},     {"half", "float16"},
    {"short", "int16"},      {"int", "int32"},          {"long", "int64"},
    {"cfloat", "complex64"}, {"cdouble", "complex128"}, {"chalf", "complex32"},
};

}  // namespace

std::optional<StorageClass> find_storage_class(std::string_view name) {
  for (const StorageClass& found : kClasses) {
    if (found.name == name) return found;
  }
  return std::nullopt;
}

std::string_view storage_class_of(Dtype dtype) {
  for (size_t i = 0; i < kPlainClasses; ++i) {
    if (kClasses[i].carrier == dtype) return kClasses[i].name;
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

std::optional<PackedDtype> find_packed_dtype(std::string_view name) {
  for (const PackedDtype& found : kPacked) {
    if (found.name == name) return found;
  }
  return std::nullopt;
}

std::optional<std::string_view> canonical_dtype(std::string_view name) {
  for (const auto& [alias, meaning] : kAliases) {
    if (name == alias) return meaning;
  }
  if (const auto dtype = find_dtype(name)) return to_string(*dtype);
  if (const auto packed = find_packed_dtype(name)) return packed->name;
  return std::nullopt;
}

}  // namespace cresset::serialize
