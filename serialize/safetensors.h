// Reads the safetensors format and the indexes of files in several shards.

#ifndef CRESSET_SERIALIZE_SAFETENSORS_H_
#define CRESSET_SERIALIZE_SAFETENSORS_H_

#include <memory>
#include <string>
#include <string_view>

#include "cresset/serialize/input_file.h"
#include "cresset/serialize/options.h"
#include "cresset/serialize/value.h"

namespace cresset::serialize {

/// A dtype as safetensors names it.
struct SafetensorsType {
  std::string_view name;   ///< "F32"
  std::string_view dtype;  ///< PyTorch's name, "float32"
};

/// The dtypes in the order in which files hold their tensors, last first.
inline constexpr SafetensorsType kSafetensorsTypes[] = {
    {"BOOL", "bool"},
    {"U8", "uint8"},
    {"I8", "int8"},
    {"F8_E5M2", "float8_e5m2"},
    {"F8_E4M3", "float8_e4m3fn"},
    {"F8_E8M0", "float8_e8m0fnu"},
    {"F8_E4M3FNUZ", "float8_e4m3fnuz"},
    {"F8_E5M2FNUZ", "float8_e5m2fnuz"},
    {"I16", "int16"},
    {"U16", "uint16"},
    {"F16", "float16"},
    {"BF16", "bfloat16"},
    {"I32", "int32"},
    {"U32", "uint32"},
    {"F32", "float32"},
    {"C64", "complex64"},
    {"F64", "float64"},
    {"I64", "int64"},
    {"U64", "uint64"},
};

/// The tensors of a file by name, a dict in the order of the header. Each has
/// a storage of its own, a view of the file where its place allows, or without
/// memory with `structure_only`. `metadata` gets what the file says under
/// "__metadata__", if it is not null.
///
/// Errors: kFormat unless the header is JSON of the format's form and the
///         tensors fill the data exactly, without holes and overlaps;
///         kUnsupported for dtypes that PyTorch has not.
Value read_safetensors(const std::shared_ptr<InputFile>& file,
                       const LoadOptions& options, Value* metadata = nullptr,
                       bool structure_only = false);

/// The JSON of an index ("model.safetensors.index.json") as a dict from names
/// to files. The files are names in the index's own folder.
/// Errors: kFormat for anything else.
Value read_shard_index(const InputFile& file, const LoadOptions& options);

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_SAFETENSORS_H_
