// Cases of kind `op`, and what they share with modules: outputs and gradients.

#include "cresset/tensor/core/autograd.h"
#include "cresset/tests/parity/cases.h"
#include "cresset/tests/parity/compare.h"
#include "cresset/tests/parity/op_table.h"

namespace cresset::parity {
namespace {

using cresset::internal::concat;

void run_backward(const Outputs& outputs, const Value& grad_outputs) {
  std::vector<Tensor> roots, grads;
  const std::vector<Value>& wanted = grad_outputs.elements();
  for (size_t i = 0; i < wanted.size() && i < outputs.size(); ++i) {
    if (wanted[i].is_none()) continue;
    const Tensor& root = outputs[i].as_tensor();
    if (!root.requires_grad()) {
      throw Mismatch(concat("output ", i, ": requires no gradient"));
    }
    roots.push_back(root);
    grads.push_back(wanted[i].as_tensor());
  }
  if (!roots.empty()) backward(roots, grads);
}

// Whether a complex number or tensor is among the values.
bool has_complex(const Value& value) {
  if (value.is_tensor()) return is_complex(value.as_tensor().dtype());
  if (value.kind() == ValueKind::kDtype) return is_complex(value.as_dtype());
  if (value.is_dict()) {
    for (const auto& [key, item] : value.items()) {
      if (has_complex(item)) return true;
    }
  } else if (value.is_list() || value.is_tuple()) {
    for (const Value& item : value.elements()) {
      if (has_complex(item)) return true;
    }
  }
  return value.is_complex();
}

}  // namespace

void check_outputs_and_grads(const Value& c, const Outputs& outputs) {
  const std::vector<Value>& wanted = c["outputs"].elements();
  if (outputs.size() != wanted.size()) {
    throw Mismatch(
        concat("got ", outputs.size(), " outputs, want ", wanted.size()));
  }
  for (size_t i = 0; i < wanted.size(); ++i) {
    compare_outputs(concat("output ", i), outputs[i], wanted[i]);
  }
  const Value grad_outputs = c.get("grad_outputs");
  if (grad_outputs.is_none()) return;
  run_backward(outputs, grad_outputs);
  const Value roots = Value::list({c["args"], c["kwargs"]});
  for (const Value& row : c.get("grads", Value::list()).elements()) {
    const Value* leaf = &roots;
    for (const Value& step : row["path"].elements()) leaf = &leaf->at(step);
    compare_gradients("gradient at " + repr(row["path"], 60),
                      leaf->as_tensor().grad(), row["grad"]);
  }
}

void run_op_case(const Value& c) {
  const std::string& name = c["op"].as_str();
  const Value kwargs = c.get("kwargs", Value::dict());
  try {
    check_outputs_and_grads(c, op_table().call(name, c["args"], kwargs));
  } catch (const Error& error) {
    // Cresset holds complex numbers but computes with few of them.
    const bool refused = error.code() == ErrorCode::kDtype ||
                         error.code() == ErrorCode::kUnsupported;
    if (!refused || !(has_complex(c["args"]) || has_complex(kwargs))) throw;
    throw Skip(error.what());
  }
}

}  // namespace cresset::parity
