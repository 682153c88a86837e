// save() and load(): checkpoints in PyTorch's format.

#ifndef CRESSET_SERIALIZE_CHECKPOINT_H_
#define CRESSET_SERIALIZE_CHECKPOINT_H_

#include <cstdint>
#include <string>

#include "cresset/serialize/options.h"
#include "cresset/serialize/refusal.h"
#include "cresset/serialize/state_dict.h"
#include "cresset/serialize/value.h"

namespace cresset {

/// Writes a checkpoint that torch.load reads.
///
///   save({{"epoch", 3}, {"model", model.state_dict()}}, "last.pth");
///
/// The file is complete or not there: the bytes go to a temporary file in the
/// same folder, which takes the path's place at the end. A failure or a kill
/// at any moment leaves the file that was there before. Tensors of other
/// devices come to the host in pieces of some MiB.
///
/// Errors: kIo, with path, operation and errno; kUnsupported for values that
///         have no form in a PyTorch file.
/// Torch:  torch.save(value, path)
void save(const Value& value, const std::string& path,
          const SaveOptions& options = {});

/// Writes a flat dict of tensors as safetensors files of at most `shard_bytes`
/// each and an index, `path`, that load() takes: "model.safetensors.index.json"
/// beside "model-00001-of-00002.safetensors", ...
///
/// A set that is there is replaced as one: the new files have other names
/// ("model-00001-of-00002-b.safetensors", and the plain ones the next time),
/// the index takes the old one's place, and only then are the shards removed
/// that it does not name. A failure or a kill at any moment leaves the old set
/// or the new one; what it left over goes with the next save. Returns the paths
/// of the files, the index last.
///
/// Errors: as save(); kValue unless `path` ends in ".safetensors.index.json".
std::vector<std::string> save_shards(const Value& tensors,
                                     const std::string& path,
                                     uint64_t shard_bytes,
                                     const SaveOptions& options = {});

/// Reads what torch.save wrote, in any release; TorchScript archives (their
/// weights), safetensors, also in shards, and NumPy's files. What a file is,
/// its contents tell. Nothing of it is run, and tensors view the mapped file
/// without a copy; to other devices they go in pieces of some MiB.
///
///   const Value checkpoint = load("last.pth", {.map_location = "cpu"});
///
/// Errors: kIo if the file cannot be read; kFormat if it is damaged; the text
///         names file, record, byte and rule. RefusedError, of kUnsupported,
///         for calls of unknown Python functions and for what would take
///         memory out of proportion; kUnsupported for formats that Cresset
///         does not read.
/// Torch:  torch.load(path, map_location=...)
Value load(const std::string& path, const LoadOptions& options = {});

}  // namespace cresset

#endif  // CRESSET_SERIALIZE_CHECKPOINT_H_
