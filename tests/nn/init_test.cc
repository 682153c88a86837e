// Expected numbers: torch.nn.init of PyTorch 1.13 after torch.manual_seed(2).

#include "cresset/nn/init.h"

#include "cresset/tensor/ops/factory.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/nn/golden.h"

using namespace cresset;
using namespace cresset::testing;

namespace init = nn::init;

namespace {

Tensor seeded(IntSpan shape) {
  manual_seed(2);
  return empty(shape);
}

}  // namespace

TEST_CASE("init: random fills equal PyTorch's", "[nn]") {
  CHECK(begins(init::uniform_(seeded({4, 5})),
               {0.6146950721740723, 0.38101285696029663}));
  CHECK(begins(init::normal_(seeded({4, 5})),
               {-1.0408011674880981, 0.9166041612625122}));
  CHECK(begins(init::trunc_normal_(seeded({4, 5})),
               {0.277954638004303, -0.2886442542076111, 0.3341732919216156,
                -0.061141885817050934, 0.5355790853500366}));
  CHECK(begins(init::xavier_uniform_(seeded({4, 5})),
               {0.18729627132415771, -0.1943051964044571}));
  CHECK(begins(init::xavier_normal_(seeded({4, 5})),
               {-0.4906383752822876, 0.4320913553237915}));
  CHECK(begins(init::kaiming_uniform_(seeded({4, 5})),
               {0.25128433108329773, -0.26068776845932007}));
  CHECK(begins(init::kaiming_normal_(seeded({4, 5})),
               {-0.6582604646682739, 0.579711377620697}));
  CHECK(
      begins(init::kaiming_normal_(seeded({6, 3, 2, 2}),
                                   {.mode = "fan_out", .nonlinearity = "relu"}),
             {-0.30045342445373535, 0.26460081338882446}));
}

TEST_CASE("init: orthogonal and sparse matrices equal PyTorch's", "[nn]") {
  CHECK(
      begins(init::orthogonal_(seeded({4, 5})),
             {-0.47228097915649414, 0.4159245491027832, -0.5917983651161194,
              -0.503535270690918, 0.013574971817433834, 0.07043566554784775}));
  CHECK(begins(init::orthogonal_(seeded({6, 3, 2, 2}), 2),
               {-0.6530029773712158, 0.5750812888145447}));
  CHECK(begins(init::sparse_(seeded({4, 5}), 0.3),
               {-0.010408011265099049, 0, -0.013041903264820576,
                -0.01109678391367197, 0, 0}));
}

TEST_CASE("init: constants, identities and deltas", "[nn]") {
  CHECK(elements(init::constant_(empty({2}), 3)) == std::vector<double>{3, 3});
  CHECK(elements(init::eye_(empty({2, 3}))) ==
        std::vector<double>{1, 0, 0, 0, 1, 0});
  CHECK(elements(init::dirac_(empty({4, 2, 3}), 2)) ==
        std::vector<double>{0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0,
                            0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0});
}

TEST_CASE("init: nothing is recorded", "[nn]") {
  const Tensor x = ones({2, 2}).requires_grad_();
  init::normal_(x);
  CHECK(x.is_leaf());
  CHECK(x.grad_fn().empty());
}

TEST_CASE("init: gains and errors", "[nn][error]") {
  CHECK(init::calculate_gain("tanh") == Approx(5.0 / 3));
  CHECK(init::calculate_gain("leaky_relu", 0.2) == Approx(1.386750490563073));
  CHECK(init::calculate_gain("conv2d") == 1);
  CHECK(error_of([] { init::calculate_gain("gelu"); }) ==
        "Unsupported nonlinearity gelu");
  CHECK(error_of([] { init::xavier_normal_(empty({3})); }) ==
        "Fan in and fan out can not be computed for tensor with fewer than 2 "
        "dimensions");
  CHECK(error_of([] {
          init::kaiming_normal_(empty({3, 3}), {.mode = "fan"});
        }) ==
        "Mode fan not supported, please use one of ['fan_in', "
        "'fan_out']");
}
