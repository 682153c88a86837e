// Normalisation and pooling layers against numbers of PyTorch 1.13.

#include "cresset/nn/nn.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/elements.h"
#include "cresset/tests/nn/golden.h"

using namespace cresset;
using namespace cresset::testing;

namespace {

// (0, 1, ..., n - 1) * factor mod `modulus` / divisor.
Tensor pattern(IntSpan shape, int64_t factor, int64_t modulus, double divisor) {
  return generated<float>(shape, [&](int64_t i) {
    return static_cast<double>(i * factor % modulus) / divisor;
  });
}

}  // namespace

TEST_CASE("BatchNorm1d: training, evaluation, running statistics", "[nn]") {
  const Tensor x = pattern({2, 3, 4}, 1, 7, 3);
  nn::BatchNorm1d norm(3);
  CHECK(begins(norm(x),
               {-1.0680925846, -0.5933847427, -0.1186768711, 0.3560309410}));
  CHECK(begins(norm.running_mean, {0.0750000030, 0.1208333373, 0.0791666731}));
  CHECK(begins(norm.running_var, {0.9563491940, 0.9410713911, 0.9410713911}));
  norm(x);
  norm.eval();
  CHECK(begins(norm(x),
               {-0.1488033980, 0.1992747039, 0.5473527908, 0.8954308629}));
  CHECK(norm.num_batches_tracked.item<int64_t>() == 2);
}

TEST_CASE("BatchNorm1d: without momentum the statistics are averages", "[nn]") {
  const Tensor x = pattern({2, 3, 4}, 1, 7, 3);
  nn::BatchNorm1d norm(3, {.momentum = std::nullopt});
  norm(x);
  norm(mul(x, 2));
  CHECK(begins(norm.running_mean, {1.125, 1.8125, 1.1875}));
  CHECK(to_string(norm) ==
        "BatchNorm1d(3, eps=1e-05, momentum=None, affine=True, "
        "track_running_stats=True)");
}

TEST_CASE("BatchNorm: keys, version and old files", "[nn]") {
  nn::BatchNorm2d norm(4);
  const StateDict state = norm.state_dict();
  CHECK(state.keys() == std::vector<std::string>{"weight", "bias",
                                                 "running_mean", "running_var",
                                                 "num_batches_tracked"});
  CHECK(state.version("") == 2);
  CHECK(nn::BatchNorm2d(4, {.affine = false, .track_running_stats = false})
            .state_dict()
            .empty());
  // A file without versions and without the count is of before 0.4.1.
  StateDict old = state;
  old.erase("num_batches_tracked");
  CHECK(error_of([&] { norm.load_state_dict(old); }) ==
        "Error(s) in loading state_dict for BatchNorm2d:\n\tMissing key(s) in "
        "state_dict: \"num_batches_tracked\". ");
  old.set_metadata(Value());
  norm.num_batches_tracked.fill_(3);
  norm.load_state_dict(old);
  CHECK(norm.num_batches_tracked.item<int64_t>() == 0);
  CHECK_FALSE(old.contains("num_batches_tracked"));
}

TEST_CASE("BatchNorm: wrong ranks are named", "[nn][error]") {
  CHECK(error_of([] {
          nn::BatchNorm1d(3)(ones({2, 3, 4, 5}));
        }) == "expected 2D or 3D input (got 4D input)");
  CHECK(error_of([] {
          nn::BatchNorm2d(3)(ones({2, 3, 4}));
        }) == "expected 4D input (got 3D input)");
}

TEST_CASE("InstanceNorm1d: each sample by itself", "[nn]") {
  const Tensor x = pattern({2, 3, 4}, 1, 7, 3);
  nn::InstanceNorm1d norm(3, {.affine = true, .track_running_stats = true});
  const std::vector<double> first = {-1.3415924311, -0.4471974373, 0.4471975267,
                                     1.3415924311};
  CHECK(begins(norm(x), first));
  CHECK(begins(norm.running_mean, {0.0750000030, 0.1208333373, 0.0791666657}));
  CHECK(begins(nn::InstanceNorm1d(3)(select(x, 0, 0)), first));
  CHECK(to_string(nn::InstanceNorm2d(3)) ==
        "InstanceNorm2d(3, eps=1e-05, momentum=0.1, affine=False, "
        "track_running_stats=False)");
  // Statistics in a file of before 0.4 are an error of their own.
  StateDict old;
  old.set("running_mean", zeros({3}));
  nn::InstanceNorm1d plain(3);
  const std::string text =
      error_of([&] { plain.load_state_dict(old, {.strict = false}); });
  CHECK(text.find("Unexpected running stats buffer(s) \"running_mean\" for "
                  "InstanceNorm1d with track_running_stats=False.") !=
        std::string::npos);
}

TEST_CASE("LayerNorm and GroupNorm: values and text", "[nn]") {
  const Tensor x = pattern({2, 3, 4}, 1, 7, 3);
  nn::LayerNorm layer({3, 4});
  CHECK(begins(layer(x),
               {-1.3989919424, -0.8574466705, -0.3159014583, 0.2256437540}));
  CHECK(to_string(layer) ==
        "LayerNorm((3, 4), eps=1e-05, elementwise_affine=True)");
  CHECK(to_string(nn::LayerNorm(4)) ==
        "LayerNorm((4,), eps=1e-05, elementwise_affine=True)");
  nn::GroupNorm group(3, 3);
  CHECK(begins(group(x), {-1.3415924311, -0.4471974373}));
  CHECK(to_string(group) == "GroupNorm(3, 3, eps=1e-05, affine=True)");
  CHECK(error_of([] { nn::GroupNorm(2, 3); }) ==
        "num_channels must be divisible by num_groups");
}

TEST_CASE("pooling layers: values", "[nn]") {
  const Tensor x = pattern({1, 1, 6, 6}, 7, 11, 1);
  nn::MaxPool2d max(3, {.stride = 2, .padding = 1});
  CHECK(elements(max(x)) ==
        std::vector<double>{9, 10, 10, 9, 10, 9, 10, 10, 9});
  CHECK(max.forward_with_indices(x).second.dtype() == int64);
  nn::AvgPool2d avg({2, 3}, {.padding = {1, 0}, .count_include_pad = false});
  CHECK(begins(avg(x), {3.3333332539, 6.0, 5.8333334923, 4.8333334923}));
  CHECK(begins(nn::AdaptiveAvgPool2d({-1, 2})(x), {3.3333332539, 6, 5, 4}));
  CHECK(elements(nn::AdaptiveMaxPool2d(2)(x)) ==
        std::vector<double>{10, 10, 10, 9});
}

TEST_CASE("pooling layers: print gives PyTorch's text", "[nn]") {
  CHECK(to_string(nn::MaxPool2d(2)) ==
        "MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, "
        "ceil_mode=False)");
  CHECK(to_string(nn::AvgPool2d({2, 3}, {.padding = 1})) ==
        "AvgPool2d(kernel_size=(2, 3), stride=(2, 3), padding=1)");
  CHECK(to_string(nn::AvgPool1d(2)) ==
        "AvgPool1d(kernel_size=(2,), stride=(2,), padding=(0,))");
  CHECK(to_string(nn::AdaptiveAvgPool2d({-1, 2})) ==
        "AdaptiveAvgPool2d(output_size=(None, 2))");
  CHECK(to_string(nn::AdaptiveAvgPool2d(7)) ==
        "AdaptiveAvgPool2d(output_size=7)");
}
