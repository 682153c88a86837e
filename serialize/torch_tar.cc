// What the members of PyTorch's tar files mean: storages, then tensors over
// them, then an object that names both by number.

#include <string>
#include <unordered_map>
#include <utility>

#include "cresset/serialize/storage_loader.h"
#include "cresset/serialize/tar_reader.h"
#include "cresset/serialize/torch_rebuild.h"
#include "cresset/serialize/torch_types.h"
#include "cresset/serialize/zip_format.h"
#include "cresset/tensor/base/error.h"

namespace cresset::serialize {
namespace {

class TorchTar final : public TorchHooks {
 public:
  TorchTar(const std::shared_ptr<InputFile>& file, const LoadOptions& options)
      : TorchHooks(file->path(), std::make_shared<MemoryBudget>(
                                     file->size(), options.max_pickle_ops)),
        file_(file),
        options_(options),
        loader_(file) {}

  Value load() {
    CRESSET_ALLOW(!options_.weights_only, file_->path(),
                  ": weights_only refuses the tar format, as PyTorch does");
    members_ = read_tar(*file_);
    read_storages();
    read_tensors();
    size_t at = 0;
    return read("pickle", at);
  }

  Value persistent(const Value& id) override {
    // A class with its source text, of which only the name counts.
    if (id.is_tuple() && !id.empty() && id[0].is_global()) return id[0];
    CRESSET_CHECK(id.is_str() || id.is_int(), kFormat,
                  "a persistent id is a number as text; got ", repr(id, 60));
    const auto found = objects_.find(id.is_str() ? id.as_str() : key_text(id));
    CRESSET_CHECK(found != objects_.end(), kFormat,
                  "there is no tensor or "
                  "storage ",
                  repr(id, 60));
    return found->second;
  }

 private:
  static std::string key_text(const Value& key) {
    CRESSET_CHECK(key.is_int(), kFormat, "a key is a number; got ",
                  repr(key, 40));
    return internal::concat(key.as_int());
  }

  std::string_view member(const std::string& name) const {
    const auto found = members_.find(name);
    CRESSET_CHECK(found != members_.end(), kFormat, file_->path(),
                  ": tar archive: there is no member ", quoted(name),
                  ", so torch.save did not write it");
    return found->second;
  }

  // One pickle of a member.
  Value read(const std::string& name, size_t& at) {
    PickleReader reader(
        member(name), file_->path(), name, *this,
        {.opaque_calls = options_.opaque_calls, .budget = shared_budget()});
    reader.seek(at);
    Value result = reader.read();
    at = reader.position();
    return result;
  }

  int64_t read_count(const std::string& name, size_t& at) {
    const Value count = read(name, at);
    CRESSET_CHECK(count.is_int() && count.as_int() >= 0, kFormat, name,
                  ": the count is ", repr(count, 40));
    return count.as_int();
  }

  const uint8_t* take(const std::string& name, size_t& at, uint64_t count) {
    const std::string_view bytes = member(name);
    CRESSET_CHECK(count <= bytes.size() - at, kFormat, name, ": needs ", count,
                  " bytes at byte ", at, ", but only ", bytes.size() - at,
                  " are left");
    at += count;
    return reinterpret_cast<const uint8_t*>(bytes.data()) + at - count;
  }

  void add(const Value& key, Value object) {
    CRESSET_CHECK(objects_.emplace(key_text(key), std::move(object)).second,
                  kFormat, "two tensors or storages have the number ",
                  repr(key, 40));
  }

