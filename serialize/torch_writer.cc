#include "cresset/serialize/torch_writer.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "cresset/serialize/pickle_writer.h"
#include "cresset/serialize/serialization_id.h"
#include "cresset/serialize/tensor_bytes.h"
#include "cresset/serialize/torch_pickler.h"
#include "cresset/serialize/zip_writer.h"
#include "cresset/tensor/base/error.h"

namespace cresset::serialize {
namespace {

// The padding's length has two bytes.
constexpr uint64_t kMaxAlignment = 32768;

void put(Sink& sink, const std::string& bytes) {
  sink.write(bytes.data(), bytes.size());
}

}  // namespace

void write_torch_zip(const Value& value, const std::string& root,
                     const SaveOptions& options, Sink& sink) {
  const TorchPickle pickle = torch_pickle(
      value, options.layout == SaveLayout::kTorch113 ? PickleStyle::kTorch113
                                                     : PickleStyle::kTorch2);
  std::vector<const SavedStorage*> order;
  for (const auto& saved : pickle.storages) order.push_back(&saved);
  if (options.layout != SaveLayout::kTorch27) {
    std::sort(order.begin(), order.end(),
              [](const auto* a, const auto* b) { return a->key < b->key; });
  }

  const uint64_t alignment = options.alignment;
  CRESSET_CHECK(alignment >= 64 && alignment <= kMaxAlignment &&
                    (alignment & (alignment - 1)) == 0,
                kValue, "save: the alignment is a power of two from 64 to ",
                kMaxAlignment, "; got ", alignment);
  ZipWriter zip(sink, root, alignment);
  SerializationId id;
  const auto add_text = [&](const char* name, const std::string& text) {
    id.add(name, text.size(), zip.add(name, text));
  };
  add_text("data.pkl", pickle.bytes);
  if (options.layout == SaveLayout::kTorch27) {
    add_text(".format_version", "1");
    add_text(".storage_alignment", std::to_string(alignment));
  }
  if (options.layout != SaveLayout::kTorch113) add_text("byteorder", "little");
  std::vector<Tensor> elements;
  for (const auto* saved : order) elements.push_back(saved->elements);
  TensorBytes data(elements);
  for (size_t i = 0; i < order.size(); ++i) {
    const std::string name = "data/" + order[i]->key;
    const uint64_t bytes = elements[i].nbytes();
    id.add(name, bytes, zip.add(name, bytes, [&](const ByteTake& take) {
      data.next(take);
    }));
  }
  add_text("version", "3\n");
  if (options.layout != SaveLayout::kTorch113) {
    zip.add(".data/serialization_id", id.digits());
  }
  zip.finish();
}

void write_torch_legacy(const Value& value, Sink& sink) {
  TorchPickle pickle = torch_pickle(value, PickleStyle::kLegacy);
  std::sort(pickle.storages.begin(), pickle.storages.end(),
            [](const auto& a, const auto& b) { return a.key < b.key; });
  std::vector<Value> keys;
  for (const auto& saved : pickle.storages) keys.emplace_back(saved.key);
  const Value system = {
      {"protocol_version", 1001},
      {"little_endian", true},
      {"type_sizes", {{"short", 2}, {"int", 4}, {"long", 4}}}};
  const Value magic =
      Value::big_int("\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19");
  PickleWriterHooks plain;
  for (const Value& part : {magic, Value(1001), system}) {
    put(sink, PickleWriter(plain).write(part));
  }
  put(sink, pickle.bytes);
  put(sink, PickleWriter(plain).write(Value::list(std::move(keys))));
  std::vector<Tensor> elements;
  for (const auto& saved : pickle.storages) elements.push_back(saved.elements);
  TensorBytes data(elements);
  for (const Tensor& x : elements) {
    const auto count = static_cast<uint64_t>(x.numel());
    std::string head;
    for (int i = 0; i < 8; ++i) head += static_cast<char>(count >> (8 * i));
    put(sink, head);
    data.next([&](const void* from, size_t bytes) { sink.write(from, bytes); });
  }
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
