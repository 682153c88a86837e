#include "cresset/serialize/torch_legacy.h"

#include <string>
#include <unordered_map>
#include <utility>

#include "cresset/serialize/storage_bytes.h"
#include "cresset/serialize/storage_loader.h"
#include "cresset/serialize/torch_rebuild.h"
#include "cresset/serialize/torch_types.h"
#include "cresset/serialize/zip_format.h"
#include "cresset/tensor/base/error.h"

namespace cresset::serialize {
namespace {

constexpr std::string_view kMagic("\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19",
                                  10);
constexpr int64_t kProtocolVersion = 1001;

// The storages come after the object that uses them, so the object is read
// twice: the first time over storages without memory, which tells what they
// are, the second time over the real ones.
class LegacyHooks final : public TorchHooks {
 public:
  struct Known {
    std::string class_name;
    std::string location;
    Dtype dtype;
    int64_t numel;
    Tensor elements;
  };

  LegacyHooks(const std::string& path, uint64_t file_size,
              std::shared_ptr<MemoryBudget> budget, int depth)
      : TorchHooks(path, std::move(budget), depth), file_size_(file_size) {}

  std::unordered_map<std::string, Known>& storages() { return storages_; }

  Value persistent(const Value& id) override {
    CRESSET_CHECK(id.is_tuple() && !id.empty(), kFormat,
                  "a persistent id is a tuple; got ", repr(id, 60));
    // Classes come with their source text, of which only the name counts.
    if (id[0] == "module" && id.size() == 4 && id[1].is_global()) return id[1];
    CRESSET_CHECK(id[0] == "storage" && (id.size() == 5 || id.size() == 6) &&
                      id[1].is_global() && id[2].is_str() && id[3].is_str() &&
                      id[4].is_int(),
                  kFormat,
                  "a persistent id is ('storage', class, key, location, size, "
                  "view); got ",
                  repr(id, 120));
    const std::string& class_name = id[1].global_name();
    const Known& known =
        find(id[2].as_str(), class_name, id[3].as_str(), id[4].as_int());
    Tensor elements = known.elements;
    if (id.size() == 6 && !id[5].is_none()) elements = view(elements, id[5]);
    return Value::storage(elements, class_name);
  }

 private:
  const Known& find(const std::string& key, const std::string& class_name,
                    const std::string& location, int64_t numel) {
    const auto found = storages_.find(key);
    if (found != storages_.end()) {
      CRESSET_CHECK(found->second.class_name == class_name &&
                        found->second.numel == numel,
                    kFormat, "storage ", quoted(key),
                    " is described in two ways");
      return found->second;
    }
    const auto type = find_storage_class(class_name);
    CRESSET_CHECK(type.has_value(), kUnsupported, "storage class ",
                  quoted(class_name), " is not known");
    const uint64_t size = itemsize(type->carrier);
    CRESSET_CHECK(
        numel >= 0 && static_cast<uint64_t>(numel) <= file_size_ / size,
        kFormat, "storage ", quoted(key), " has ", numel,
        " elements, which the file of ", file_size_, " bytes cannot hold");
    return storages_
        .emplace(key, Known{class_name, location, type->carrier, numel,
                            tensor_without_data(numel, type->carrier)})
        .first->second;
  }

  // Before PyTorch 0.4 a storage could be a part of another.
  static Tensor view(const Tensor& root, const Value& place) {
    CRESSET_CHECK(place.is_tuple() && place.size() == 3, kFormat,
                  "a storage view is (key, offset, size); got ",
                  repr(place, 60));
    const int64_t offset = place[1].as_int();
    const int64_t size = place[2].as_int();
    CRESSET_CHECK(offset >= 0 && size >= 0 && offset <= root.numel() &&
                      size <= root.numel() - offset,
                  kFormat, "a storage view lies outside its storage");
    return internal::alias(root, {size}, {1}, offset);
  }

  uint64_t file_size_;
  std::unordered_map<std::string, Known> storages_;
};

class LegacyFile {
 public:
  LegacyFile(const std::shared_ptr<InputFile>& file, const LoadOptions& options,
             const std::shared_ptr<MemoryBudget>& budget, int depth)
      : file_(file),
        options_(options),
        bytes_(reinterpret_cast<const char*>(file->data()), file->size()),
        budget_(budget),
        depth_(depth),
        hooks_(file->path(), file->size(), budget, depth),
        loader_(file) {}

