// Pickles, with storages of 64 bytes wherever they name one. The first byte
// chooses the options.

#include <algorithm>

#include "cresset/serialize/torch_rebuild.h"
#include "cresset/serialize/torch_types.h"
#include "cresset/tests/fuzz/fuzz.h"

namespace {

using cresset::Value;

class Hooks final : public cresset::serialize::TorchHooks {
 public:
  using TorchHooks::TorchHooks;

  Value persistent(const Value& id) override {
    constexpr int64_t kBytes = 64;
    if (!id.is_tuple() || id.size() < 2 || !id[1].is_global()) return id;
    const std::string& name = id[1].global_name();
    const auto type = cresset::serialize::find_storage_class(name);
    if (!type) return Value();
    const auto count =
        kBytes / static_cast<int64_t>(cresset::itemsize(type->carrier));
    const cresset::Tensor elements =
        cresset::empty({count}, {.dtype = type->carrier});
    std::fill_n(static_cast<uint8_t*>(elements.raw_data()), kBytes, 1);
    return Value::storage(elements, name);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  return cresset::fuzz::run([&] {
    constexpr uint64_t kMaxOps = 100000;
    Hooks hooks("input", std::make_shared<cresset::serialize::MemoryBudget>(
                             size, kMaxOps));
    cresset::serialize::PickleReader reader(
        {reinterpret_cast<const char*>(data) + 1, size - 1}, "input",
        "data.pkl", hooks,
        {.opaque_calls = (data[0] & 1) != 0,
         .weights_only = (data[0] & 2) != 0,
         .budget = hooks.shared_budget()});
    return reader.read();
  });
}
