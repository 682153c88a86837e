// Cases of kind `random`: numbers after manual_seed.

#include "cresset/tensor/ops/random.h"
#include "cresset/tests/parity/cases.h"
#include "cresset/tests/parity/compare.h"
#include "cresset/tests/parity/op_table.h"

namespace cresset::parity {
namespace {

using StreamTable = Table<Tensor>;

const StreamTable& stream_table() {
  static const StreamTable* const table = [] {
    auto* t = new StreamTable;
    t->add("rand", "*size", [](const Ints& size) { return rand(size); });
    t->add("randn", "*size", [](const Ints& size) { return randn(size); });
    t->add("randperm", "n", [](int64_t n) { return randperm(n); });
    t->add("randint", "high, size",
           [](int64_t high, const Ints& size) { return randint(high, size); });
    t->add("randint", "low, high, size",
           [](int64_t low, int64_t high, const Ints& size) {
             return randint(low, high, size);
           });
    return t;
  }();
  return *table;
}

}  // namespace

void run_random_case(const Value& c) {
  const std::string name = case_name(c);
  manual_seed(static_cast<uint64_t>(c["seed"].as_int()));
  const Value kwargs = c.get("kwargs", Value::dict());
  const Tensor got = stream_table().call(name, c["args"], kwargs);
  const Tensor& want = c["expected"].as_tensor();
  compare_tensors(name, got, want, stream_tolerance(want));
}

}  // namespace cresset::parity
