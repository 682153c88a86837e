// Several safetensors files and their index, replaced as one.

#include <dirent.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cresset/serialize/atomic_file.h"
#include "cresset/serialize/checkpoint.h"
#include "cresset/serialize/input_file.h"
#include "cresset/serialize/io_error.h"
#include "cresset/serialize/safetensors.h"
#include "cresset/serialize/safetensors_writer.h"

namespace cresset {
namespace {

constexpr std::string_view kEnding = ".safetensors.index.json";
constexpr std::string_view kShardEnding = ".safetensors";

// What the names of every second set end in.
constexpr std::string_view kTurns[] = {"", "-b"};

// "model-00001-of-00003.safetensors", "model-00001-of-00003-b.safetensors".
std::string shard_name(const std::string& stem, size_t number, size_t count,
                       size_t turn) {
  char digits[48];
  std::snprintf(digits, sizeof(digits), "-%05zu-of-%05zu", number, count);
  return stem + digits + std::string(kTurns[turn]) + std::string(kShardEnding);
}

// Whether a file's name is that of a shard of `stem`, of one turn.
bool is_shard(const std::string& name, const std::string& stem, size_t turn) {
  const std::string ending =
      std::string(kTurns[turn]) + std::string(kShardEnding);
  if (!name.starts_with(stem) || !name.ends_with(ending) ||
      name.size() < stem.size() + ending.size()) {
    return false;
  }
  constexpr std::string_view kForm = "-00000-of-00000";
  const std::string_view middle = std::string_view(name).substr(
      stem.size(), name.size() - stem.size() - ending.size());
  if (middle.size() != kForm.size()) return false;
  for (size_t i = 0; i < middle.size(); ++i) {
    const bool digit = middle[i] >= '0' && middle[i] <= '9';
    if (kForm[i] == '0' ? !digit : middle[i] != kForm[i]) return false;
  }
  return true;
}

// The files that the index names now; none if there is no sound index.
std::set<std::string> files_of_index(const std::string& path) {
  std::set<std::string> files;
  try {
    const auto index = serialize::InputFile::map(path);
    const Value names = serialize::read_shard_index(*index, {});
    for (const DictItem& item : names.items()) {
      files.insert(item.value.as_str());
    }
  } catch (const Error&) {
    files.clear();
  }
  return files;
}

// Takes away the shards that no index names any more: those of the set that
// was there before, and of saves that were killed.
void remove_others(const std::string& folder, const std::string& stem,
                   const std::set<std::string>& wanted) {
  const std::string place = folder.empty() ? "." : folder;
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(::opendir(place.c_str()),
                                                    ::closedir);
  if (entries == nullptr) serialize::throw_io(place, "opendir", errno);
  while (const dirent* entry = ::readdir(entries.get())) {
    const std::string name = entry->d_name;
    if (!is_shard(name, stem, 0) && !is_shard(name, stem, 1)) continue;
    if (wanted.count(name) != 0) continue;
    const std::string path = folder + name;
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
      serialize::throw_io(path, "unlink", errno);
    }
  }
}

}  // namespace

std::vector<std::string> save_shards(const Value& tensors,
                                     const std::string& path,
                                     uint64_t shard_bytes,
                                     const SaveOptions& options) {
  CRESSET_CHECK(path.ends_with(kEnding), kValue,
                "save_shards: the index's name ends in ", kEnding, "; got ",
                quoted(path));
  const size_t slash = path.rfind('/');
  const std::string folder =
      slash == std::string::npos ? "" : path.substr(0, slash + 1);
  const std::string stem =
      path.substr(folder.size(), path.size() - folder.size() - kEnding.size());
  const auto shards =
      serialize::split_tensors(tensors, static_cast<int64_t>(shard_bytes));
  // A set that is there stays whole until the index names the new one, so the
  // names of its files are not used again.
  size_t turn = 0;
  for (const std::string& name : files_of_index(path)) {
    if (is_shard(name, stem, 0)) turn = 1;
  }
  std::vector<std::string> names;
  for (size_t i = 0; i < shards.size(); ++i) {
    names.push_back(shard_name(stem, i + 1, shards.size(), turn));
    serialize::AtomicFile file(folder + names.back());
    serialize::write_safetensors(shards[i], file, options.metadata);
    file.commit(options.durable);
  }
  const std::string index = serialize::shard_index(shards, names);
  serialize::AtomicFile file(path);
  file.write(index.data(), index.size());
  file.commit(options.durable);
  remove_others(folder, stem, {names.begin(), names.end()});
  std::vector<std::string> paths;
  for (const std::string& name : names) paths.push_back(folder + name);
  paths.push_back(path);
  return paths;
}

}  // namespace cresset
