#include "cresset/tools/demos/metrics.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cresset/tensor/base/error.h"
#include "cresset/tests/catch.h"

namespace {

using namespace cresset::demos;
using cresset::Value;

const History kHistory = {{1, 0.75, 0.5, 0.625, 0.75, 0.1},
                          {2, 0.5, 0.625, 0.5, 0.875, 0.05},
                          {3, 0.25, 0.75, 0.5625, 0.8125, 0.05}};

std::string place(const std::string& name) {
  const char* folder = std::getenv("TEST_TMPDIR");
  return (folder ? std::string(folder)
                 : std::filesystem::temp_directory_path().string()) +
         "/" + name;
}

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST_CASE("metrics: a history survives a checkpoint", "[demos]") {
  const Value value = to_value(kHistory);
  CHECK(value.size() == 3);
  CHECK(value.at(1).at("test_accuracy").as_float() == 0.875);
  const History back = history_from_value(value);
  REQUIRE(back.size() == 3);
  CHECK(back[2].epoch == 3);
  CHECK(back[2].lr == 0.05);
  CHECK(to_value(back) == value);
  CHECK_THROWS_AS(history_from_value(Value(std::vector<Value>{Value::dict()})),
                  cresset::Error);
}

TEST_CASE("metrics: the best epoch counts", "[demos]") {
  CHECK(best_accuracy(kHistory) == 0.875);
  CHECK(best_accuracy({}) == 0);
}

TEST_CASE("metrics: the curves show loss and accuracy", "[demos]") {
  const std::string path = place("curves.svg");
  write_curves(path, kHistory);
  const std::string svg = text_of(path);
  CHECK(svg.find("Fashion-MNIST: loss") != std::string::npos);
  CHECK(svg.find(">test  81.25<") != std::string::npos);
  CHECK(svg.find(">train  0.25<") != std::string::npos);
}

TEST_CASE("metrics: TensorBoard gets every measure", "[demos]") {
  EventWriter writer(place("events"));
  write_events(writer, kHistory[0]);
  const std::string file = text_of(writer.path());
  for (const char* tag :
       {"loss/train", "acc/train", "loss/test", "acc/test", "lr"}) {
    INFO(tag);
    CHECK(file.find(tag) != std::string::npos);
  }
}

}  // namespace
