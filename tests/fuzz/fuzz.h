// What all fuzz targets share: errors are fine, everything else is not.

#ifndef CRESSET_TESTS_FUZZ_FUZZ_H_
#define CRESSET_TESTS_FUZZ_FUZZ_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "cresset/serialize/input_file.h"
#include "cresset/serialize/torch_pickler.h"
#include "cresset/serialize/value.h"
#include "cresset/tensor/base/error.h"

namespace cresset::fuzz {

/// The input as a file in memory.
inline std::shared_ptr<serialize::InputFile> file_of(const uint8_t* data,
                                                     size_t size) {
  return serialize::InputFile::from_bytes(
      std::string(reinterpret_cast<const char*>(data), size), "input");
}

/// Does with a loaded value what programs do: prints, compares and saves it.
inline void use(const Value& value) {
  repr(value, 2000);
  try {
    const serialize::TorchPickle pickle = serialize::torch_pickle(value);
    if (pickle.bytes.empty()) __builtin_trap();
  } catch (const Error&) {
  }
}

/// Runs `read`, which may fail with an error of Cresset's and with nothing
/// else.
template <class Read>
int run(Read&& read) {
  try {
    use(read());
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kInternal) __builtin_trap();
  }
  return 0;
}

}  // namespace cresset::fuzz

#endif  // CRESSET_TESTS_FUZZ_FUZZ_H_
