#include "cresset/serialize/torch_reader.h"

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "cresset/serialize/npy_reader.h"
#include "cresset/serialize/storage_bytes.h"
#include "cresset/serialize/storage_loader.h"
#include "cresset/serialize/torch_rebuild.h"
#include "cresset/serialize/torch_script.h"
#include "cresset/serialize/torch_types.h"
#include "cresset/serialize/value_node.h"
#include "cresset/serialize/zip_reader.h"
#include "cresset/tensor/base/error.h"

namespace cresset::serialize {
namespace {

class TorchZip final : public TorchHooks {
 public:
  TorchZip(const std::shared_ptr<InputFile>& file, const LoadOptions& options,
           bool structure_only)
      : TorchHooks(file->path(), std::make_shared<MemoryBudget>(
                                     file->size(), options.max_pickle_ops)),
        zip_(file),
        options_(options),
        loader_(file),
        structure_only_(structure_only),
        pickle_options_{.opaque_calls = options.opaque_calls,
                        .weights_only = options.weights_only} {}

  Value load() {
    if (is_npz()) return read_npz(zip_, options_, structure_only_);
    find_root();
    check_version();
    check_byte_order();
    const ZipEntry* pickle = zip_.find(root_ + "data.pkl");
    const ZipRecord record = zip_.read_checked(*pickle, options_.verify);
    if (pickle->method != 0) shared_budget()->hold(pickle->size);
    pickle_options_.budget = shared_budget();
    PickleReader reader(record.text(), zip_.path(), "data.pkl", *this,
                        pickle_options_);
    Value result = reader.read();
    if (script_) result = script_weights(result, root_, zip_);
    if (options_.verify && !structure_only_) verify_rest();
    for (const Tensor& elements : bools_) normalize_bools(elements);
    loader_.finish();
    return result;
  }

  Value persistent(const Value& id) override {
    CRESSET_CHECK(id.is_tuple() && id.size() == 5 && id[0] == "storage" &&
                      id[1].is_global() && id[2].is_str() && id[3].is_str() &&
                      id[4].is_int(),
                  kFormat,
                  "a persistent id is ('storage', class, key, "
                  "location, size); got ",
                  repr(id, 120));
    // In Python these are the literals of torch.save, so wherever else the
    // pickle uses the same objects, they are literals too.
    internal::mark_literal(id[0]);
    if (id[3] == "cpu") internal::mark_literal(id[3]);
    const std::string& key = id[2].as_str();
    const std::string& class_name = id[1].global_name();
    const auto found = storages_.find(key);
    if (found != storages_.end()) {
      CRESSET_CHECK(found->second.storage_class() == class_name &&
                        found->second.as_storage().numel() == id[4].as_int(),
                    kFormat, "storage ", quoted(key),
                    " is described in two ways");
      return found->second;
    }
    const Value storage =
        open_storage(key, class_name, id[3].as_str(), id[4].as_int());
    storages_.emplace(key, storage);
    return storage;
  }

 private:
  [[noreturn]] void fail(ErrorCode code, std::string_view what) const {
    internal::throw_error(code, internal::concat(zip_.path(), ": ", what));
  }

  // A zip of NumPy's arrays has no object.
  bool is_npz() const {
    bool arrays = false;
    for (const ZipEntry& entry : zip_.entries()) {
      if (entry.name == "data.pkl" || entry.name.ends_with("/data.pkl")) {
        return false;
      }
      arrays = arrays || entry.name.ends_with(".npy");
    }
    return arrays;
  }

  // Everything lies under one folder; entries of other programs beside it
  // (__MACOSX) are passed over. Two folders that could be it are two files in
  // one, of which other readers may take the other.
  void find_root() {
    for (const ZipEntry& entry : zip_.entries()) {
      const std::string_view name = entry.name;
      if (name != "data.pkl" && !name.ends_with("/data.pkl")) continue;
      if (name.starts_with("__MACOSX/")) continue;
      const std::string root(name.substr(0, name.size() - 8));
      if (root_found_ && root.starts_with(root_)) continue;
      if (root_found_ && !root_.starts_with(root)) {
        fail(ErrorCode::kFormat,
             internal::concat("zip archive: there are two objects in it, ",
                              quoted(root_ + "data.pkl"), " and ",
                              quoted(name)));
      }
      root_ = root;
      root_found_ = true;
    }
    if (!root_found_) {
      fail(ErrorCode::kFormat,
           "zip archive: there is no record data.pkl, so torch.save did not "
           "write it");
    }
    script_ = zip_.find(root_ + "constants.pkl") != nullptr;
    CRESSET_ALLOW(!script_ || !options_.weights_only, zip_.path(),
                  ": weights_only refuses TorchScript archives, as PyTorch "
                  "does");
  }

