// Cases of kind `module`: construction, forward, backward and state.

#include "cresset/nn/nn.h"
#include "cresset/tests/parity/cases.h"
#include "cresset/tests/parity/compare.h"
#include "cresset/tests/parity/module_table.h"

namespace cresset::parity {
namespace {

using cresset::internal::concat;

// "nn.Linear" and "torch.nn.Linear" are Linear.
std::string short_name(const std::string& name) {
  const size_t dot = name.rfind('.');
  return dot == std::string::npos ? name : name.substr(dot + 1);
}

// `kwargs` without device and dtype, which are taken out of it.
Value without_options(const Value& kwargs, Value& device, Value& dtype) {
  Value rest = Value::dict();
  if (kwargs.is_none()) return rest;
  for (const auto& [key, value] : kwargs.items()) {
    if (key == Value("device")) {
      device = value;
    } else if (key == Value("dtype")) {
      dtype = value;
    } else {
      rest[key] = value;
    }
  }
  return rest;
}

void check_repr(const nn::Module& module, const Value& want) {
  if (want.is_none()) return;
  const std::string got = to_string(module);
  if (got == want.as_str()) return;
  throw Mismatch("repr: got " + quoted(got, 300) + ", want " +
                 quoted(want.as_str(), 300));
}

void check_param_grads(const nn::Module& module, const Value& want) {
  if (want.is_none()) return;
  if (!want.is_dict()) {  // a list in the order of parameters()
    const std::vector<Tensor> parameters = module.parameters();
    for (size_t i = 0; i < parameters.size(); ++i) {
      compare_gradients(concat("gradient of parameter ", i),
                        parameters[i].grad(), want.at(i));
    }
    return;
  }
  for (const auto& [name, grad] : want.items()) {
    compare_gradients("gradient of " + name.as_str(),
                      module.get_parameter(name.as_str()).grad(), grad);
  }
}

void check_state(const nn::Module& module, const Value& want) {
  if (want.is_none()) return;
  const StateDict got = module.state_dict();
  size_t i = 0;
  const std::vector<std::string> keys = got.keys();
  for (const auto& [name, tensor] : want.items()) {
    if (i >= keys.size() || keys[i] != name.as_str()) {
      throw Mismatch(concat("state_dict: got ",
                            i < keys.size() ? keys[i] : "the end", ", want ",
                            name.as_str()));
    }
    compare_outputs("state_dict: " + name.as_str(), got[name.as_str()], tensor);
    ++i;
  }
  if (i != keys.size()) {
    throw Mismatch("state_dict: got a further key " + keys[i]);
  }
}

void zero_dropout(nn::Module& module) {
  for (nn::Module* part : module.modules()) {
    if (auto* dropout = part->as<nn::DropoutBase>()) dropout->p = 0;
    if (auto* rnn = part->as<nn::RNNBase>()) rnn->options.dropout = 0;
    if (auto* attention = part->as<nn::MultiheadAttention>()) {
      attention->options.dropout = 0;
    }
  }
}

// The device of the first tensor among the arguments of the call.
Device device_of(const Value& args) {
  for (const Value& arg : args.elements()) {
    if (arg.is_tensor()) return arg.as_tensor().device();
  }
  return Device();
}

}  // namespace

void run_module_case(const Value& c) {
  Value device, dtype;
  const Value kwargs = without_options(c.get("init_kwargs"), device, dtype);
  const BuiltModule built =
      module_table().call(short_name(case_name(c)), c["init_args"], kwargs);
  nn::Module& module = *built.module;
  if (!dtype.is_none()) module.to(dtype.as_dtype());
  module.to(device_of(c["args"]));
  module.load_state_dict(c["state_dict"]);
  module.train(c["training"].as_bool());
  if (c.get("dropout_zeroed", false).as_bool()) zero_dropout(module);
  const Outputs outputs = built.call(c["args"], c.get("kwargs", Value::dict()));
  check_outputs_and_grads(c, outputs);
  check_param_grads(module, c.get("param_grads"));
  check_state(module, c.get("state_dict_after"));
  check_repr(module, c.get("repr"));
}

}  // namespace cresset::parity
