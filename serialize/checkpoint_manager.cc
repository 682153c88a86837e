#include "cresset/serialize/checkpoint_manager.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "cresset/serialize/atomic_file.h"
#include "cresset/serialize/io_error.h"

namespace cresset {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLatest = "latest";
constexpr const char* kBest = "best";

void require(const std::error_code& error, const fs::path& path,
             const char* operation) {
  if (error) serialize::throw_io(path.string(), operation, error.value());
}

}  // namespace

CheckpointManager::CheckpointManager(std::string folder,
                                     CheckpointManagerOptions options)
    : folder_(std::move(folder)), options_(std::move(options)) {
  CRESSET_CHECK(options_.keep_last >= 1, kValue,
                "CheckpointManager: keep_last must be at least 1; got ",
                options_.keep_last);
  const std::string whole = options_.prefix + options_.suffix;
  CRESSET_CHECK(!whole.empty() && whole.find('/') == std::string::npos &&
                    whole.find('\n') == std::string::npos,
                kValue,
                "CheckpointManager: prefix and suffix must be parts of a file "
                "name; got ",
                cresset::quoted(whole));
  std::error_code error;
  fs::create_directories(folder_, error);
  require(error, folder_, "mkdir");
}

std::string CheckpointManager::path_of(const std::string& name) const {
  return (fs::path(folder_) / name).string();
}

std::string CheckpointManager::name_of(int64_t step) const {
  std::string digits = std::to_string(step);
  digits.insert(0, digits.size() < 6 ? 6 - digits.size() : 0, '0');
  return options_.prefix + digits + options_.suffix;
}

std::optional<int64_t> CheckpointManager::step_of(
    const std::string& name) const {
  const size_t around = options_.prefix.size() + options_.suffix.size();
  if (name.size() <= around || !name.starts_with(options_.prefix) ||
      !name.ends_with(options_.suffix)) {
    return std::nullopt;
  }
  const char* first = name.data() + options_.prefix.size();
  const char* last = name.data() + name.size() - options_.suffix.size();
  int64_t step = 0;
  const auto [end, error] = std::from_chars(first, last, step);
  // Names of other programs that look alike are not ours to remove.
  if (error != std::errc() || end != last || name != name_of(step)) {
    return std::nullopt;
  }
  return step;
}

std::string CheckpointManager::save(const Value& checkpoint, int64_t step,
                                    std::optional<double> metric) {
  CRESSET_CHECK(step >= 0, kValue,
                "CheckpointManager: a step must not be negative; got ", step);
  const std::string name = name_of(step);
  const std::string path = path_of(name);
  const bool best = metric && is_best(*metric, name);
  cresset::save(checkpoint, path, options_.save);
  if (options_.verify_after_write) load(path, {.verify = true});
  if (best) {
    write_pointer(kBest, name + "\n" + python_float(*metric) + "\n");
  }
  write_pointer(kLatest, name + "\n");
  remove_old(step);
  return path;
}

// A best checkpoint that is written over was the best of what is no more.
bool CheckpointManager::is_best(double metric, const std::string& name) const {
  if (std::isnan(metric)) return false;
  const std::optional<Pointer> old = read_pointer(kBest);
  if (!old || !old->metric || old->name == name) return true;
  return options_.higher_is_better ? metric > *old->metric
                                   : metric < *old->metric;
}

void CheckpointManager::write_pointer(const char* pointer,
                                      const std::string& text) const {
  serialize::AtomicFile file(path_of(pointer));
  file.write(text.data(), text.size());
  file.commit(options_.save.durable);
}

// A name in this folder that a checkpoint has, and a metric.
std::optional<CheckpointManager::Pointer> CheckpointManager::read_pointer(
    const char* pointer) const {
  std::ifstream in(path_of(pointer));
  Pointer found;
  if (!std::getline(in, found.name) || !step_of(found.name)) {
    return std::nullopt;
  }
  std::error_code error;
  if (!fs::exists(path_of(found.name), error)) return std::nullopt;
  std::string metric;
  if (std::getline(in, metric)) {
    double number = 0;
    const char* const last = metric.data() + metric.size();
    const auto [end, failed] = std::from_chars(metric.data(), last, number);
    if (failed == std::errc() && end == last) found.metric = number;
  }
  return found;
}

std::optional<std::string> CheckpointManager::latest() const {
  const auto found = read_pointer(kLatest);
  return found ? std::optional(path_of(found->name)) : std::nullopt;
}

std::optional<std::string> CheckpointManager::best() const {
  const auto found = read_pointer(kBest);
  return found ? std::optional(path_of(found->name)) : std::nullopt;
}

std::optional<double> CheckpointManager::best_metric() const {
  const auto found = read_pointer(kBest);
  return found ? found->metric : std::nullopt;
}

std::vector<int64_t> CheckpointManager::steps() const {
  std::vector<int64_t> found;
  std::error_code error;
  fs::directory_iterator entries(folder_, error);
  require(error, folder_, "opendir");
  while (entries != fs::directory_iterator()) {
    const auto step = step_of(entries->path().filename().string());
    if (step) found.push_back(*step);
    entries.increment(error);
    require(error, folder_, "readdir");
  }
  std::sort(found.begin(), found.end());
  return found;
}

void CheckpointManager::remove_old(int64_t step) const {
  std::vector<int64_t> old = steps();
  std::erase_if(old, [step](int64_t s) { return s > step; });
  const auto keep = static_cast<size_t>(options_.keep_last);
  if (old.size() <= keep) return;
  old.resize(old.size() - keep);
  const auto best =
      options_.keep_best ? read_pointer(kBest) : std::optional<Pointer>();
  for (const int64_t s : old) {
    const std::string name = name_of(s);
    if (best && best->name == name) continue;
    std::error_code error;
    fs::remove(path_of(name), error);
    require(error, path_of(name), "unlink");
  }
}

Value CheckpointManager::load_latest(const LoadOptions& options) const {
  const auto path = latest();
  CRESSET_CHECK(path, kIo, folder_, ": there is no checkpoint named by '",
                kLatest, "'");
  return load(*path, options);
}

Value CheckpointManager::load_best(const LoadOptions& options) const {
  const auto path = best();
  CRESSET_CHECK(path, kIo, folder_, ": there is no checkpoint named by '",
                kBest, "'");
  return load(*path, options);
}

}  // namespace cresset
