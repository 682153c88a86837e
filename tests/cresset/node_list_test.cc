// Node lists against those that a Python program wrote straight from the
// objects (tools/golden/nodes.py), to the letter.

#include "cresset/tools/cresset/node_list.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "cresset/serialize/checkpoint.h"
#include "cresset/tests/catch.h"

namespace cresset::cli {
namespace {

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file.good());
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string golden(const std::string& name) {
  return "tests/golden/nodes/" + name;
}

TEST_CASE("node_list: equals Python's own for files of every kind",
          "[cli][format]") {
  const std::string name =
      GENERATE(as<std::string>(), "checkpoint", "checkpoint_legacy",
               "containers", "containers_legacy", "containers_protocol5",
               "dtypes", "keys", "memory_format", "module", "module_legacy",
               "numpy_values", "numpy_values_protocol5", "objects",
               "odd_tensors", "scalars", "shared", "shared_legacy", "texts",
               "texts_protocol5", "torch_objects", "views", "views_legacy");
  INFO(name);
  const std::string format = name.ends_with("_legacy") ? "legacy" : "zip";
  const Value value = load(golden(name + ".pt"));
  CHECK(node_list(value, format) == contents(golden(name + ".json")));
}

TEST_CASE("node_list: the elements of every tensor on demand", "[cli]") {
  const Value value = load(golden("views.pt"));
  CHECK(node_list(value, "zip", {.all_values = true}) ==
        contents(golden("views_all.json")));
}

TEST_CASE("node_list: depth costs no stack", "[cli]") {
  Value deep = Value::list();
  for (int i = 0; i < 3000; ++i) deep = Value::list({deep});
  const std::string text = node_list(deep, "zip");
  CHECK(std::count(text.begin(), text.end(), '\n') == 3001 + 2);
}

TEST_CASE("node_list: what is shared is written once", "[cli]") {
  Value layer = Value::tuple({1});
  for (int i = 0; i < 60; ++i) layer = Value::tuple({layer, layer});
  const std::string text = node_list(layer, "zip");
  CHECK(std::count(text.begin(), text.end(), '\n') == 60 * 2 + 2 + 2);
}

TEST_CASE("node_list: a view that repeats one element needs no memory",
          "[cli]") {
  const Tensor one = empty({1});
  one.data<float>()[0] = 2;
  const Tensor wide = internal::alias(one, {1 << 12, 1 << 10}, {0, 0}, 0);
  const std::string text = node_list(wide, "zip");
  CHECK(text.find("\"numel\": 4194304") != std::string::npos);
  // Of 2**22 times the bytes of 2.0f.
  CHECK(text.find("2b8e5eb014abb7fd75f3f10eff5891a63c400f9fe7c8200651da13bae26b"
                  "4d07") != std::string::npos);
  CHECK(text.find("\"values\"") == std::string::npos);
}

}  // namespace
}  // namespace cresset::cli
