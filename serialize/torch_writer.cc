#include "cresset/serialize/torch_writer.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <utility>
#include <vector>

#include "cresset/serialize/crc32.h"
#include "cresset/serialize/pickle_writer.h"
#include "cresset/serialize/torch_types.h"
#include "cresset/serialize/zip_writer.h"
#include "cresset/tensor/base/error.h"

namespace cresset::serialize {
namespace {

Value int_tuple(IntSpan numbers) {
  return Value::tuple(std::vector<Value>(numbers.begin(), numbers.end()));
}

class TorchPickler final : public PickleWriterHooks {
 public:
  struct Saved {
    Tensor elements;
    Value key;
  };

  const std::vector<Saved>& storages() const { return storages_; }

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
      storages_.push_back({elements, Value(std::to_string(storages_.size()))});
    }
    const Saved& saved = storages_[found->second];
    const Device device = elements.device();
    // PyTorch has one string object for the CPU and makes the others anew.
    const Value location =
        device.is_cpu() ? Value("cpu") : Value(std::string(to_string(device)));
    const bool untyped = class_name == "UntypedStorage";
    return Value::tuple(
        {"storage",
         Value::global(untyped ? "torch.storage" : "torch", class_name),
         saved.key, location, elements.numel()});
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

  std::vector<Saved> storages_;
  std::map<std::pair<const Storage*, std::string>, size_t> index_;
};

// Forty digits that PyTorch derives from names and contents; it reads them
// nowhere.
std::string serialization_id(const std::string& pickle) {
  char digits[41];
  std::snprintf(
      digits, sizeof(digits), "%020llu%020llu",
      static_cast<unsigned long long>(pickle.size()),
      static_cast<unsigned long long>(crc32(0, pickle.data(), pickle.size())));
  return digits;
}

}  // namespace

void write_torch_zip(const Value& value, const std::string& root,
                     const SaveOptions& options, Sink& sink) {
  TorchPickler pickler;
  const std::string pickle = PickleWriter(pickler).write(value);
  std::vector<const TorchPickler::Saved*> order;
  for (const auto& saved : pickler.storages()) order.push_back(&saved);
  if (options.layout != SaveLayout::kTorch27) {
    std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
      return a->key.as_str() < b->key.as_str();
    });
  }

  ZipWriter zip(sink, root);
  zip.add("data.pkl", pickle);
  if (options.layout == SaveLayout::kTorch27) {
    zip.add(".format_version", "1");
    zip.add(".storage_alignment", "64");
  }
  if (options.layout != SaveLayout::kTorch113) zip.add("byteorder", "little");
  for (const auto* saved : order) {
    const Tensor elements = saved->elements.cpu();
    zip.add("data/" + saved->key.as_str(),
            elements.numel() == 0 ? nullptr : elements.raw_data(),
            elements.nbytes());
  }
  zip.add("version", "3\n");
  if (options.layout != SaveLayout::kTorch113) {
    zip.add(".data/serialization_id", options.serialization_id.empty()
                                          ? serialization_id(pickle)
                                          : options.serialization_id);
  }
  zip.finish();
}

std::string root_of_path(const std::string& path, SaveLayout layout) {
  const size_t slash = path.find_last_of("/\\");
  std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  const size_t dot = name.rfind('.');
  if (dot != std::string::npos) name.resize(dot);
  CRESSET_CHECK(!name.empty(), kValue,
                "save: a file name needs more than an "
                "ending; got ",
                quoted(path));
  const bool ascii = std::all_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80;
  });
  // PyTorch 2 hands other names to Python, where the folder is "archive".
  if (!ascii && layout != SaveLayout::kTorch113) return "archive";
  return name;
}

}  // namespace cresset::serialize
