#include "cresset/tools/cresset/value_path.h"

#include "cresset/tensor/core/tensor.h"
#include "cresset/tests/catch.h"
#include "cresset/tools/cresset/exit_code.h"

namespace cresset::cli {
namespace {

Value checkpoint() {
  const Tensor one = empty({1});
  Value state = Value::dict();
  state[0] = Value::dict({{"step", 7}});
  return {
      {"epoch", 3},
      {"model", Value::dict({{"fc.weight", one}, {"fc.bias", one}})},
      {"optimizer",
       Value::dict({{"state", state},
                    {"groups", Value::list({Value::dict({{"lr", 0.1}})})}})}};
}

std::string message(const std::string& path) {
  try {
    find_path(checkpoint(), path);
  } catch (const CliError& error) {
    CHECK(error.code() == kExitUsage);
    return error.what();
  }
  return "no error";
}

TEST_CASE("find_path: keys with dots, int keys and indices", "[cli]") {
  const Value root = checkpoint();
  CHECK(find_path(root, "").is_same(root));
  CHECK(find_path(root, "epoch") == Value(3));
  CHECK(find_path(root, "model.fc.bias").is_tensor());
  CHECK(find_path(root, "optimizer.state.0.step") == Value(7));
  CHECK(find_path(root, "optimizer.groups.0.lr") == Value(0.1));
  CHECK(find_path(root, "optimizer.groups.-1.lr") == Value(0.1));
  CHECK(has_path(root, "model.fc.weight"));
  CHECK_FALSE(has_path(root, "model.fc"));
}

TEST_CASE("find_path: says what was meant or what is there", "[cli]") {
  CHECK(message("epohc") == "there is no 'epohc'; did you mean 'epoch'?");
  CHECK(message("model.fc.wieght") ==
        "there is no 'fc.wieght'; did you mean 'fc.weight'?");
  CHECK(message("optimizer.zzz") ==
        "there is no 'zzz'; it holds 'state', 'groups'");
  CHECK(message("epoch.x") == "there is no 'x'; there is a int");
}

TEST_CASE("set_path: replaces, and adds the last step", "[cli]") {
  const Value root = checkpoint();
  set_path(root, "optimizer.groups.0.lr", 0.5);
  set_path(root, "optimizer.state.0.step", 8);
  set_path(root, "model.fc.bias", "gone");
  set_path(root, "best", 1);
  CHECK(find_path(root, "optimizer.groups.0.lr") == Value(0.5));
  CHECK(find_path(root, "optimizer.state.0.step") == Value(8));
  CHECK(find_path(root, "model.fc.bias") == Value("gone"));
  CHECK(find_path(root, "best") == Value(1));
  CHECK_THROWS_AS(set_path(root, "nothing.there.x", 1), CliError);
  CHECK_THROWS_AS(set_path(root, "epoch.x", 1), CliError);
}

TEST_CASE("weights_path: finds the tensors of a checkpoint", "[cli]") {
  const Value root = checkpoint();
  CHECK(weights_path(root) == "model");
  CHECK(weights_path(find_path(root, "model")).empty());
  CHECK(weights_path(Value::dict({{"state_dict", root}})) ==
        "state_dict.model");
  CHECK(weights_path(Value(3)).empty());
}

}  // namespace
}  // namespace cresset::cli
