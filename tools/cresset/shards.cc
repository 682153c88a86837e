#include "cresset/tools/cresset/shards.h"

#include <cstdio>

#include "cresset/serialize/checkpoint.h"
#include "cresset/serialize/safetensors_writer.h"
#include "cresset/tools/cresset/output.h"

namespace cresset::cli {

std::string without_ending(const std::string& path) {
  for (const char* ending : {".safetensors.index.json", ".index.json"}) {
    if (path.ends_with(ending)) {
      return path.substr(0, path.size() - std::string(ending).size());
    }
  }
  const size_t dot = path.rfind('.');
  const size_t slash = path.rfind('/');
  const bool has = dot != std::string::npos && dot > 0 &&
                   (slash == std::string::npos || dot > slash + 1);
  return has ? path.substr(0, dot) : path;
}

std::vector<std::string> write_shards(const Value& tensors,
                                      const std::string& stem, int64_t limit,
                                      bool force) {
  const std::string index = stem + ".safetensors.index.json";
  // The names that save_shards() gives where there is no set yet.
  const size_t count = serialize::split_tensors(tensors, limit).size();
  std::vector<std::string> files;
  for (size_t i = 0; i < count; ++i) {
    char number[80];
    std::snprintf(number, sizeof(number), "-%05zu-of-%05zu.safetensors", i + 1,
                  count);
    files.push_back(stem + number);
  }
  files.push_back(index);
  for (const std::string& file : files) Output{file, force}.check();
  SaveOptions options;
  options.metadata = {{"format", "pt"}};
  try {
    return save_shards(tensors, index, static_cast<uint64_t>(limit), options);
  } catch (const Error& error) {
    throw as_write_error(error);
  }
}

}  // namespace cresset::cli
