#include "cresset/tools/demos/settings.h"

#include <initializer_list>

#include "cresset/tensor/base/error.h"
#include "cresset/tests/catch.h"

namespace {

using cresset::Value;
using cresset::demos::parse_settings;
using cresset::demos::Settings;
using cresset::demos::TrainSettings;

std::optional<Settings> parse(std::initializer_list<const char*> arguments,
                              int* status = nullptr) {
  std::vector<const char*> argv = {"fashion_mnist"};
  argv.insert(argv.end(), arguments);
  int ignored = -1;
  return parse_settings(static_cast<int>(argv.size()), argv.data(),
                        status ? *status : ignored);
}

TEST_CASE("settings: defaults", "[demos]") {
  const auto s = parse({});
  REQUIRE(s);
  CHECK(s->out == "runs/fashion_mnist");
  CHECK(s->train.batch_size == 64);
  CHECK_FALSE(s->epochs);
  CHECK_FALSE(s->resume);
  CHECK(s->given.empty());
}

TEST_CASE("settings: options are read", "[demos]") {
  const auto s = parse({"--out", "x", "--epochs", "3", "--lr", "0.1",
                        "--batch-size=8", "--threads", "2", "-q"});
  REQUIRE(s);
  CHECK(s->out == "x");
  CHECK(s->epochs == 3);
  CHECK(s->train.lr == 0.1);
  CHECK(s->train.batch_size == 8);
  CHECK(s->threads == 2);
  CHECK(s->quiet);
  CHECK(s->given == std::vector<std::string>{"batch_size", "lr"});
}

TEST_CASE("settings: resume with and without a file", "[demos]") {
  CHECK(parse({"--resume"})->resume == "");
  CHECK(parse({"--resume", "a.pth"})->resume == "a.pth");
  CHECK(parse({"--resume", "--epochs", "3"})->resume == "");
  CHECK(parse({"--resume", "--epochs", "3"})->epochs == 3);
}

TEST_CASE("settings: bad options end the program with 2, help with 0",
          "[demos][error]") {
  int status = -1;
  CHECK_FALSE(parse({"--epochs", "0"}, &status));
  CHECK(status == 2);
  CHECK_FALSE(parse({"--batch-size", "0"}, &status));
  CHECK(status == 2);
  CHECK_FALSE(parse({"--lr", "much"}, &status));
  CHECK(status == 2);
  CHECK_FALSE(parse({"--unheard-of"}, &status));
  CHECK(status == 2);
  CHECK_FALSE(parse({"--help"}, &status));
  CHECK(status == 0);
}

TEST_CASE("settings: a checkpoint gives them back", "[demos]") {
  TrainSettings a;
  a.lr = 0.125;
  a.limit = 77;
  const Value value = a.to_value();
  CHECK(value.at("lr").as_float() == 0.125);
  const TrainSettings b = TrainSettings::from_value(value);
  CHECK(b.to_value() == value);
  CHECK_THROWS_AS(TrainSettings::from_value(Value::dict()), cresset::Error);
}

TEST_CASE("settings: a resumed run keeps its own", "[demos][error]") {
  TrainSettings saved;
  saved.lr = 0.5;
  saved.seed = 3;
  auto silent = *parse({"--resume"});
  silent.adopt(saved);
  CHECK(silent.train.lr == 0.5);
  auto same = *parse({"--lr", "0.5"});
  same.adopt(saved);
  CHECK(same.train.seed == 3);
  auto other = *parse({"--batch-size", "32"});
  CHECK_THROWS_WITH(other.adopt(saved),
                    "--batch-size: a resumed run keeps its settings; the "
                    "checkpoint has 64; got 32");
}

}  // namespace
