// Zip archives: the directory, and every record inflated and checked.

#include "cresset/serialize/zip_reader.h"
#include "cresset/tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return cresset::fuzz::run([&] {
    cresset::serialize::ZipReader zip(cresset::fuzz::file_of(data, size));
    for (const auto& entry : zip.entries()) zip.read_checked(entry);
    return cresset::Value();
  });
}
