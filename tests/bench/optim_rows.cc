#include <memory>

#include "cresset/optim/sgd.h"
#include "cresset/tensor/ops/random.h"
#include "cresset/tests/bench/bench.h"

namespace cresset::bench {

void add_optim_rows(Rows& rows) {
  rows.add("optim.sgd_momentum.10x1M", [] {
    std::vector<Tensor> parameters;
    for (int i = 0; i < 10; ++i) {
      parameters.push_back(randn({1000, 1000}, {.requires_grad = true}));
      parameters.back().set_grad(randn({1000, 1000}));
    }
    auto optimizer = std::make_shared<optim::SGD>(
        parameters, optim::SGDOptions{.lr = 1e-9, .momentum = 0.9});
    // Reads gradient, parameter and buffer, writes the last two.
    return Case{[=] { optimizer->step(); }, 5 * 4e7, "GB/s"};
  });
}

}  // namespace cresset::bench
