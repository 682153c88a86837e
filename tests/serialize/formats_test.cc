// Files of the formats around torch.save's zip, as real programs write them
// (tools/golden/checkpoints.py).

#include "cresset/serialize/checkpoint.h"
#include "cresset/serialize/file_kind.h"
#include "cresset/serialize/foreign.h"
#include "cresset/serialize/refusal.h"
#include "cresset/serialize/safetensors.h"
#include "cresset/tests/catch.h"

namespace cresset {
namespace {

const std::string kFolder = "tests/golden/checkpoints/";

template <class T>
std::vector<T> elements(const Tensor& tensor) {
  const Tensor flat = tensor.detach().contiguous();
  const T* data = static_cast<const T*>(flat.raw_data());
  return {data, data + flat.numel()};
}

const std::vector<float> kCounted = {0, 1, 2, 3, 4, 5};

TEST_CASE("formats: NumPy's files are arrays", "[format]") {
  const Value array = load(kFolder + "array.npy");
  CHECK(array.as_array().dtype == "<f4");
  CHECK(array.as_array().shape == Shape{2, 3});
  CHECK(elements<float>(array.as_array().tensor()) == kCounted);
  const Value fortran = load(kFolder + "fortran.npy");
  CHECK(fortran.as_array().dtype == "<i2");
  CHECK(elements<float>(fortran.as_array().tensor().to(float32)) == kCounted);
  for (const char* name : {"arrays.npz", "packed.npz"}) {
    const Value arrays = load(kFolder + name);
    CHECK(arrays.size() == 2);
    CHECK(elements<float>(arrays["a"].as_array().tensor()) == kCounted);
    CHECK(arrays["b.c"].as_array().shape.empty());
    CHECK(arrays["b.c"].as_array().dtype == "<i8");
  }
}

TEST_CASE("formats: arrays of NumPy's files are saved as PyTorch saves them",
          "[format]") {
  const char* folder = std::getenv("TEST_TMPDIR");
  const std::string path =
      std::string(folder == nullptr ? "/tmp" : folder) + "/array.pt";
  const Value arrays = load(kFolder + "arrays.npz");
  save(arrays, path);
  CHECK(load(path) == arrays);
}

TEST_CASE("formats: tar files of PyTorch 0.1", "[format]") {
  const Value object = load(kFolder + "old.tar");
  CHECK(object.dict_type() == DictType::kOrderedDict);
  CHECK(object["epoch"] == 3);
  CHECK(elements<float>(object["matrix"].as_tensor()) == kCounted);
  CHECK(elements<float>(object["column"].as_tensor()) ==
        std::vector<float>{1, 4});
  CHECK(object["column"].as_tensor().storage() ==
        object["matrix"].as_tensor().storage());
  CHECK(object["same"].is_same(object["matrix"]));
  CHECK(elements<uint8_t>(object["pair"].as_tensor()) ==
        std::vector<uint8_t>{7, 8});
  CHECK_THROWS_AS(load(kFolder + "old.tar", {.weights_only = true}),
                  RefusedError);
}

TEST_CASE("formats: safetensors of every dtype", "[format]") {
  const Value object = load(kFolder + "all.safetensors");
  CHECK(object.size() == 15);
  CHECK(object.items().front().key == "i64");
  for (const char* name :
       {"u8", "i8", "i16", "f16", "bf16", "i32", "f32", "c64", "f64", "i64"}) {
    INFO(name);
    CHECK(object[name].as_tensor().sizes() == IntSpan({2, 3}));
    CHECK(elements<float>(object[name].as_tensor().to(float32)) == kCounted);
  }
  CHECK(object["bool"].as_tensor().dtype() == bool_);
  CHECK(object["scalar"].as_tensor().dim() == 0);
  CHECK(object["empty"].as_tensor().sizes() == IntSpan({0, 4}));
  CHECK(object["small"].as_tensor().dtype() == float8_e4m3fn);
  CHECK(object["rare"].as_packed().dtype == "float8_e8m0fnu");
  CHECK(elements<uint8_t>(object["rare"].as_packed().integers) ==
        std::vector<uint8_t>{0x7f, 0x80, 0x81});
  Value metadata;
  const auto file = serialize::InputFile::map(kFolder + "all.safetensors");
  serialize::read_safetensors(file, {}, &metadata);
  CHECK(metadata["format"] == "pt");
}

TEST_CASE("formats: legacy files of any pickle protocol are told by content",
          "[format]") {
  using namespace std::string_literals;
  using serialize::FileKind;
  const std::string magic = "\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.";
  for (const std::string& head :
       {"\x80\x02"s, "\x80\x03"s,
        "\x80\x04\x95\x0d\x00\x00\x00\x00\x00\x00\x00"s}) {
    CHECK(serialize::file_kind(head + magic + "rest") == FileKind::kLegacy);
  }
  CHECK(serialize::file_kind("L119547037146038801333356L\n.") ==
        FileKind::kLegacy);
  CHECK(serialize::file_kind("\x80\x03}.") == FileKind::kPickle);
}

TEST_CASE("formats: an index brings its shards together", "[format]") {
  const Value object = load(kFolder + "shards.safetensors.index.json");
  CHECK(object.size() == 3);
  CHECK(elements<float>(object["c"].as_tensor()) == std::vector<float>{'c', 1});
}

TEST_CASE("formats: a TorchScript archive gives its state dict", "[format]") {
  const Value object = load(kFolder + "scripted.pt");
  const StateDict state = object.as_state_dict();
  CHECK(state.keys() == std::vector<std::string>{
                            "0.weight", "0.bias", "1.weight", "1.bias",
                            "1.running_mean", "1.running_var",
                            "1.num_batches_tracked", "2.weight", "2.bias"});
  CHECK_FALSE(state["0.weight"].requires_grad());
  const StateDict eager =
      load(kFolder + "training.pt")["model"].as_state_dict();
  CHECK(state["0.weight"].sizes() == eager["0.weight"].sizes());
  CHECK_THROWS_AS(load(kFolder + "scripted.pt", {.weights_only = true}),
                  RefusedError);
}

}  // namespace
}  // namespace cresset
