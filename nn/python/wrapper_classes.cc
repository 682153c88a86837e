// Wrappers of torch.nn around modules and parameters.

#include "cresset/nn/data_parallel.h"
#include "cresset/nn/parameter_list.h"
#include "cresset/nn/python/class_table.h"

namespace cresset::internal {

using namespace cresset::nn;  // NOLINT: the layers are what this file is about

// Without devices DataParallel calls its module as it is.
template <class A>
void visit(A& a, DataParallel&) {
  a.derived("device_ids", [] { return Value::list(); });
}

template <class A>
void visit(A& a, SyncBatchNorm& m) {
  a("num_features", m.num_features);
  a("eps", m.eps);
  a("momentum", m.momentum);
  a("affine", m.affine);
  a.optional("track_running_stats", m.track_running_stats);
  a.derived("process_group", [] { return Value(); });
}

template <class A>
void visit(A& a, ParameterList& m) {
  a.derived("_size", [&] { return Value(m.size()); });
}

template <class A>
void visit(A& a, ParameterDict& m) {
  a.derived("_keys", [&] {
    Value keys = Value::dict();
    for (const std::string& key : m.keys()) keys[key] = Value();
    return keys;
  });
}

namespace {

// A module with a place for each parameter of the file.
template <class M>
PythonClass parameters_class(const char* name) {
  PythonClass row = python_class<M>("torch.nn.modules.container", name);
  row.make = [](const Value& attributes) -> std::shared_ptr<nn::Module> {
    auto module = std::make_shared<M>();
    for (const DictItem& item : attributes["_parameters"].items()) {
      CRESSET_CHECK(item.key.is_str() && item.value.is_tensor(), kValue,
                    "from_python: a list or dict of parameters holds ",
                    repr(item.value, 60), " under ", repr(item.key, 60));
      const Tensor& parameter = item.value.as_tensor();
      const bool is_trained = parameter.requires_grad();
      module->register_parameter(item.key.as_str(), parameter);
      parameter.requires_grad_(is_trained);
    }
    return module;
  };
  row.assign = nullptr;
  return row;
}

}  // namespace

std::vector<PythonClass> wrapper_classes() {
  return {
      python_class<DataParallel>("torch.nn.parallel.data_parallel",
                                 "DataParallel"),
      python_class<SyncBatchNorm>("torch.nn.modules.batchnorm", "SyncBatchNorm",
                                  [] { return SyncBatchNorm(1); }),
      parameters_class<ParameterList>("ParameterList"),
      parameters_class<ParameterDict>("ParameterDict"),
  };
}

}  // namespace cresset::internal
