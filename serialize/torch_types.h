// PyTorch's names of element types and storage classes.

#ifndef CRESSET_SERIALIZE_TORCH_TYPES_H_
#define CRESSET_SERIALIZE_TORCH_TYPES_H_

#include <optional>
#include <string>
#include <string_view>

#include "cresset/tensor/base/dtype.h"

namespace cresset::serialize {

/// How a storage class keeps its elements. Quantized kinds are held as the
/// integers they are made of; UntypedStorage as bytes.
struct StorageClass {
  std::string_view name;
  Dtype dtype;
};

/// "FloatStorage" and so on; nothing for a name that PyTorch has not.
std::optional<StorageClass> find_storage_class(std::string_view name);

/// The storage class that PyTorch writes for tensors of a dtype;
/// "UntypedStorage" for the dtypes that have none of their own.
std::string_view storage_class_of(Dtype dtype);

/// The dtype of a name like "float32"; nothing if Cresset does not have it.
std::optional<Dtype> find_dtype(std::string_view name);

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_TORCH_TYPES_H_
