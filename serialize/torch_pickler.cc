#include "cresset/serialize/torch_pickler.h"

#include <cstring>
#include <map>
#include <utility>

#include "cresset/serialize/pickle_writer.h"
#include "cresset/serialize/torch_types.h"
#include "cresset/tensor/base/error.h"

namespace cresset::serialize {
namespace {

Value int_tuple(IntSpan numbers) {
  return Value::tuple(std::vector<Value>(numbers.begin(), numbers.end()));
}

class TorchPickler final : public PickleWriterHooks {
 public:
  explicit TorchPickler(bool legacy) : legacy_(legacy) {}

  std::vector<SavedStorage> take_storages() { return std::move(storages_); }

  Value persistent_id(const Value& value) override {
    if (value.kind() != ValueKind::kStorage) return Value();
    const Tensor& elements = value.as_storage();
    const std::string& class_name = value.storage_class();
    // A storage seen under two dtypes becomes two records, because a record
    // has one storage class.
    const auto place = std::make_pair(
        static_cast<const Storage*>(elements.storage().get()), class_name);
    auto found = index_.find(place);
    if (found == index_.end()) {
      found = index_.emplace(place, storages_.size()).first;
      std::string key = std::to_string(storages_.size());
      keys_.emplace_back(key);
      storages_.push_back({elements, std::move(key)});
    }
    const Device device = elements.device();
    // PyTorch has one string object for the CPU and makes the others anew.
    const Value location =
        device.is_cpu() ? Value("cpu") : Value(std::string(to_string(device)));
    const bool untyped = class_name == "UntypedStorage";
    // Old files have a new object for the key of every use.
    const Value& known = keys_[found->second];
    std::vector<Value> id = {
        "storage",
        Value::global(untyped ? "torch.storage" : "torch", class_name),
        legacy_ ? Value(known.as_str()) : known, location, elements.numel()};
    if (legacy_) id.push_back(Value());
    return Value::tuple(std::move(id));
  }

  PythonObject reduce(const Value& value) override {
    if (!value.is_tensor()) return reduce_python(value);
    const Tensor& tensor = value.as_tensor();
    PythonObject call;
    call.form = PythonObject::Form::kCall;
    if (value.is_parameter()) {
      call.callee = Value::global("torch._utils", "_rebuild_parameter");
      call.args = Value::tuple({Value(tensor.detach()), tensor.requires_grad(),
                                Value::ordered_dict()});
    } else if (tensor.device().is_meta()) {
      call.callee =
          Value::global("torch._utils", "_rebuild_meta_tensor_no_storage");
      call.args =
          Value::tuple({tensor.dtype(), int_tuple(tensor.sizes()),
                        int_tuple(tensor.strides()), tensor.requires_grad()});
    } else {
      const std::string class_name(storage_class_of(tensor.dtype()));
      const bool untyped = class_name == "UntypedStorage";
      std::vector<Value> args = {
          Value::storage(whole_storage(tensor, untyped), class_name),
          tensor.storage_offset(),
          int_tuple(tensor.sizes()),
          int_tuple(tensor.strides()),
          tensor.requires_grad(),
          Value::ordered_dict()};
      if (untyped) args.push_back(tensor.dtype());
      call.callee =
          Value::global("torch._utils",
                        untyped ? "_rebuild_tensor_v3" : "_rebuild_tensor_v2");
      call.args = Value::tuple(std::move(args));
    }
    return call;
  }

 private:
  static Tensor whole_storage(const Tensor& tensor, bool untyped) {
    const Dtype dtype = untyped ? uint8 : tensor.dtype();
    const auto numel =
        static_cast<int64_t>(tensor.storage()->nbytes() / itemsize(dtype));
    return internal::over_storage(tensor.storage(), dtype, {numel}, {1}, 0);
  }

  bool legacy_;
  std::vector<SavedStorage> storages_;
  std::vector<Value> keys_;
  std::map<std::pair<const Storage*, std::string>, size_t> index_;
};

}  // namespace

TorchPickle torch_pickle(const Value& value, bool legacy) {
  TorchPickler pickler(legacy);
  TorchPickle result;
  result.bytes = PickleWriter(pickler).write(value);
  result.storages = pickler.take_storages();
  return result;
}

bool saved_equally(const TorchPickle& a, const TorchPickle& b) {
  if (a.bytes != b.bytes || a.storages.size() != b.storages.size()) {
    return false;
  }
  for (size_t i = 0; i < a.storages.size(); ++i) {
    const Tensor x = a.storages[i].elements.cpu();
    const Tensor y = b.storages[i].elements.cpu();
    if (x.nbytes() != y.nbytes()) return false;
    if (x.nbytes() != 0 && x.raw_data() != y.raw_data() &&
        std::memcmp(x.raw_data(), y.raw_data(), x.nbytes()) != 0) {
      return false;
    }
  }
  return true;
}

}  // namespace cresset::serialize
