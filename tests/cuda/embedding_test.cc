// Embeddings and one-hot vectors on a device.

#include "cresset/cresset.h"
#include "cresset/tests/cuda/both.h"
#include "cresset/tests/cuda/device.h"

namespace cresset::testing {
namespace {

TEST_CASE("embedding: rows and their gradients", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  for (const Dtype dtype : {float16, bfloat16, float32, float64}) {
    for (const int64_t width : {1, 5, 64}) {
      INFO(to_string(dtype) << " " << width);
      const Tensors inputs = {numbers({10, width}, dtype), places({4, 70}, 10)};
      const double tolerance = dtype == float64   ? 1e-12
                               : dtype == float32 ? 1e-5
                                                  : 0.05;
      const auto plain = [](const Tensors& t) -> Tensors {
        return {embedding(t[1], t[0])};
      };
      const auto skipping = [](const Tensors& t) -> Tensors {
        return {embedding(t[1].to(int32), t[0], {.padding_idx = -3})};
      };
      const auto shared = [](const Tensors& t) -> Tensors {
        return {embedding(t[1], t[0], {.scale_grad_by_freq = true})};
      };
      check_both(inputs, plain);
      check_gradients(inputs, plain, tolerance);
      check_gradients(inputs, skipping, tolerance);
      check_gradients(inputs, shared, tolerance);
    }
  }
}

TEST_CASE("embedding: second derivatives leave out the padding", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  check_both({numbers({6, 3}, float64), places({8}, 6)},
             [](const Tensors& t) -> Tensors {
               const Tensor w = t[0].detach().requires_grad_();
               const Tensor g =
                   ones({8, 3}, {.dtype = float64, .device = w.device()})
                       .requires_grad_();
               const Tensor y = embedding(t[1], w, {.padding_idx = 2});
               y.backward(g, false, true);
               mul(w.grad(), t[0]).sum().backward();
               return {g.grad()};
             });
}

TEST_CASE("embedding: max_norm shortens rows in place", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  check_both({numbers({6, 3}, float64), places({8}, 6)},
             [](const Tensors& t) -> Tensors {
               const Tensor w = t[0].clone(), v = t[0].clone();
               return {embedding(t[1], w, {.max_norm = 1.5}), w,
                       embedding(t[1], v, {.max_norm = 2, .norm_type = 1}), v};
             });
}

TEST_CASE("embedding_bag: sums, means and maxima", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  const Tensors inputs = {
      numbers({6, 3}, float64), places({9}, 6),
      tensor(std::vector<int64_t>{0, 2, 2, 7}, {.device = Device()})};
  for (const char* mode : {"sum", "mean", "max"}) {
    INFO(mode);
    const auto bags = [&](const Tensors& t) -> Tensors {
      return {
          embedding_bag(t[1], t[0], t[2], {.mode = mode, .padding_idx = 1})};
    };
    check_both(inputs, bags);
    check_gradients(inputs, bags);
  }
}

TEST_CASE("one_hot: on a device", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  check_both({places({3, 4}, 6)}, [](const Tensors& t) -> Tensors {
    return {one_hot(t[0]), one_hot(t[0], 9), one_hot(narrow(t[0], 0, 0, 0), 2)};
  });
}

TEST_CASE("embedding: an index out of range is reported", "[cuda][error]") {
  CRESSET_NEEDS_CUDA();
  const Tensor w = numbers({3, 4}).to(kGpu);
  const Tensor bad = full({2}, 3, {.dtype = int64, .device = kGpu});
  CHECK(error_on_gpu([&] { embedding(bad, w); }).find("embedding: index 3") !=
        std::string::npos);
  CHECK(error_on_gpu([&] { one_hot(bad, 3); }).find("one_hot: index 3") !=
        std::string::npos);
}

}  // namespace
}  // namespace cresset::testing
