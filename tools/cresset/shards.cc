#include "cresset/tools/cresset/shards.h"

#include <cstdio>

#include "cresset/serialize/safetensors_writer.h"
#include "cresset/tools/cresset/output.h"

namespace cresset::cli {
namespace {

std::string base_name(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

}  // namespace

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
  const std::vector<Value> shards = serialize::split_tensors(tensors, limit);
  std::vector<std::string> files, names;
  for (size_t i = 0; i < shards.size(); ++i) {
    char number[80];
    std::snprintf(number, sizeof(number), "-%05zu-of-%05zu.safetensors", i + 1,
                  shards.size());
    files.push_back(stem + number);
    names.push_back(base_name(files.back()));
  }
  files.push_back(stem + ".safetensors.index.json");
  for (const std::string& file : files) Output{file, force}.check();
  for (size_t i = 0; i < shards.size(); ++i) {
    Output{files[i], force}.write([&](serialize::Sink& sink) {
      serialize::write_safetensors(shards[i], sink);
    });
  }
  const std::string index = serialize::shard_index(shards, names);
  Output{files.back(), force}.write(
      [&](serialize::Sink& sink) { sink.write(index.data(), index.size()); });
  return files;
}

}  // namespace cresset::cli
