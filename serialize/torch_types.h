// PyTorch's names of element types and storage classes.

#ifndef CRESSET_SERIALIZE_TORCH_TYPES_H_
#define CRESSET_SERIALIZE_TORCH_TYPES_H_

#include <optional>
#include <string>
#include <string_view>

#include "cresset/tensor/base/dtype.h"

namespace cresset::serialize {

/// How a storage class keeps its elements: `dtype` is PyTorch's name of their
/// type, `carrier` what Cresset holds them as. They are the same thing for
/// ordinary types; quantized ones are held as their integers, UntypedStorage
/// as bytes.
struct StorageClass {
  std::string_view name;
  Dtype carrier;
  std::string_view dtype;
};

/// "FloatStorage" and so on; nothing for a name that PyTorch has not.
std::optional<StorageClass> find_storage_class(std::string_view name);

/// The storage class that PyTorch writes for tensors of a dtype;
/// "UntypedStorage" for the dtypes that have none of their own.
std::string_view storage_class_of(Dtype dtype);

/// The dtype of a name like "float32"; nothing if Cresset does not have it.
std::optional<Dtype> find_dtype(std::string_view name);

/// A dtype of PyTorch that Cresset keeps as integers.
struct PackedDtype {
  std::string_view name;
  Dtype carrier;
  int per_byte;  ///< elements in a byte of types smaller than that, else 1
};

/// "qint8" and so on; nothing for any other name.
std::optional<PackedDtype> find_packed_dtype(std::string_view name);

/// The name that PyTorch pickles for a name of a dtype: "float32" for "float".
/// Nothing if it is no dtype.
std::optional<std::string_view> canonical_dtype(std::string_view name);

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_TORCH_TYPES_H_
