// The formats that Cresset writes, and the copies it makes of files.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "cresset/serialize/archive.h"
#include "cresset/serialize/checkpoint.h"
#include "cresset/serialize/foreign.h"
#include "cresset/serialize/safetensors.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/elements.h"

namespace cresset {
namespace {

namespace fs = std::filesystem;

const std::string kFolder = "tests/golden/checkpoints/";

std::string temporary(const std::string& name) {
  const char* folder = std::getenv("TEST_TMPDIR");
  return std::string(folder == nullptr ? "/tmp" : folder) + "/" + name;
}

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Tensor filled(int64_t count, float value) {
  return testing::generated<float>({count}, [&](int64_t) { return value; });
}

TEST_CASE("write: every file saved like itself is copied byte for byte",
          "[format]") {
  int files = 0;
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    const std::string path = entry.path();
    if (path.ends_with("BUILD") || path.ends_with(".json")) continue;
    INFO(path);
    const std::string copy = temporary("copy.pt");
    save(load(path), copy, {.like = path});
    CHECK(contents(copy) == contents(path));
    ++files;
  }
  CHECK(files > 70);
}

TEST_CASE("write: a changed value keeps the form of its file", "[format]") {
  Value value = load(kFolder + "views.pt");
  value["row"] = 5;
  const std::string copy = temporary("changed.pt");
  save(value, copy, {.like = kFolder + "views.pt"});
  CHECK(load(copy) == value);
  const std::string bytes = contents(copy);
  CHECK(bytes.find("views/data.pkl") != std::string::npos);
  CHECK(bytes.find("byteorder") == std::string::npos);

  Value arrays = load(kFolder + "arrays.npz");
  arrays.erase("a");
  save(arrays, copy, {.like = kFolder + "arrays.npz"});
  CHECK(load(copy) == arrays);
  Value old = load(kFolder + "dtypes_legacy.pt");
  old["more"] = 1;
  save(old, copy, {.like = kFolder + "dtypes_legacy.pt"});
  CHECK(load(copy) == old);
  CHECK(contents(copy).starts_with("\x80\x02\x8a\x0a"));
  // A file may be changed in place, over its own mapping.
  Value again = load(copy);
  again["more"] = 2;
  save(again, copy, {.like = copy});
  CHECK(load(copy)["more"] == 2);
}

TEST_CASE("write: the format before PyTorch 1.6", "[format]") {
  const std::string path = temporary("legacy.pt");
  for (const char* subject : {"dtypes", "views", "values", "quantized",
                              "sparse", "arrays", "training", "parameters"}) {
    INFO(subject);
    const Value value = load(kFolder + subject + ".pt");
    save(value, path, {.format = SaveFormat::kLegacy});
    if (std::string(subject) == "values") {
      CHECK(load(path).size() == value.size());  // holds a NaN and functions
    } else {
      CHECK(load(path) == value);
    }
  }
}

TEST_CASE("write: safetensors as the reference writes them", "[format]") {
  const std::string path = temporary("all.safetensors");
  const Value value = load(kFolder + "all.safetensors");
  save(value, path,
       {.format = SaveFormat::kSafetensors, .metadata = {{"format", "pt"}}});
  CHECK(contents(path) == contents(kFolder + "all.safetensors"));
  CHECK_THROWS_AS(save(load(kFolder + "sparse.pt"), path,
                       {.format = SaveFormat::kSafetensors}),
                  Error);
  CHECK_THROWS_AS(save({{"a", 1}}, path, {.format = SaveFormat::kSafetensors}),
                  Error);
  CHECK(contents(path) == contents(kFolder + "all.safetensors"));
  // Views are written by themselves.
  const Value views = load(kFolder + "views.pt");
  save(views, path, {.format = SaveFormat::kSafetensors});
  CHECK(load(path)["transposed"] == views["transposed"]);
  CHECK(load(path)["expanded"].as_tensor().is_contiguous());
}

// safetensors do not say which device they were on.
Value loaded(const std::string& path) {
  return load(path, {.map_location = default_device()});
}

TEST_CASE("write: shards and their index", "[format]") {
  const std::string path = temporary("model.safetensors.index.json");
  Value value = Value::dict();
  for (int i = 0; i < 5; ++i) {
    value["t" + std::to_string(i)] = filled(25, static_cast<float>(i));
  }
  save_shards(value, path, 250);
  CHECK(fs::exists(temporary("model-00003-of-00003.safetensors")));
  CHECK(loaded(path) == value);
  CHECK_THROWS_AS(save_shards(value, temporary("x.json"), 250), Error);
}

TEST_CASE("write: shards take the place of others as one set", "[format]") {
  namespace fs = std::filesystem;
  const fs::path folder = temporary("set");
  fs::remove_all(folder);
  fs::create_directories(folder);
  const std::string path = (folder / "m.safetensors.index.json").string();
  const auto names = [&] {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(folder)) {
      found.push_back(entry.path().filename().string());
    }
    std::sort(found.begin(), found.end());
    return found;
  };
  // Files of others, one of a set whose name begins as this one's.
  for (const char* other :
       {"m-00001-of-1.safetensors", "m-b-00001-of-00009.safetensors"}) {
    std::ofstream(folder / other) << "x";
  }
  const auto expected = [](std::vector<std::string> all) {
    all.insert(all.end(),
               {"m-00001-of-1.safetensors", "m-b-00001-of-00009.safetensors",
                "m.safetensors.index.json"});
    std::sort(all.begin(), all.end());
    return all;
  };
  const Value first = {{"a", filled(60, 1)}, {"b", filled(60, 2)}};
  const Value second = {{"a", filled(60, 3)}};
  const auto files = save_shards(first, path, 250);
  CHECK(files.size() == 3);
  CHECK(files.back() == path);
  const std::vector<std::string> plain = {"m-00001-of-00002.safetensors",
                                          "m-00002-of-00002.safetensors"};
  CHECK(names() == expected(plain));
  // What a killed save left.
  std::ofstream(folder / "m-00001-of-00007-b.safetensors") << "x";
  save_shards(second, path, 250);
  CHECK(names() == expected({"m-00001-of-00001-b.safetensors"}));
  CHECK(loaded(path) == second);
  save_shards(first, path, 250);
  CHECK(names() == expected(plain));
  CHECK(loaded(path) == first);
}

