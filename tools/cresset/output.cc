#include "cresset/tools/cresset/output.h"

#include <filesystem>
#include <system_error>

#include "cresset/serialize/atomic_file.h"
#include "cresset/serialize/checkpoint.h"
#include "cresset/tensor/base/error.h"
#include "cresset/tools/cresset/exit_code.h"

namespace cresset::cli {
namespace {

// Failures of the system are those of writing; what a format cannot hold is a
// wrong use.
void as_writing(const std::function<void()>& write) {
  try {
    write();
  } catch (const Error& error) {
    const bool system = error.code() == ErrorCode::kIo;
    throw CliError(system ? kExitCannotWrite : kExitUsage, error.what());
  }
}

}  // namespace

void Output::add_options(std::vector<Option>& options) {
  options.push_back({"-o,--output", &path, "FILE", "the file to write", true});
  options.push_back(
      {"-f,--force", &force, "", "replace the file if there is one"});
}

void Output::check() const {
  std::error_code ignored;
  if (!force && std::filesystem::exists(path, ignored)) {
    throw CliError(kExitCannotWrite,
                   path + ": the file exists; give --force to replace it");
  }
}

void Output::save(const Value& value, const SaveOptions& options) const {
  check();
  as_writing([&] { cresset::save(value, path, options); });
}

void Output::write(
    const std::function<void(serialize::Sink&)>& write_bytes) const {
  check();
  as_writing([&] {
    serialize::AtomicFile file(path);
    write_bytes(file);
    file.commit();
  });
}

int64_t file_bytes(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  return error ? 0 : static_cast<int64_t>(size);
}

}  // namespace cresset::cli
