#include "cresset/nn/models/resnet.h"
#include "cresset/nn/models/vgg.h"
#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/ops/random.h"
#include "cresset/tests/bench/bench.h"
#include "cresset/tests/bench/training.h"

namespace cresset::bench {
namespace {

template <class Model>
std::shared_ptr<Model> share(Model model) {
  return std::make_shared<Model>(std::move(model));
}

// `gmac`: 10^9 multiply-adds of one image.
template <class Build>
void add_inference(Rows& rows, const char* name, int64_t batch, double gmac,
                   Build build) {
  rows.add(
      std::string("model.") + name + ".b" + std::to_string(batch) + ".infer",
      [=] {
        auto model = share(build());
        model->eval();
        const Tensor x = randn({batch, 3, 224, 224});
        return Case{[=] {
                      NoGradGuard guard;
                      (*model)(x);
                    },
                    2e9 * gmac * static_cast<double>(batch)};
      });
}

}  // namespace

void add_model_rows(Rows& rows) {
  const auto vgg16 = [] { return nn::models::vgg16(); };
  const auto resnet18 = [] { return nn::models::resnet18(); };
  const auto resnet50 = [] { return nn::models::resnet50(); };
  add_inference(rows, "vgg16", 1, 15.47, vgg16);
  add_inference(rows, "vgg16", 8, 15.47, vgg16);
  add_inference(rows, "resnet18", 1, 1.814, resnet18);
  add_inference(rows, "resnet50", 1, 4.089, resnet50);
  add_inference(rows, "resnet50", 8, 4.089, resnet50);
  rows.add("model.resnet18.b16.64.train", [] {
    return training_case(share(nn::models::resnet18({.num_classes = 10})),
                         randn({16, 3, 64, 64}), 0.01);
  });
}

}  // namespace cresset::bench
