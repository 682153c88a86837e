#include <memory>
#include <string>

#include "cresset/nn/linear.h"
#include "cresset/nn/module_dict.h"
#include "cresset/nn/module_list.h"
#include "cresset/nn/sequential.h"
#include "cresset/tensor/core/generator.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/nn/golden.h"

using namespace cresset;
using namespace cresset::testing;

namespace {

class Double : public nn::Module {
 public:
  Tensor forward(const Tensor& x) override { return x * 2; }
};

class Tower : public nn::Module {
 public:
  nn::ModuleList layers{module("layers", nn::ModuleList())};
  nn::Sequential head{module("head", nn::Sequential{Double(), Double()})};

  explicit Tower(int depth) {
    for (int i = 0; i < depth; ++i) layers.append(Double());
  }
  Tensor forward(const Tensor& x) override {
    Tensor y = x;
    for (nn::Module& layer : layers) y = layer(y);
    return head(y);
  }
};

}  // namespace

TEST_CASE("Sequential: runs its layers and names them by number", "[nn]") {
  manual_seed(0);
  nn::Sequential model{nn::Linear(20, 30), Double(), nn::Linear(30, 5)};
  CHECK(model.state_dict().keys() ==
        std::vector<std::string>{"0.weight", "0.bias", "2.weight", "2.bias"});
  // After torch.manual_seed(0) in PyTorch.
  CHECK(begins(model[2].as<nn::Linear>()->weight,
               {0.11465894430875778, 0.047432851046323776}));
  CHECK(model(ones({3, 20})).sizes() == IntSpan({3, 5}));
  CHECK(model[-1].as<nn::Linear>() == model[2].as<nn::Linear>());
  CHECK(model.size() == 3);
  CHECK_THROWS_AS(model[3], Error);
}

TEST_CASE("Sequential: a child can be replaced", "[nn]") {
  nn::Sequential model{nn::Linear(4, 3), Double()};
  model[0] = nn::Linear(2, 3);
  CHECK(model.state_dict()["0.weight"].sizes() == IntSpan({3, 2}));
  model.append(nn::Linear(3, 1));
  CHECK(model(ones({1, 2})).sizes() == IntSpan({1, 1}));
  const nn::Sequential moved = std::move(model);
  CHECK(moved.size() == 3);
}

TEST_CASE("Sequential: names and nesting show in keys and text", "[nn]") {
  nn::Sequential model{{"fc", nn::Linear(2, 3)},
                       {"inner", nn::Sequential{Double(), Double()}}};
  CHECK(model.state_dict().keys() ==
        std::vector<std::string>{"fc.weight", "fc.bias"});
  CHECK(to_string(model) ==
        "Sequential(\n"
        "  (fc): Linear(in_features=2, out_features=3, bias=True)\n"
        "  (inner): Sequential(\n"
        "    (0): Double()\n"
        "    (1): Double()\n"
        "  )\n"
        ")");
  CHECK(to_string(nn::Sequential()) == "Sequential()");
}

TEST_CASE("Sequential: one module can stand in two places", "[nn]") {
  const auto shared = std::make_shared<nn::Linear>(2, 2);
  nn::Sequential model{shared, Double(), shared};
  CHECK(model.parameters().size() == 2);
  CHECK(model.state_dict().size() == 4);
}

TEST_CASE("ModuleList and Sequential: children of a moved module", "[nn]") {
  Tower first(3);
  Tower tower(std::move(first));
  CHECK(elements(tower(ones({1}))) == std::vector<double>{32});
  CHECK(tower.modules().size() == 8);
  CHECK(&tower.get_submodule("layers") == &tower.layers);
  tower.eval();
  CHECK_FALSE(tower.layers[1]->is_training());
}

TEST_CASE("ModuleDict: children by name", "[nn]") {
  nn::ModuleDict heads{{"age", nn::Linear(2, 1)}, {"sex", Double()}};
  CHECK(heads.keys() == std::vector<std::string>{"age", "sex"});
  CHECK(elements(heads["sex"](ones({1}))) == std::vector<double>{2});
  heads.set("sex", nn::Linear(2, 2));
  CHECK(heads.state_dict().contains("sex.weight"));
  heads.erase("age");
  CHECK_FALSE(heads.contains("age"));
  CHECK(error_of([&] { heads["age"]; }) ==
        "ModuleDict: there is no child 'age'");
}
