// Files of the safetensors format.

#include "cresset/serialize/safetensors.h"

#include "cresset/tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return cresset::fuzz::run([&] {
    const auto file = cresset::fuzz::file_of(data, size);
    return cresset::serialize::read_safetensors(file, {});
  });
}