  Value load(bool structure_only = false) {
    size_t at = 0;
    const Value magic = read(at, "the magic number");
    if (magic.kind() != ValueKind::kBigInt || magic.as_bytes() != kMagic) {
      fail(0, "the file is a pickle that torch.save did not write");
    }
    const Value version = read(at, "the protocol version");
    if (!(version == kProtocolVersion)) {
      fail(0, internal::concat("protocol version ", repr(version, 20),
                               "; only 1001 is known"));
    }
    read(at, "the system's description");
    const size_t object_at = at;
    Value object = read(at, "the object");
    if (!structure_only) object = Value();
    const Value keys = read(at, "the list of storages");
    if (!keys.is_list()) fail(at, "the list of storages is no list");
    for (const Value& key : keys) read_storage(key, at, structure_only);
    loader_.finish();
    for (const auto& [key, known] : hooks_.storages()) {
      if (filled_.count(key) == 0) {
        fail(at, internal::concat("storage ", quoted(key), " has no data"));
      }
    }
    if (structure_only) return object;
    at = object_at;
    if (depth_ == 0) budget_->restart();
    return read(at, "the object");
  }

 private:
  [[noreturn]] void fail(size_t at, std::string_view what) const {
    internal::throw_error(
        ErrorCode::kFormat,
        internal::concat(file_->path(), ": legacy file at byte ", at, ": ",
                         what));
  }

  Value read(size_t& at, const char* part) {
    PickleReader reader(bytes_, file_->path(), part, hooks_,
                        {.opaque_calls = options_.opaque_calls,
                         .weights_only = options_.weights_only,
                         .budget = budget_});
    reader.seek(at);
    Value result = reader.read();
    at = reader.position();
    return result;
  }

  void read_storage(const Value& key, size_t& at, bool structure_only) {
    if (!key.is_str()) fail(at, "the key of a storage is no text");
    const auto found = hooks_.storages().find(key.as_str());
    if (found == hooks_.storages().end()) {
      fail(at, internal::concat("storage ", quoted(key.as_str()),
                                " belongs to nothing in the object"));
    }
    LegacyHooks::Known& known = found->second;
    if (filled_[key.as_str()]++ != 0) {
      fail(at,
           internal::concat("storage ", quoted(key.as_str()), " comes twice"));
    }
    if (bytes_.size() - at < 8) {
      fail(at, "the file ends before its storages; it is truncated");
    }
    const uint64_t numel = read64(file_->data() + at);
    if (numel != static_cast<uint64_t>(known.numel)) {
      fail(at,
           internal::concat("storage ", quoted(key.as_str()), " has ", numel,
                            " elements, but the object says ", known.numel));
    }
    at += 8;
    const uint64_t size = numel * itemsize(known.dtype);
    if (size > bytes_.size() - at) {
      fail(at, internal::concat("storage ", quoted(key.as_str()), " needs ",
                                size, " bytes, but only ", bytes_.size() - at,
                                " are left; the file is truncated"));
    }
    if (!structure_only) {
      known.elements =
          loader_.load(file_->data() + at, known.numel, known.dtype,
                       options_.map_location(known.location));
    }
    at += size;
  }

  std::shared_ptr<InputFile> file_;
  const LoadOptions& options_;
  std::string_view bytes_;
  std::shared_ptr<MemoryBudget> budget_;
  int depth_;
  LegacyHooks hooks_;
  StorageLoader loader_;
  std::unordered_map<std::string, int> filled_;
};

}  // namespace

Value read_torch_legacy(const std::shared_ptr<InputFile>& file,
                        const LoadOptions& options, bool structure_only) {
  // The object is read twice.
  const auto budget =
      std::make_shared<MemoryBudget>(2 * file->size(), options.max_pickle_ops);
  return LegacyFile(file, options, budget, 0).load(structure_only);
}

Value read_torch_legacy(const std::shared_ptr<InputFile>& file,
                        const LoadOptions& options,
                        const std::shared_ptr<MemoryBudget>& budget,
                        int depth) {
  return LegacyFile(file, options, budget, depth).load();
}

}  // namespace cresset::serialize
