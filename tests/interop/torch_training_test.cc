// One training, epoch by epoch in turn in real PyTorch and in Cresset, each
// going on from the other's checkpoint, against the same training in PyTorch
// alone. Skipped, with a line that says so, without PyTorch.

#include <algorithm>
#include <vector>

#include "cresset/cresset.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/interop/python.h"

namespace cresset {
namespace {

constexpr int64_t kBatch = 8, kClasses = 5;
constexpr const char* kScript = "torch_training.py";

// The twin of the class in torch_training.py.
class Training {
 public:
  explicit Training(const std::string& folder)
      : folder_(folder), data_(load(folder + "/data.pth")) {}

  void load_checkpoint(const std::string& name) {
    const Value checkpoint = load(folder_ + "/" + name);
    model_.load_state_dict(checkpoint["model"]);
    optimizer_.load_state_dict(checkpoint["optimizer"]);
    scheduler_.load_state_dict(checkpoint["scheduler"]);
    for (const Value& loss : checkpoint["losses"]) {
      losses_.push_back(loss.as_float());
    }
  }

  void save_checkpoint(const std::string& name) const {
    save({{"model", model_.state_dict()},
          {"optimizer", optimizer_.state_dict()},
          {"scheduler", scheduler_.state_dict()},
          {"losses", losses_}},
         folder_ + "/" + name);
  }

  void epoch() {
    model_.train();
    const Tensor inputs = data_["inputs"].as_tensor();
    const Tensor labels = data_["labels"].as_tensor();
    for (int64_t i = 0; i < inputs.size(0); i += kBatch) {
      optimizer_.zero_grad();
      const Tensor scores = model_(narrow(inputs, 0, i, kBatch));
      const Tensor loss = cross_entropy(scores, narrow(labels, 0, i, kBatch));
      loss.backward();
      optimizer_.step();
      losses_.push_back(loss.item<double>());
    }
    scheduler_.step();
  }

 private:
  // The weights come from PyTorch's stream of random numbers.
  static nn::Sequential make_model() {
    manual_seed(0);
    return nn::Sequential{nn::Conv2d(2, 6, 3, {.padding = 1}),
                          nn::BatchNorm2d(6),
                          nn::ReLU(),
                          nn::MaxPool2d(2),
                          nn::Flatten(),
                          nn::Linear(6 * 4 * 4, 16),
                          nn::BatchNorm1d(16),
                          nn::ReLU(),
                          nn::Linear(16, kClasses)};
  }

  std::vector<optim::ParamGroup> groups() {
    std::vector<Tensor> first = model_.parameters();
    std::vector<Tensor> second(first.begin() + 4, first.end());
    first.resize(4);
    return {{first}, {second, {{"weight_decay", 1e-3}}}};
  }

  std::string folder_;
  Value data_;
  nn::Sequential model_ = make_model();
  optim::SGD optimizer_{groups(),
                        {.lr = 0.05, .momentum = 0.9, .nesterov = true}};
  optim::StepLR scheduler_{optimizer_, {.step_size = 1, .gamma = 0.7}};
  std::vector<double> losses_;
};

// One epoch in Cresset, from the checkpoint `in` ("new": from the start).
void train_here(const std::string& folder, const std::string& in,
                const std::string& out) {
  Training training(folder);
  if (in != "new") training.load_checkpoint(in);
  training.epoch();
  training.save_checkpoint(out);
}

int train_in_python(const std::string& folder, const std::string& in,
                    const std::string& out) {
  return testing::run_python(kScript, {"train", folder, in, out});
}

TEST_CASE("torch training: PyTorch and Cresset take turns",
          "[format][nn][optim]") {
  if (!testing::have_python_module("torch")) return;
  const std::string folder = testing::temporary_folder("training");
  REQUIRE(testing::run_python(kScript, {"data", folder}) == 0);

  SECTION("PyTorch begins") {
    REQUIRE(train_in_python(folder, "new", "1.pth") == 0);
    train_here(folder, "1.pth", "2.pth");
    REQUIRE(train_in_python(folder, "2.pth", "3.pth") == 0);
    CHECK(testing::run_python(kScript, {"compare", folder, "3.pth"}) == 0);
    train_here(folder, "3.pth", "4.pth");
    CHECK(testing::run_python(kScript, {"compare", folder, "4.pth"}) == 0);
  }
  SECTION("Cresset begins") {
    train_here(folder, "new", "1.pth");
    REQUIRE(train_in_python(folder, "1.pth", "2.pth") == 0);
    train_here(folder, "2.pth", "3.pth");
    CHECK(testing::run_python(kScript, {"compare", folder, "3.pth"}) == 0);
  }
  SECTION("the comparison notices a training that is not the same") {
    REQUIRE(train_in_python(folder, "new", "1.pth") == 0);
    Value checkpoint = load(folder + "/1.pth");
    checkpoint["optimizer"]["state"] = Value::dict();  // no momentum
    save(checkpoint, folder + "/forgetful.pth");
    train_here(folder, "forgetful.pth", "2.pth");
    CHECK(testing::run_python(kScript, {"compare", folder, "2.pth"}) != 0);
  }
}

}  // namespace
}  // namespace cresset