  void read_storages() {
    size_t at = 0;
    for (int64_t i = read_count("storages", at); i-- > 0;) {
      const Value head = read("storages", at);
      CRESSET_CHECK(head.is_tuple() && head.size() == 3 && head[1].is_str() &&
                        head[2].is_global(),
                    kFormat,
                    "a storage begins with (key, location, class); got ",
                    repr(head, 80));
      const std::string& class_name = head[2].global_name();
      const auto type = find_storage_class(class_name);
      CRESSET_CHECK(type.has_value(), kUnsupported, "storage class ",
                    quoted(class_name), " is not known");
      const uint64_t numel = read64(take("storages", at, 8));
      const uint64_t size = itemsize(type->carrier);
      CRESSET_CHECK(numel <= member("storages").size() / size, kFormat,
                    "a storage of ", numel,
                    " elements is larger than its "
                    "member");
      auto* data = const_cast<uint8_t*>(take("storages", at, numel * size));
      const Tensor elements =
          loader_.load(data, static_cast<int64_t>(numel), type->carrier,
                       options_.map_location(head[1].as_str()));
      add(head[0], Value::storage(elements, class_name));
    }
    loader_.finish();
    if (at < member("storages").size()) read_views(read("storages", at));
  }

  // Storages that are parts of others.
  void read_views(const Value& views) {
    CRESSET_CHECK(views.is_list(), kFormat, "the views of storages are a ",
                  to_string(views.kind()));
    for (const Value& view : views) {
      CRESSET_CHECK(view.is_tuple() && view.size() == 4, kFormat,
                    "a view is (key, key, offset, size); got ", repr(view, 60));
      const auto root = objects_.find(key_text(view[1]));
      CRESSET_CHECK(root != objects_.end(), kFormat, "a view of the storage ",
                    repr(view[1], 40), ", which is not there");
      const Tensor& elements = root->second.as_storage();
      const int64_t offset = view[2].as_int();
      const int64_t size = view[3].as_int();
      CRESSET_CHECK(offset >= 0 && size >= 0 && offset <= elements.numel() &&
                        size <= elements.numel() - offset,
                    kFormat, "a storage view lies outside its storage");
      add(view[0],
          Value::storage(internal::alias(elements, {size}, {1},
                                         elements.storage_offset() + offset),
                         root->second.storage_class()));
    }
  }

  void read_tensors() {
    size_t at = 0;
    for (int64_t i = read_count("tensors", at); i-- > 0;) {
      const Value head = read("tensors", at);
      CRESSET_CHECK(head.is_tuple() && head.size() == 3, kFormat,
                    "a tensor begins with (key, storage, class); got ",
                    repr(head, 80));
      const uint32_t rank = read32(take("tensors", at, 8));
      CRESSET_CHECK(rank <= 64, kFormat, "a tensor has ", rank,
                    " dimensions; PyTorch has at most 64");
      Shape lists[2];
      for (Shape& list : lists) {
        for (uint32_t d = 0; d < rank; ++d) {
          list.push_back(static_cast<int64_t>(read64(take("tensors", at, 8))));
        }
      }
      const auto offset = static_cast<int64_t>(read64(take("tensors", at, 8)));
      add(head[0], tensor_of(head[1], lists[0], lists[1], offset));
    }
  }

  Value tensor_of(const Value& key, const Shape& sizes, const Shape& strides,
                  int64_t offset) {
    shared_budget()->charge_object(400);
    if (key.is_none()) return empty({0}, {.device = Device()});
    const auto storage = objects_.find(key_text(key));
    CRESSET_CHECK(storage != objects_.end() &&
                      storage->second.kind() == ValueKind::kStorage,
                  kFormat, "a tensor's storage ", repr(key, 40),
                  " is not there");
    const Tensor& elements = storage->second.as_storage();
    // What has no dimensions was empty before PyTorch 0.4; newer releases read
    // it as one element where there is one.
    const bool none = sizes.empty() && offset >= elements.numel();
    const Shape shape = none ? Shape{0} : sizes;
    const Shape steps = none ? Shape{1} : strides;
    return view_of_storage(elements, elements.dtype(), offset, shape, steps,
                           false);
  }

  std::shared_ptr<InputFile> file_;
  const LoadOptions& options_;
  StorageLoader loader_;
  std::map<std::string, std::string_view> members_;
  std::unordered_map<std::string, Value> objects_;
};

}  // namespace

Value read_torch_tar(const std::shared_ptr<InputFile>& file,
                     const LoadOptions& options) {
  TorchTar tar(file, options);
  return with_path(file->path(), "tar archive", [&] { return tar.load(); });
}

}  // namespace cresset::serialize
