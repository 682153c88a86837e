// A training step as a row: forward, backward and one step of SGD.

#ifndef CRESSET_TESTS_BENCH_TRAINING_H_
#define CRESSET_TESTS_BENCH_TRAINING_H_

#include <memory>

#include "cresset/nn/module.h"
#include "cresset/optim/sgd.h"
#include "cresset/tensor/ops/loss.h"
#include "cresset/tensor/ops/random.h"
#include "cresset/tests/bench/bench.h"

namespace cresset::bench {

// Steps with momentum 0.9 on one batch of images and random classes.
inline Case training_case(const std::shared_ptr<nn::Module>& model,
                          const Tensor& x, double rate) {
  const Tensor t = randint(0, 10, {x.size(0)});
  auto optimizer = std::make_shared<optim::SGD>(
      model->parameters(), optim::SGDOptions{.lr = rate, .momentum = 0.9});
  return {[=] {
            optimizer->zero_grad();
            cross_entropy((*model)(x), t).backward();
            optimizer->step();
          },
          static_cast<double>(x.size(0)) * 1e9, "images/s"};
}

}  // namespace cresset::bench

#endif  // CRESSET_TESTS_BENCH_TRAINING_H_
