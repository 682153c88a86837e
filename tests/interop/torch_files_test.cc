// Files of real PyTorch (Debian's 1.13) read and written by Cresset, and
// Cresset's read by it. Skipped, with a line that says so, without PyTorch.

#include <filesystem>
#include <fstream>
#include <iterator>

#include "cresset/serialize/checkpoint.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/interop/python.h"

namespace cresset {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCases[] = {"state_dict",   "checkpoint", "scalars",
                                  "tensors",      "cycles",     "odd_values",
                                  "module",       "dict_2500",  "list_1001",
                                  "ordered_1001", "tensors_30"};

std::string temporary_folder() {
  const std::string folder = testing::temporary_folder("torch");
  fs::create_directories(folder + "/out");
  return folder;
}

int run_python(const std::string& action) {
  return testing::run_python("torch_files.py", {action, temporary_folder()});
}

bool have_torch() {
  static const bool have = testing::have_python_module("torch");
  return have;
}

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_CASE("torch files: read, written back to the byte, and read by PyTorch",
          "[format]") {
  if (!have_torch()) return;
  const std::string folder = temporary_folder();
  REQUIRE(run_python("write") == 0);
  for (const std::string name : kCases) {
    INFO(name);
    const std::string source = folder + "/" + name + ".pt";
    const Value value = load(source);
    CHECK(load(source, {.mmap = false}) == value);
    const std::string target = folder + "/out/" + name;
    save(value, target + ".torch21.pt", {.layout = SaveLayout::kTorch21});
    save(value, target + ".torch27.pt", {.layout = SaveLayout::kTorch27});
    CHECK(load(target + ".torch27.pt") == value);
    // The root folder of the archive follows the file name.
    save(value, target + ".pt", {.layout = SaveLayout::kTorch113});
    CHECK((contents(target + ".pt") == contents(source)));
    fs::rename(target + ".pt", target + ".torch113.pt");
  }

  const Tensor base = empty({2, 3});
  for (int i = 0; i < 6; ++i) base.data<float>()[i] = static_cast<float>(i);
  const Tensor turned = internal::alias(base, {3, 2}, {1, 3}, 0);
  StateDict made = {{"weight", turned}, {"tied", base}};
  made.set_version("", 2);
  save(made, folder + "/out/made.pt");
  CHECK(run_python("check") == 0);
}

TEST_CASE("torch files: other protocols and the format before 1.6 say the same",
          "[format]") {
  if (!have_torch()) return;
  REQUIRE(run_python("write") == 0);
  const std::string folder = temporary_folder() + "/";
  CHECK(load(folder + "checkpoint.zip4.pt") == load(folder + "checkpoint.pt"));
  for (const std::string protocol : {"1", "2", "4"}) {
    INFO(protocol);
    for (const std::string name : {"checkpoint", "tensors", "module"}) {
      const std::string path = folder + name + ".legacy" + protocol + ".pt";
      CHECK(load(path) == load(folder + name + ".pt"));
    }
    const Value v = load(folder + "tensors.legacy" + protocol + ".pt");
    CHECK(v["row"].as_tensor().storage() == v["base"].as_tensor().storage());
  }
}

TEST_CASE("torch files: a truncated legacy file is refused",
          "[format][error]") {
  if (!have_torch()) return;
  REQUIRE(run_python("write") == 0);
  const std::string good = contents(temporary_folder() + "/tensors.legacy2.pt");
  const std::string path = temporary_folder() + "/short.pt";
  for (size_t size = 0; size < good.size(); size += 7) {
    std::ofstream(path, std::ios::binary) << good.substr(0, size);
    REQUIRE_THROWS_AS(load(path), Error);
  }
}

TEST_CASE("torch files: tensors come with dtype, strides and sharing",
          "[format]") {
  if (!have_torch()) return;
  REQUIRE(run_python("write") == 0);
  const Value v = load(temporary_folder() + "/tensors.pt");
  const Tensor base = v["base"].as_tensor();
  CHECK(base.data<float>()[11] == 11.0f);
  CHECK(v["row"].as_tensor().data<float>()[0] == 4.0f);
  CHECK(v["row"].as_tensor().storage() == base.storage());
  CHECK(v["transposed"].as_tensor().strides() == IntSpan({1, 4}));
  CHECK(v["expanded"].as_tensor().strides() == IntSpan({0, 1}));
  CHECK(v["same"].is_same(v["base"]));
  CHECK(v["empty"].as_tensor().sizes() == IntSpan({0, 3}));
  CHECK(v["scalar"].as_tensor().dim() == 0);
  CHECK(v["scalar"].as_tensor().item<int64_t>() == 3);
  CHECK(v["bool"].as_tensor().data<bool>()[0]);
  CHECK(v["bfloat16"].as_tensor().dtype() == bfloat16);
  CHECK(v["complex"].as_tensor().dtype() == complex64);
  CHECK(v["parameter"].is_parameter());
  CHECK(v["parameter"].as_tensor().requires_grad());
  CHECK_FALSE(v["frozen"].as_tensor().requires_grad());
  CHECK(v["wants grad"].as_tensor().requires_grad());
  CHECK(v["meta"].as_tensor().device().is_meta());
}

TEST_CASE("torch files: a training checkpoint opens as Python shows it",
          "[format]") {
  if (!have_torch()) return;
  REQUIRE(run_python("write") == 0);
  const Value v = load(temporary_folder() + "/checkpoint.pt");
  const StateDict model = v["model"].as_state_dict();
  CHECK(model.keys()[0] == "0.weight");
  CHECK(model.size() == 8);
  CHECK(model.version("1") == 2);
  CHECK(v["epoch"] == 3);
  CHECK(v["optimizer"]["param_groups"][0]["momentum"].as_float() == 0.9);
  CHECK(v["optimizer"]["state"][0]["momentum_buffer"].as_tensor().sizes() ==
        IntSpan({8, 3, 3, 3}));
  CHECK(v["rng"].as_tensor().dtype() == uint8);
}

}  // namespace
}  // namespace cresset
