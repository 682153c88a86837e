#include "cresset/nn/load_hint.h"

#include "cresset/nn/linear.h"
#include "cresset/nn/sequential.h"
#include "cresset/tensor/base/error.h"
#include "cresset/tests/catch.h"

namespace cresset {
namespace {

// The last line of the error of loading `state`.
std::string hint_of(nn::Module& model, const Value& state) {
  try {
    model.load_state_dict(state);
  } catch (const Error& error) {
    const std::string text = error.what();
    const size_t at = text.find("\n\thint: ");
    return at == std::string::npos ? "" : text.substr(at + 8);
  }
  return "loaded";
}

Value renamed(nn::Module& model, const std::string& prefix) {
  Value state = Value::ordered_dict();
  for (const auto& [name, tensor] : model.state_dict()) {
    state[prefix + name] = tensor;
  }
  return state;
}

TEST_CASE("load_state_dict: hints at a prefix", "[nn][error]") {
  nn::Sequential model{nn::Linear(2, 3), nn::Linear(3, 4)};
  CHECK(hint_of(model, renamed(model, "module.")) ==
        "the file's keys begin with \"module.\" (saved from DataParallel); "
        "take it off: cresset rename FILE --strip-prefix module. -o OUT");
  nn::Sequential outer{{"net", nn::Sequential{nn::Linear(2, 3)}}};
  nn::Sequential inner{nn::Linear(2, 3)};
  CHECK(hint_of(outer, renamed(inner, "")) ==
        "the model's keys begin with \"net.\"; put it on: cresset rename FILE "
        "--add-prefix net. -o OUT");
}

TEST_CASE("load_state_dict: hints at a nested checkpoint", "[nn][error]") {
  nn::Sequential model{nn::Linear(2, 3)};
  const Value checkpoint = {{"epoch", 3}, {"net", model.state_dict()}};
  CHECK(hint_of(model, checkpoint) ==
        "the weights are one level deeper, in the entry \"net\" of this "
        "checkpoint: load that");
}

TEST_CASE("load_state_dict: hints at other numbers of layers and classes",
          "[nn][error]") {
  nn::Sequential model{nn::Linear(2, 3)};
  nn::Linear plain(2, 3);
  CHECK(hint_of(model, renamed(plain, "layer9.fc.")) ==
        "layers renumbered? The shapes fit in this order: layer9.fc.weight -> "
        "0.weight, layer9.fc.bias -> 0.bias");
  nn::Sequential other{nn::Linear(2, 5)};
  CHECK(hint_of(model, renamed(other, "")) ==
        "only \"0\" differs, in its number of classes (5 in the file, 3 in "
        "the model); leave its keys out and load the rest with strict = "
        "false");
}

TEST_CASE("load_state_dict: no hint where nothing is likely", "[nn][error]") {
  nn::Sequential model{nn::Linear(2, 3)};
  CHECK(hint_of(model, Value::dict()).empty());
  nn::Sequential wider{nn::Linear(4, 3)};
  CHECK(hint_of(model, renamed(wider, "")).empty());
}

}  // namespace
}  // namespace cresset
