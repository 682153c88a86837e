// Files that were saved from a device: PyTorch on a machine without a GPU loads
// them with map_location, and would have written the same bytes.

#include <fstream>
#include <iterator>
#include <string>

#include "cresset/cresset.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/cuda/device.h"
#include "cresset/tests/interop/python.h"

namespace cresset {
namespace {

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A model that has been trained a little, with its optimizer, and views.
Value checkpoint(Device device) {
  manual_seed(1);
  nn::Linear model(3, 4);
  model.to(device);
  optim::Adam adam(model.parameters(), {.lr = 0.1});
  const Tensor x = arange(0, 6, 1, {.dtype = float32, .device = device});
  for (int i = 0; i < 3; ++i) {
    adam.zero_grad();
    sum(model(x.reshape({2, 3}))).backward();
    adam.step();
  }
  const Tensor base = arange(0, 3000, 1, {.dtype = float32, .device = device})
                          .reshape({30, 100});
  return {{"model", model.state_dict()},
          {"optimizer", adam.state_dict()},
          {"base", base},
          {"row", base.select(0, 7)},
          {"turned", base.transpose(0, 1)},
          {"half", base.to(float16)},
          {"bools", gt(base, 100)},
          {"epoch", 3}};
}

}  // namespace

TEST_CASE("torch cuda: a file of a GPU is PyTorch's, and loads without one",
          "[cuda][format]") {
  CRESSET_NEEDS_CUDA();
  if (!testing::have_python_module("torch")) return;
  const std::string folder = testing::temporary_folder("torch_cuda");
  const Value value = checkpoint("cuda:0");
  const SaveOptions like113 = {.layout = SaveLayout::kTorch113};
  save(value, folder + "/cresset.pt", like113);
  save(load(folder + "/cresset.pt", {.map_location = "cpu"}),
       folder + "/cpu.pt", like113);
  REQUIRE(testing::run_python("torch_cuda.py", {"check", folder}) == 0);

  // PyTorch's own goes back to the device it names, and anywhere else.
  const std::string theirs = folder + "/torch/cresset.pt";
  const Value back = load(theirs);
  CHECK(back["base"].as_tensor().device() == Device("cuda:0"));
  CHECK(back == value);
  CHECK(load(theirs, {.map_location = "cpu"}) == load(folder + "/cpu.pt"));
  CHECK((contents(folder + "/cresset.pt") == contents(theirs)));
}

}  // namespace cresset
