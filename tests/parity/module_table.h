// The table of the modules that a case can build by name.
//
//   table.add("Linear", "in_features, out_features, bias=True",
//             [](int64_t in, int64_t out, bool bias) {
//               return built(nn::Linear(in, out, bias));
//             });
//
// The arguments `device` and `dtype`, which every module of PyTorch takes, are
// no part of the signatures here: the runner of module cases sees to them.

#ifndef CRESSET_TESTS_PARITY_MODULE_TABLE_H_
#define CRESSET_TESTS_PARITY_MODULE_TABLE_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "cresset/nn/module.h"
#include "cresset/tests/parity/op_table.h"

namespace cresset::parity {

/// A module and how it is called with the arguments of a case.
struct BuiltModule {
  std::shared_ptr<nn::Module> module;
  std::function<Outputs(const Value& args, const Value& kwargs)> call;
};

using ModuleTable = Table<BuiltModule>;

/// All modules that Cresset has, by PyTorch's name without "nn.".
const ModuleTable& module_table();

/// `module` whose forward takes the parameters of `signature`; `f` makes of the
/// shared module a function of their values.
template <class M, class F>
BuiltModule built(M module, const std::string& signature, F f) {
  auto shared = std::make_shared<M>(std::move(module));
  auto table = std::make_shared<OpTable>();
  const std::string name = shared->name();
  table->add(name, signature, f(shared));
  return {shared, [table, name](const Value& args, const Value& kwargs) {
            return table->call(name, args, kwargs);
          }};
}

/// A module with one input.
template <class M>
BuiltModule built(M module) {
  return built(std::move(module), "input", [](std::shared_ptr<M> m) {
    return [m](const Tensor& x) { return (*m)(x); };
  });
}

/// A loss, or another module with two inputs.
template <class M>
BuiltModule built_pair(M module, const std::string& signature) {
  return built(std::move(module), signature, [](std::shared_ptr<M> m) {
    return [m](const Tensor& a, const Tensor& b) { return (*m)(a, b); };
  });
}

/// A loss of three inputs.
template <class M>
BuiltModule built_triple(M module, const std::string& signature) {
  return built(std::move(module), signature, [](std::shared_ptr<M> m) {
    return [m](const Tensor& a, const Tensor& b, const Tensor& c) {
      return (*m)(a, b, c);
    };
  });
}

// One function for each file of rows.
void add_layer_modules(ModuleTable& table);
void add_activation_modules(ModuleTable& table);
void add_loss_modules(ModuleTable& table);
void add_resize_modules(ModuleTable& table);
void add_sequence_modules(ModuleTable& table);

}  // namespace cresset::parity

#endif  // CRESSET_TESTS_PARITY_MODULE_TABLE_H_