  std::string text_of(const std::string& name) {
    const ZipEntry* entry = zip_.find(root_ + name);
    if (entry == nullptr) return "";
    return std::string(zip_.read_checked(*entry, options_.verify).text());
  }

  void check_version() {
    std::string text = text_of(".data/version");
    if (text.empty()) text = text_of("version");
    if (text.empty()) {
      fail(ErrorCode::kFormat, "zip archive: there is no record version");
    }
    int64_t version = 0;
    size_t digits = 0;
    for (; digits < text.size() && digits < 9 && text[digits] >= '0' &&
           text[digits] <= '9';
         ++digits) {
      version = version * 10 + (text[digits] - '0');
    }
    if (digits == 0) {
      fail(ErrorCode::kFormat, internal::concat("version: expected a number; "
                                                "got ",
                                                quoted(text, 40)));
    }
    if (version < 1 || version > 10) {
      fail(ErrorCode::kUnsupported,
           internal::concat("version: 1 to 10 are known; got ", version));
    }
  }

  void check_byte_order() {
    const std::string order = text_of("byteorder");
    big_endian_ = order == "big";
    if (order.empty() || order == "little" || big_endian_) return;
    fail(ErrorCode::kFormat,
         internal::concat("byteorder: expected little or big; got ",
                          quoted(order, 40)));
  }

  Value open_storage(const std::string& key, const std::string& class_name,
                     const std::string& location, int64_t numel) {
    const auto type = find_storage_class(class_name);
    CRESSET_CHECK(type.has_value(), kUnsupported, "storage class ",
                  quoted(class_name), " is not known");
    const std::string name = root_ + "data/" + key;
    const ZipEntry* entry = zip_.find(name);
    CRESSET_CHECK(entry != nullptr, kFormat, "storage ", quoted(key),
                  " has no record ", quoted(name));
    const uint64_t size = itemsize(type->carrier);
    CRESSET_CHECK(numel >= 0 && entry->size % size == 0 &&
                      entry->size / size == static_cast<uint64_t>(numel),
                  kFormat, "record ", quoted(name), " has ", entry->size,
                  " bytes, but its ", class_name, " has ", numel,
                  " elements of ", size, " bytes");
    if (structure_only_) {
      return Value::storage(tensor_without_data(numel, type->carrier),
                            class_name);
    }
    const ZipRecord record = zip_.read(*entry);
    const Device device = options_.map_location(location);
    used_.insert(entry);
    if (!device.is_cpu()) {
      // Checked on the way.
      uint32_t crc = 0;
      const Tensor elements =
          loader_.upload(record.data, numel, type->carrier, device, big_endian_,
                         options_.verify ? &crc : nullptr);
      if (options_.verify) zip_.verify(*entry, crc);
      return Value::storage(elements, class_name);
    }
    entries_.push_back(entry);
    records_.push_back(record);
    Tensor elements =
        tensor_over(record.data, numel, type->carrier, record.owner);
    if (big_endian_) elements = byte_swapped(elements);
    if (type->carrier == bool_) bools_.push_back(elements);
    return Value::storage(elements, class_name);
  }

  // Records that no tensor uses count too: the file is whole or it is not.
  void verify_rest() {
    zip_.verify(entries_, records_);
    std::vector<const ZipEntry*> rest;
    std::vector<ZipRecord> stored;
    for (const ZipEntry& entry : zip_.entries()) {
      if (used_.count(&entry) != 0 || entry.size == 0) continue;
      if (entry.method != 0) {
        // Inflated and forgotten, one after the other.
        zip_.read_checked(entry);
        continue;
      }
      rest.push_back(&entry);
      stored.push_back(zip_.read(entry));
    }
    zip_.verify(rest, stored);
  }

  ZipReader zip_;
  const LoadOptions& options_;
  StorageLoader loader_;
  bool structure_only_;
  PickleOptions pickle_options_;
  std::string root_;
  bool root_found_ = false;
  bool script_ = false;
  bool big_endian_ = false;
  std::unordered_map<std::string, Value> storages_;
  std::unordered_set<const ZipEntry*> used_;
  std::vector<const ZipEntry*> entries_;  // of storages on the host
  std::vector<ZipRecord> records_;
  std::vector<Tensor> bools_;
};

}  // namespace

Value read_torch_zip(const std::shared_ptr<InputFile>& file,
                     const LoadOptions& options, bool structure_only) {
  return TorchZip(file, options, structure_only).load();
}

}  // namespace cresset::serialize
