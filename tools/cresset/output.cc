#include "cresset/tools/cresset/output.h"

#include <filesystem>
#include <system_error>

#include "cresset/serialize/checkpoint.h"
#include "cresset/tensor/base/error.h"
#include "cresset/tools/cresset/exit_code.h"

namespace cresset::cli {

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
  try {
    cresset::save(value, path, options);
  } catch (const Error& error) {
    throw as_write_error(error);
  }
}

CliError as_write_error(const Error& error) {
  const bool system = error.code() == ErrorCode::kIo;
  return {system ? kExitCannotWrite : kExitUsage, error.what()};
}

int64_t file_bytes(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  return error ? 0 : static_cast<int64_t>(size);
}

}  // namespace cresset::cli
