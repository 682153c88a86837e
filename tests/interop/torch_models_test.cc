// Networks of torchvision: a state_dict that Python saved, in Cresset's model
// of the same name, gives Python's outputs; and Cresset's state_dict fits
// torchvision's model. Skipped, with a line that says so, without torchvision.

#include "cresset/cresset.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/interop/python.h"

namespace cresset {
namespace {

constexpr const char* kScript = "torch_models.py";

void check_model(nn::Module& model, const std::string& name,
                 const std::string& size) {
  const std::string path = testing::temporary_folder("models") + "/model.pth";
  REQUIRE(testing::run_python(kScript, {"write", path, name, size}) == 0);
  {
    const Value saved = load(path);
    model.load_state_dict(saved["model"]);
    model.eval();
    const NoGradGuard no_grad;
    const Tensor outputs = model(saved["images"].as_tensor());
    const Tensor wanted = saved["outputs"].as_tensor();
    REQUIRE(outputs.shape() == wanted.shape());
    CHECK(max(abs(outputs - wanted)).item<double>() < 1e-4);
    // Outputs that are all but equal would say little.
    CHECK(std(wanted).item<double>() > 1e-3);
  }
  save(model.state_dict(), path);
  CHECK(testing::run_python(kScript, {"check", path, name}) == 0);
  std::filesystem::remove(path);
}

TEST_CASE("torchvision: resnet18", "[nn][format]") {
  if (!testing::have_python_module("torchvision")) return;
  nn::models::ResNet model = nn::models::resnet18({.num_classes = 10});
  check_model(model, "resnet18", "64");
}

TEST_CASE("torchvision: vgg11 with batch normalisation", "[nn][format]") {
  if (!testing::have_python_module("torchvision")) return;
  nn::models::VGG model =
      nn::models::vgg11_bn({.num_classes = 10, .init_weights = false});
  check_model(model, "vgg11_bn", "32");
}

}  // namespace
}  // namespace cresset
