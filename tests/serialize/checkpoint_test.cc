#include "cresset/serialize/checkpoint.h"

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#include "cresset/tensor/core/backend.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/elements.h"

namespace cresset {
namespace {

namespace fs = std::filesystem;

std::string temporary(const std::string& name) {
  const char* folder = std::getenv("TEST_TMPDIR");
  return std::string(folder == nullptr ? "/tmp" : folder) + "/" + name;
}

Tensor counted(IntSpan shape, Dtype dtype = float32) {
  return testing::generated<float>(shape, [](int64_t i) { return i; })
      .to(dtype);
}

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

struct Failure {
  ErrorCode code = ErrorCode::kInternal;
  std::string text = "no error";
};

Failure failure_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return {error.code(), error.what()};
  }
  return {};
}

Value sample() {
  StateDict state = {{"fc.weight", counted({4, 3})}, {"fc.bias", counted({4})}};
  state.set_version("", 1);
  state.set_version("fc", 1);
  Value dict = {{"epoch", 3},
                {"model", state},
                {"losses", std::vector<double>{0.5, 0.25}},
                {"nested", {{"none", nullptr}, {"yes", true}}},
                {"tuple", Value::tuple({1, "a", Value::bytes("\x80\xff")})},
                {"set", Value::set({1, "b"})},
                {"frozen", Value::frozen_set({2})},
                {"size", Value::size({2, 3})},
                {"dtype", float16},
                {"device", Device("cuda:1")},
                {"complex", std::complex<double>(1, -2)},
                {"big", Value::big_int(std::string(20, '\x7f'))},
                {"array", Value::byte_array("xyz")},
                {"parameter", Value::parameter(counted({2}))}};
  dict[5] = "int key";
  dict[Value::tuple({1, 2})] = "tuple key";
  return dict;
}

TEST_CASE("checkpoint: what is saved is loaded", "[format]") {
  const std::string path = temporary("sample.pt");
  const Value value = sample();
  for (const SaveLayout layout :
       {SaveLayout::kTorch113, SaveLayout::kTorch21, SaveLayout::kTorch27}) {
    save(value, path, {.layout = layout});
    CHECK(load(path) == value);
    CHECK(load(path, {.mmap = false}) == value);
    CHECK(load(path, {.verify = false}) == value);
  }
  CHECK(load(path)["model"].as_state_dict().version("fc") == 1);
}

TEST_CASE("checkpoint: every dtype is kept", "[format]") {
  const std::string path = temporary("dtypes.pt");
  Value value;
  for (int i = 0; i < kNumDtypes; ++i) {
    const auto dtype = static_cast<Dtype>(i);
    const Tensor tensor = empty({3}, {.dtype = dtype, .device = Device()});
    auto* bytes = static_cast<uint8_t*>(tensor.raw_data());
    for (size_t n = 0; n < tensor.nbytes(); ++n) {
      bytes[n] = static_cast<uint8_t>(dtype == bool_ ? n % 2 : 37 * n + i);
    }
    value[to_string(dtype)] = tensor.to(default_device());
  }
  save(value, path);
  CHECK(load(path) == value);
}

TEST_CASE("checkpoint: views and shared storages stay what they are",
          "[format]") {
  const std::string path = temporary("views.pt");
  const Tensor base = counted({1000, 10});
  const Tensor row = internal::alias(base, {10}, {1}, 50);
  const Tensor turned = internal::alias(base, {10, 1000}, {1, 10}, 0);
  const Tensor repeated = internal::alias(base, {7, 10}, {0, 1}, 0);
  save({{"base", base}, {"row", row}, {"turned", turned}, {"rep", repeated}},
       path);
  CHECK(fs::file_size(path) < base.nbytes() + 4096);
  const Value loaded = load(path);
  CHECK(loaded["row"].as_tensor().storage() ==
        loaded["base"].as_tensor().storage());
  CHECK(loaded["row"].as_tensor().storage_offset() == 50);
  CHECK(loaded["turned"].as_tensor().strides() == IntSpan({1, 10}));
  CHECK(loaded["rep"].as_tensor().strides() == IntSpan({0, 1}));
  CHECK(testing::element<float>(loaded["row"].as_tensor(), 0) == 50.0f);
}

TEST_CASE("checkpoint: writing to a loaded tensor leaves the file alone",
          "[format]") {
  const std::string path = temporary("private.pt");
  save({{"x", counted({5000})}}, path);
  const std::string before = contents(path);
  {
    const Value loaded = load(path);
    const Tensor x = loaded["x"].as_tensor();
    testing::generate<float>(x, [](int64_t) { return -1; });
    CHECK(testing::element<float>(x, 7) == -1.0f);
  }
  CHECK(contents(path) == before);
  CHECK(load(path)["x"] == Value(counted({5000})));
}

TEST_CASE("checkpoint: a loaded file may be replaced while it is used",
          "[format]") {
  const std::string path = temporary("replaced.pt");
  save({{"x", counted({5000})}}, path);
  const Value loaded = load(path);
  save({{"y", counted({10})}}, path);
  CHECK(loaded["x"] == Value(counted({5000})));
  CHECK(load(path).contains("y"));
  // Saving what was loaded, over the file it was loaded from.
  save(loaded, path);
  CHECK(load(path) == loaded);
}

