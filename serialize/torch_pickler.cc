#include "cresset/serialize/torch_pickler.h"

#include <cstring>
#include <map>
#include <utility>

#include "cresset/serialize/pickle_writer.h"
#include "cresset/serialize/python_call.h"
#include "cresset/serialize/torch_types.h"
#include "cresset/tensor/base/error.h"

namespace cresset::serialize {
namespace {

Value int_tuple(IntSpan numbers) {
  return Value::tuple(std::vector<Value>(numbers.begin(), numbers.end()));
}

class TorchPickler final : public PickleWriterHooks {
 public:
  explicit TorchPickler(PickleStyle style) : style_(style) {}

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
    const bool legacy = style_ == PickleStyle::kLegacy;
    const Value& known = keys_[found->second];
    std::vector<Value> id = {
        "storage",
        Value::global(untyped ? "torch.storage" : "torch", class_name),
        legacy ? Value(known.as_str()) : known, location, elements.numel()};
    if (legacy) id.push_back(Value());
    return Value::tuple(std::move(id));
  }

  PythonObject reduce(const Value& value) override {
    if (!value.is_tensor()) return reduce_python(value);
    const bool modern = style_ == PickleStyle::kTorch2;
    const Value& attributes = value.attributes();
    const bool attributed =
        modern && attributes.is_dict() && !attributes.empty();
    const Value& subclass = value.tensor_class();
    if (value.is_parameter()) {
      const Tensor& tensor = value.as_tensor();
      std::vector<Value> args = {Value(tensor.detach()), tensor.requires_grad(),
                                 Value::ordered_dict()};
      if (!attributed) return call("_rebuild_parameter", std::move(args));
      args.push_back(attributes);
      return call("_rebuild_parameter_with_state", std::move(args));
    }
    PythonObject plain = reduce_tensor(value);
    if (!attributed && subclass.is_none()) return plain;
    // Releases of all layouts write an instance of a subclass so.
    PythonObject whole =
        call("_rebuild_from_type_v2",
             {plain.callee,
              subclass.is_none() ? Value::global("torch", "Tensor") : subclass,
              plain.args, attributes});
    whole.callee = Value::global("torch._tensor", "_rebuild_from_type_v2");
    return whole;
  }

 private:
  static PythonObject call(const char* name, std::vector<Value> args) {
    return python_call(Value::global("torch._utils", name),
                       Value::tuple(std::move(args)));
  }

  PythonObject reduce_tensor(const Value& value) const {
    const bool bits = style_ == PickleStyle::kTorch2 &&
                      (value.stored_conj() || value.stored_neg());
    const Tensor& tensor = bits ? value.stored_tensor() : value.as_tensor();
    const Value sizes = int_tuple(tensor.sizes());
    const Value strides = int_tuple(tensor.strides());
    if (tensor.device().is_meta()) {
      return call("_rebuild_meta_tensor_no_storage",
                  {tensor.dtype(), sizes, strides, tensor.requires_grad()});
    }
    const std::string class_name(storage_class_of(tensor.dtype()));
    const bool untyped = class_name == "UntypedStorage";
    std::vector<Value> args = {
        Value::storage(whole_storage(tensor, untyped), class_name),
        tensor.storage_offset(),
        sizes,
        strides,
        tensor.requires_grad(),
        Value::ordered_dict()};
    if (untyped) args.push_back(tensor.dtype());
    if (bits) args.push_back(bits_of(value));
    return call(untyped ? "_rebuild_tensor_v3" : "_rebuild_tensor_v2",
                std::move(args));
  }

  // PyTorch makes the dict and its keys anew for every tensor.
  static Value bits_of(const Value& value) {
    Value bits = Value::dict();
    if (value.stored_conj()) bits[Value(std::string("conj"))] = true;
    if (value.stored_neg()) bits[Value(std::string("neg"))] = true;
    return bits;
  }

  static Tensor whole_storage(const Tensor& tensor, bool untyped) {
    const Dtype dtype = untyped ? uint8 : tensor.dtype();
    const auto numel =
        static_cast<int64_t>(tensor.storage()->nbytes() / itemsize(dtype));
    return internal::over_storage(tensor.storage(), dtype, {numel}, {1}, 0);
  }

  PickleStyle style_;
  std::vector<SavedStorage> storages_;
  std::vector<Value> keys_;
  std::map<std::pair<const Storage*, std::string>, size_t> index_;
};

}  // namespace

TorchPickle torch_pickle(const Value& value, PickleStyle style) {
  TorchPickler pickler(style);
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
