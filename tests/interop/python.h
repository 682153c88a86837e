// Runs the scripts of this folder with the system's Python, which is where
// Debian's PyTorch is.

#ifndef CRESSET_TESTS_INTEROP_PYTHON_H_
#define CRESSET_TESTS_INTEROP_PYTHON_H_

#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <iostream>
#include <string>

namespace cresset::testing {

/// A folder for the files of one test; it is made if it is not there.
inline std::string temporary_folder(const std::string& name) {
  const char* root = std::getenv("TEST_TMPDIR");
  const std::filesystem::path path =
      std::filesystem::path(root == nullptr ? "/tmp" : root) / name;
  std::filesystem::create_directories(path);
  return path.string();
}

/// The status of `tests/interop/<script> <arguments>`: 0 for success.
inline int run_python(const std::string& script,
                      std::initializer_list<std::string> arguments) {
  std::string command = "/usr/bin/python3 -B tests/interop/" + script;
  for (const std::string& argument : arguments) {
    command += " '" + argument + "'";
  }
  return std::system(command.c_str());
}

/// Whether Python has the module; says so once if it has not.
inline bool have_python_module(const std::string& module) {
  const bool have =
      std::system(("/usr/bin/python3 -c 'import " + module + "' 2>/dev/null")
                      .c_str()) == 0;
  if (!have) {
    std::cout << "SKIPPED: python3-" << module << " is not installed\n";
  }
  return have;
}

}  // namespace cresset::testing

#endif  // CRESSET_TESTS_INTEROP_PYTHON_H_
