#include "cresset/nn/linear.h"
#include "cresset/nn/sequential.h"
#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tests/bench/bench.h"

namespace cresset::bench {
namespace {

constexpr int kOps = 1000;
constexpr const char* kNote = "1000 ops";

Tensor chain_of_sums(const Tensor& x) {
  Tensor y = x;
  for (int i = 0; i < kOps; ++i) y = y + x;
  return y;
}

Tensor chain_of_products(const Tensor& x) {
  Tensor y = x;
  for (int i = 0; i < kOps; ++i) y = y * x;
  return sum(y);
}

void add_chain(Rows& rows, const char* name, bool requires_grad) {
  rows.add(name, [requires_grad] {
    const Tensor x = ones({}, {.requires_grad = requires_grad});
    return Case{[=] { chain_of_sums(x); }, 0, "", kNote};
  });
}

void add_backward(Rows& rows, const char* name, Shape shape,
                  Tensor (*f)(const Tensor&)) {
  rows.add(name, [=] {
    const Tensor x = ones(shape, {.requires_grad = true});
    return Case{[=] {
                  x.set_grad(Tensor());
                  f(x).backward();
                },
                0, "", kNote};
  });
}

// Fifty small layers: a hundred tensors.
std::shared_ptr<nn::Sequential> stack() {
  auto model = std::make_shared<nn::Sequential>();
  for (int i = 0; i < 50; ++i) model->append(nn::Linear(8, 8));
  return model;
}

}  // namespace

void add_overhead_rows(Rows& rows) {
  add_chain(rows, "ovh.1000adds.nograd", false);
  add_chain(rows, "ovh.1000adds.graph", true);
  add_backward(rows, "ovh.1000adds.fwdbwd", {}, chain_of_sums);
  add_backward(rows, "ovh.1000muls16.fwdbwd", {16}, chain_of_products);
  rows.add("ovh.linear4.module", [] {
    auto layer = std::make_shared<nn::Linear>(4, 4);
    const Tensor x = ones({1, 4});
    return Case{[=] {
      NoGradGuard guard;
      (*layer)(x);
    }};
  });
  rows.add("ovh.view", [] {
    const Tensor x = ones({16});
    return Case{[=] { view(x, {4, 4}); }};
  });
  rows.add("ovh.slice", [] {
    const Tensor x = ones({16});
    return Case{[=] { slice(x, 0, 2, 5); }};
  });
  rows.add("ovh.empty16", [] { return Case{[] { empty({16}); }}; });
  rows.add("ovh.item", [] {
    const Tensor x = ones({});
    return Case{[=] {
      volatile float value = x.item<float>();
      static_cast<void>(value);
    }};
  });
  rows.add("ovh.state_dict.100", [] {
    auto model = stack();
    return Case{[=] { model->state_dict(); }};
  });
  rows.add("ovh.load_state_dict.100", [] {
    auto model = stack();
    auto state = std::make_shared<StateDict>(model->state_dict());
    return Case{[=] { model->load_state_dict(*state); }};
  });
}

}  // namespace cresset::bench