TEST_CASE("write: a tensor of a subclass keeps its class", "[format]") {
  const std::string path = temporary("subclass.pt");
  Value tensor = filled(2, 1);
  CHECK(tensor.tensor_class().is_none());
  tensor.set_tensor_class(Value::global("mine", "Sub"));
  tensor.set_attributes({{"note", "n"}});
  const Value changed = tensor.with_tensor(tensor.as_tensor().to(float64));
  for (const SaveLayout layout :
       {SaveLayout::kTorch113, SaveLayout::kTorch27}) {
    save(changed, path, {.layout = layout});
    const Value loaded = load(path);
    CHECK(loaded.as_tensor().dtype() == float64);
    CHECK(loaded.tensor_class().qualified_name() == "mine.Sub");
    CHECK(loaded.attributes()["note"] == "n");
  }
  CHECK_THROWS_AS(tensor.set_tensor_class("mine.Sub"), Error);
  CHECK_THROWS_AS(Value(1).tensor_class(), Error);
}

TEST_CASE("write: NumPy's files as NumPy writes them", "[format]") {
  const std::string path = temporary("array.npy");
  const Value array = load(kFolder + "array.npy");
  save(array, path, {.format = SaveFormat::kNpy});
  CHECK(contents(path) == contents(kFolder + "array.npy"));
  save(array.as_array().tensor(), path, {.format = SaveFormat::kNpy});
  CHECK(contents(path) == contents(kFolder + "array.npy"));
  const Value arrays = load(kFolder + "arrays.npz");
  save(arrays, path, {.format = SaveFormat::kNpz});
  CHECK(load(path) == arrays);
  CHECK_THROWS_AS(
      save(filled(2, 1).to(bfloat16), path, {.format = SaveFormat::kNpy}),
      Error);
}

TEST_CASE("archive: names, shapes and single tensors", "[format]") {
  for (const char* name : {"training.pt", "training_legacy.pt"}) {
    INFO(name);
    const Archive archive(kFolder + name);
    CHECK(archive.contains("model.0.weight"));
    CHECK_FALSE(archive.contains("model.9.weight"));
    CHECK(archive.entries()[0].name == "model.0.weight");
    CHECK(archive.entries()[0].shape == Shape{2, 1, 3, 3});
    CHECK(archive.entries()[0].dtype == "float32");
    CHECK(archive.entries()[0].bytes == 72);
    CHECK(archive.contains("optimizer.state.0.exp_avg"));
    const Value whole = load(kFolder + name);
    CHECK(Value(archive.tensor("model.2.bias")) == whole["model"]["2.bias"]);
    CHECK_THROWS_AS(archive.tensor("x"), Error);
  }
  const Archive packed(kFolder + "quantized.pt");
  CHECK(packed.entries()[0].dtype == "quint8");
  const Archive script(kFolder + "scripted.pt");
  CHECK(script.entries().size() == 9);
}

}  // namespace
}  // namespace cresset
