// Layers against PyTorch 1.13: start values after torch.manual_seed(0),
// results, and the text of print(module).

#include "cresset/nn/nn.h"
#include "cresset/tensor/core/generator.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/nn/golden.h"

using namespace cresset;
using namespace cresset::testing;

TEST_CASE("Linear: starts and computes as PyTorch's", "[nn]") {
  manual_seed(0);
  nn::Linear layer(3, 2);
  CHECK(begins(layer.weight, {-0.004322517663240433, 0.3097158372402191}));
  CHECK(begins(layer.bias, {-0.011439144611358643, 0.45777493715286255}));
  const Tensor y = layer(ones({1, 3}));
  CHECK(total(y) == Approx(-0.6622348614 + 0.4463357925).epsilon(1e-5));
  CHECK(to_string(layer) == "Linear(in_features=3, out_features=2, bias=True)");
  CHECK(to_string(nn::Linear(3, 2, false)) ==
        "Linear(in_features=3, out_features=2, bias=False)");
  CHECK(nn::Linear(3, 2, false).state_dict().size() == 1);
}

TEST_CASE("Bilinear: starts as PyTorch's", "[nn]") {
  manual_seed(0);
  nn::Bilinear layer(2, 3, 4);
  CHECK(begins(layer.weight, {-0.005293981172144413, 0.37932288646698}));
  CHECK(begins(layer.bias, {-0.11397384107112885, 0.07482186704874039}));
  CHECK(layer(ones({5, 2}), ones({5, 3})).sizes() == IntSpan({5, 4}));
  CHECK(to_string(layer) ==
        "Bilinear(in1_features=2, in2_features=3, out_features=4, bias=True)");
}

TEST_CASE("Conv2d: starts as PyTorch's", "[nn]") {
  manual_seed(0);
  nn::Conv2d layer(2, 4, 3, {.groups = 2});
  CHECK(layer.weight.sizes() == IntSpan({4, 1, 3, 3}));
  CHECK(begins(layer.weight, {-0.0024956068955361843, 0.17881453037261963}));
  CHECK(begins(layer.bias, {-0.19458016753196716, 0.2865327000617981}));
  manual_seed(0);
  nn::ConvTranspose2d transposed(2, 4, 3);
  CHECK(transposed.weight.sizes() == IntSpan({2, 4, 3, 3}));
  CHECK(begins(transposed.weight, {-0.0012478034477680922}));
  CHECK(begins(transposed.bias, {0.06550165265798569, 0.1380915641784668}));
}

TEST_CASE("Conv2d: padding by name", "[nn]") {
  const Tensor x = div(view(arange(25.0), {1, 1, 5, 5}), 10);
  manual_seed(1);
  nn::Conv2d same(1, 1, {2, 3}, {.padding = "same"});
  CHECK(begins(same(x), {-0.13717123866081238, -0.08124592900276184,
                         -0.08093266189098358, -0.0806194469332695}));
  CHECK(total(same(x)) == Approx(-5.623438835144043).epsilon(1e-5));
  CHECK(same(x).sizes() == x.sizes());
}

TEST_CASE("Conv: print gives PyTorch's text", "[nn]") {
  CHECK(to_string(nn::Conv2d(1, 6, 5, {.padding = 2})) ==
        "Conv2d(1, 6, kernel_size=(5, 5), stride=(1, 1), padding=(2, 2))");
  CHECK(to_string(nn::Conv1d(4, 4, 3,
                             {.stride = 2,
                              .padding = "valid",
                              .dilation = 2,
                              .groups = 2,
                              .bias = false,
                              .padding_mode = "reflect"})) ==
        "Conv1d(4, 4, kernel_size=(3,), stride=(2,), padding=valid, "
        "dilation=(2,), groups=2, bias=False, padding_mode=reflect)");
  CHECK(to_string(nn::ConvTranspose2d(3, 2, {3, 2},
                                      {.stride = 2, .output_padding = 1})) ==
        "ConvTranspose2d(3, 2, kernel_size=(3, 2), stride=(2, 2), "
        "output_padding=(1, 1))");
}

TEST_CASE("Conv: bad arguments are named", "[nn][error]") {
  CHECK(error_of([] { nn::Conv2d(3, 4, 3, {.groups = 2}); }) ==
        "in_channels must be divisible by groups");
  CHECK(error_of([] { nn::Conv2d(3, 4, 3, {.padding = "full"}); }) ==
        "Invalid padding string 'full', should be one of {'same', 'valid'}");
  CHECK(error_of([] {
          nn::Conv2d(3, 4, 3, {.stride = 2, .padding = "same"});
        }) == "padding='same' is not supported for strided convolutions");
  CHECK_THROWS_AS(nn::Conv2d(3, 4, {3, 3, 3}), Error);
}

TEST_CASE("ConvTranspose2d: reaches the asked size", "[nn]") {
  nn::ConvTranspose2d layer(2, 3, 3, {.stride = 2, .padding = 1});
  CHECK(layer(ones({1, 2, 4, 4})).sizes() == IntSpan({1, 3, 7, 7}));
  CHECK(layer.forward_to(ones({1, 2, 4, 4}), {8, 7}).sizes() ==
        IntSpan({1, 3, 8, 7}));
  CHECK_THROWS_AS(layer.forward_to(ones({1, 2, 4, 4}), {9, 7}), Error);
}

TEST_CASE("Embedding: starts as PyTorch's, padding row zero", "[nn]") {
  manual_seed(0);
  nn::Embedding table(5, 4, {.padding_idx = -4});
  CHECK(begins(table.weight,
               {-1.1258398294448853, -1.152360200881958, -0.2505785822868347,
                -0.4338788092136383, 0, 0, 0, 0}));
  CHECK(to_string(table) == "Embedding(5, 4, padding_idx=1)");
  CHECK(table(tensor({{0, 1}, {2, 2}})).sizes() == IntSpan({2, 2, 4}));
  CHECK(error_of([] { nn::Embedding(5, 4, {.padding_idx = 5}); }) ==
        "Padding_idx must be within num_embeddings");
  nn::Embedding fixed = nn::Embedding::from_pretrained(ones({3, 2}));
  CHECK_FALSE(fixed.weight.requires_grad());
  CHECK(fixed.parameters().size() == 1);
}

TEST_CASE("Dropout: acts in training only", "[nn]") {
  nn::Dropout layer(0.5);
  const Tensor x = ones({1000});
  const double kept = total(layer(x));
  CHECK(kept > 800);
  CHECK(kept < 1200);
  CHECK(kept != 1000);
  layer.eval();
  CHECK(total(layer(x)) == 1000);
  CHECK(to_string(layer) == "Dropout(p=0.5, inplace=False)");
  CHECK(error_of([] { nn::Dropout(1.5); }) ==
        "dropout probability has to be between 0 and 1, but got 1.5");
  nn::Dropout inplace(1.0, true);
  inplace(x);
  CHECK(total(x) == 0);
}

TEST_CASE("Flatten and Unflatten: shapes and text", "[nn]") {
  CHECK(nn::Flatten()(ones({2, 3, 4})).sizes() == IntSpan({2, 12}));
  CHECK(nn::Unflatten(1, {3, -1})(ones({2, 12})).sizes() == IntSpan({2, 3, 4}));
  CHECK(to_string(nn::Flatten()) == "Flatten(start_dim=1, end_dim=-1)");
  CHECK(to_string(nn::Unflatten(1, {2, 3})) ==
        "Unflatten(dim=1, unflattened_size=(2, 3))");
}
