// Writes the safetensors format, in one file or in shards.

#ifndef CRESSET_SERIALIZE_SAFETENSORS_WRITER_H_
#define CRESSET_SERIALIZE_SAFETENSORS_WRITER_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cresset/serialize/sink.h"
#include "cresset/serialize/value.h"

namespace cresset::serialize {

/// Writes a dict from names to tensors with the bytes of the reference
/// implementation: widest dtypes first, then by name, row-major. `metadata`
/// goes into "__metadata__". Tensors that share memory are written each for
/// itself. At most one tensor is copied at a time.
///
/// Errors: kValue if keys are not text or values not tensors; kUnsupported for
///         dtypes that the format has not; what the sink throws.
/// Torch:  safetensors.torch.save_file(tensors, path, metadata)
void write_safetensors(const Value& tensors, Sink& sink,
                       const std::map<std::string, std::string>& metadata = {
                           {"format", "pt"}});

/// The dict in parts of at most `limit` bytes of tensors, in order. A tensor
/// that is larger has a part of its own.
std::vector<Value> split_tensors(const Value& tensors, int64_t limit);

/// Text of the index "<stem>.safetensors.index.json" of shards.
std::string shard_index(const std::vector<Value>& shards,
                        const std::vector<std::string>& files);

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_SAFETENSORS_WRITER_H_