TEST_CASE("checkpoint: one storage under two dtypes becomes two", "[format]") {
  const std::string path = temporary("two.pt");
  const Tensor floats = counted({4});
  const Tensor ints =
      internal::over_storage(floats.storage(), int32, {4}, {1}, 0);
  const Value value = {{"f", floats}, {"i", ints}};
  save(value, path);
  CHECK(load(path) == value);
}

TEST_CASE("checkpoint: cycles and depth survive", "[format]") {
  const std::string path = temporary("deep.pt");
  Value cycle = Value::list({1});
  cycle.push_back(cycle.weak());
  save(cycle, path);
  const Value loaded = load(path);
  CHECK(loaded == cycle);
  CHECK(loaded[1].is_same(loaded));
  Value deep;
  for (int i = 0; i < 100000; ++i) deep = Value::tuple({Value::list({deep})});
  save(deep, path);
  CHECK(load(path) == deep);
}

TEST_CASE("checkpoint: map_location chooses the device", "[format]") {
  const std::string path = temporary("device.pt");
  save({{"x", counted({2})}}, path);
  CHECK(load(path, {.map_location = "cpu"})["x"].as_tensor().device() ==
        Device());
  std::string asked;
  const auto choose = [&](const std::string& saved) {
    asked = saved;
    return Device();
  };
  load(path, {.map_location = choose});
  CHECK(asked == to_string(default_device()));
  const int count = device_count(DeviceType::kCuda);
  const Device absent(DeviceType::kCuda, count);
  CHECK(failure_of([&] { load(path, {.map_location = absent}); }).code ==
        ErrorCode::kDevice);
}

// What follows is about the bytes of files, at each of which a file is read.

TEST_CASE("checkpoint: a flipped bit is found", "[format][error][cpu]") {
  const std::string path = temporary("flip.pt");
  save({{"x", counted({1000})}}, path);
  const std::string good = contents(path);
  const size_t data = good.find(std::string("\0\0\x80\x3f\0\0\0\x40", 8));
  REQUIRE(data != std::string::npos);
  for (const size_t at : {data, data + 1999, good.find("_rebuild_tensor_v2")}) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x10);
    write_file(path, bad);
    const Failure failure = failure_of([&] { load(path); });
    CHECK(failure.code == ErrorCode::kFormat);
    CHECK_THAT(failure.text, Catch::Contains("damaged"));
    CHECK_THAT(failure.text, Catch::StartsWith(path + ": record 'flip/data"));
  }
}

TEST_CASE("checkpoint: every truncation is refused", "[format][error][cpu]") {
  const std::string path = temporary("short.pt");
  save({{"x", counted({8})}, {"y", Value::list({1, "a"})}}, path);
  const std::string good = contents(path);
  for (size_t size = 0; size < good.size(); ++size) {
    write_file(path, good.substr(0, size));
    const Failure failure = failure_of([&] { load(path); });
    REQUIRE(failure.code == ErrorCode::kFormat);
    REQUIRE_THAT(failure.text, Catch::StartsWith(path + ": "));
  }
}

TEST_CASE("checkpoint: a changed byte anywhere is an error or harmless",
          "[format][error][cpu]") {
  const std::string path = temporary("changed.pt");
  const Value value = {{"x", counted({8})}, {"y", Value::list({1, "a"})}};
  save(value, path);
  const std::string good = contents(path);
  for (size_t at = 0; at < good.size(); ++at) {
    for (const int change : {1, 0x80, 0xff}) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ change);
      write_file(path, bad);
      // Padding and some header fields have no meaning.
      bool equal = true;
      const Failure failure = failure_of([&] { equal = load(path) == value; });
      REQUIRE(equal);
      if (failure.text != "no error") {
        REQUIRE_THAT(failure.text, Catch::StartsWith(path + ": "));
      }
    }
  }
}

TEST_CASE("checkpoint: other files are told apart", "[error]") {
  const std::string path = temporary("other.pt");
  const auto text_for = [&](const std::string& bytes) {
    write_file(path, bytes);
    return failure_of([&] { load(path); }).text;
  };
  CHECK_THAT(text_for(""), Catch::Contains("empty"));
  CHECK_THAT(text_for("<!DOCTYPE html><html>"), Catch::Contains("web page"));
  CHECK_THAT(text_for("version https://git-lfs.github.com/spec/v1\n"),
             Catch::Contains("git lfs pull"));
  CHECK_THAT(text_for("\x1f\x8b\x08"), Catch::Contains("gunzip"));
  CHECK_THAT(text_for("hello\n"), Catch::Contains("'hello\\n'"));
  const Failure missing = failure_of([] { load("/nowhere/at/all.pt"); });
  CHECK(missing.code == ErrorCode::kIo);
  CHECK(missing.text ==
        "/nowhere/at/all.pt: opening failed: No such file or directory "
        "(ENOENT)");
  CHECK(failure_of([] { load("/tmp"); }).code == ErrorCode::kIo);
}

TEST_CASE("checkpoint: the folder in the archive follows the file name",
          "[format]") {
  const auto root = [](const char* name) {
    const std::string path = temporary(name);
    save(Value(1), path);
    const std::string bytes = contents(path);
    return bytes.substr(30, bytes.find("/data.pkl") - 30);
  };
  CHECK(root("a.b.c.pt") == "a.b.c");
  CHECK(root("noext") == "noext");
  CHECK(root(".hidden.pt") == ".hidden");
  CHECK(root("\xc3\xa9.pt") == "archive");
  CHECK(failure_of([] { save(Value(1), temporary(".pt")); }).code ==
        ErrorCode::kValue);
}

}  // namespace
}  // namespace cresset
