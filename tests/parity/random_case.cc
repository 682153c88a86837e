// Cases of kind `random`: numbers after manual_seed.

#include "cresset/nn/init.h"
#include "cresset/tensor/ops/random.h"
#include "cresset/tests/parity/cases.h"
#include "cresset/tests/parity/compare.h"
#include "cresset/tests/parity/module_table.h"
#include "cresset/tests/parity/op_table.h"

namespace cresset::parity {
namespace {

using StreamTable = Table<Tensor>;

void add_init_streams(StreamTable& t) {
  namespace init = nn::init;
  t.add("init.uniform_", "tensor, a=0.0, b=1.0",
        [](const Tensor& x, double a, double b) {
          return init::uniform_(x, a, b);
        });
  t.add("init.normal_", "tensor, mean=0.0, std=1.0",
        [](const Tensor& x, double mean, double std) {
          return init::normal_(x, mean, std);
        });
  t.add("init.trunc_normal_", "tensor, mean=0.0, std=1.0, a=-2.0, b=2.0",
        [](const Tensor& x, double mean, double std, double a, double b) {
          return init::trunc_normal_(x, mean, std, a, b);
        });
  t.add("init.constant_", "tensor, val",
        [](const Tensor& x, const Scalar& value) {
          return init::constant_(x, value);
        });
  t.add("init.ones_", "tensor", [](const Tensor& x) { return init::ones_(x); });
  t.add("init.zeros_", "tensor",
        [](const Tensor& x) { return init::zeros_(x); });
  t.add("init.eye_", "tensor", [](const Tensor& x) { return init::eye_(x); });
  t.add("init.dirac_", "tensor, groups=1", [](const Tensor& x, int64_t groups) {
    return init::dirac_(x, groups);
  });
  t.add("init.xavier_uniform_", "tensor, gain=1.0",
        [](const Tensor& x, double gain) {
          return init::xavier_uniform_(x, gain);
        });
  t.add("init.xavier_normal_", "tensor, gain=1.0",
        [](const Tensor& x, double gain) {
          return init::xavier_normal_(x, gain);
        });
  constexpr char kKaiming[] =
      "tensor, a=0, mode='fan_in', nonlinearity='leaky_relu'";
  t.add("init.kaiming_uniform_", kKaiming,
        [](const Tensor& x, double a, const std::string& mode,
           const std::string& nonlinearity) {
          return init::kaiming_uniform_(
              x, {.a = a, .mode = mode, .nonlinearity = nonlinearity});
        });
  t.add("init.kaiming_normal_", kKaiming,
        [](const Tensor& x, double a, const std::string& mode,
           const std::string& nonlinearity) {
          return init::kaiming_normal_(
              x, {.a = a, .mode = mode, .nonlinearity = nonlinearity});
        });
  t.add("init.orthogonal_", "tensor, gain=1", [](const Tensor& x, double gain) {
    return init::orthogonal_(x, gain);
  });
  t.add("init.sparse_", "tensor, sparsity, std=0.01",
        [](const Tensor& x, double sparsity, double std) {
          return init::sparse_(x, sparsity, std);
        });
}

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
    add_init_streams(*t);
    return t;
  }();
  return *table;
}

bool starts_with(const std::string& text, const std::string& start) {
  return text.compare(0, start.size(), start) == 0;
}

void check_stream(const std::string& what, const Tensor& got,
                  const Tensor& want) {
  compare_tensors(what, got.detach(), want, stream_tolerance(want));
}

// The parameters and buffers of a module right after its construction.
void run_module_stream(const Value& c, const std::string& name) {
  // The constructor's arguments as a list, or a list of them and keywords.
  Value args = c["args"], kwargs = c.get("kwargs", Value::dict());
  if (args.size() == 2 && is_sequence(args.at(0)) && args.at(1).is_dict()) {
    kwargs = args.at(1);
    args = args.at(0);
  }
  const BuiltModule built = module_table().call(name, args, kwargs);
  const StateDict got = built.module->state_dict();
  for (const auto& [key, want] : c["expected"].items()) {
    const Tensor* tensor = got.find(key.as_str());
    if (tensor == nullptr) throw Mismatch("got no " + key.as_str());
    check_stream(key.as_str(), *tensor, want.as_tensor());
  }
}

}  // namespace

void run_random_case(const Value& c) {
  const std::string name = case_name(c);
  const std::string module = "module.";
  manual_seed(static_cast<uint64_t>(c["seed"].as_int()));
  if (starts_with(name, module)) {
    return run_module_stream(c, name.substr(module.size()));
  }
  Value args = c["args"], kwargs = c.get("kwargs", Value::dict());
  if (starts_with(name, "init.")) {
    if (args.size() > 1) kwargs = args.at(1);
    const Ints shape = Convert<Ints>::get(args.at(0));
    args = Value::tuple({empty(shape)});
  }
  check_stream(name, stream_table().call(name, args, kwargs),
               c["expected"].as_tensor());
}

}  // namespace cresset::parity
