// Captured work and its replay.

#include <utility>
#include <vector>

#include "cresset/cuda/cuda.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/random.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tests/cuda/device.h"
#include "cresset/tests/ops/values.h"

namespace cresset {
namespace {

Tensor on_gpu(double value, int64_t n = 8) {
  return full({n}, value, {.dtype = float32, .device = "cuda"});
}

}  // namespace

TEST_CASE("graph: a replay reads and writes the same tensors",
          "[cuda][graph]") {
  CRESSET_NEEDS_CUDA();
  const Tensor x = on_gpu(1);
  Tensor y;
  cuda::Graph graph;
  graph.capture([&] {
    // Temporaries live in the graph's memory.
    y = add(mul(x, 2), exp(mul(x, 0)));
  });
  graph.replay();
  CHECK(list(y.cpu()) == Values(8, 3));
  x.fill_(5);
  CHECK(list(y.cpu()) == Values(8, 3));
  graph.replay();
  CHECK(list(y.cpu()) == Values(8, 11));
}

TEST_CASE("graph: captured memory is not given to others", "[cuda][graph]") {
  CRESSET_NEEDS_CUDA();
  const Tensor x = on_gpu(1, 1000);
  Tensor y;
  cuda::Graph graph;
  {
    const cuda::GraphGuard guard(graph);
    const Tensor part = mul(x, 2);
    y = mul(part, part);
  }
  std::vector<Tensor> others;
  for (int i = 0; i < 20; ++i) others.push_back(on_gpu(-1, 1000));
  graph.replay();
  CHECK(list(y.cpu()) == Values(1000, 4));
  for (const Tensor& other : others) {
    CHECK(list(other.cpu()) == Values(1000, -1));
  }
  const int64_t held = cuda::memory_allocated();
  graph.reset();
  CHECK(list(y.cpu()) == Values(1000, 4));
  y = Tensor();
  CHECK(cuda::memory_allocated() < held);
}

TEST_CASE("graph: every replay draws new random numbers", "[cuda][graph]") {
  CRESSET_NEEDS_CUDA();
  const Tensor x = on_gpu(0, 100);
  cuda::manual_seed(11);
  cuda::Graph graph;
  Tensor y;
  graph.capture([&] {
    uniform_(x);
    y = rand({100}, {.dtype = float32, .device = "cuda"});
  });
  cuda::manual_seed(11);
  graph.replay();
  const Values first = list(x.cpu()), second = list(y.cpu());
  graph.replay();
  const Values third = list(x.cpu());
  CHECK(first != second);
  CHECK(first != third);
  // The same numbers as without a graph.
  cuda::manual_seed(11);
  const auto draw = [] {
    return list(rand({100}, {.dtype = float32, .device = "cuda"}).cpu());
  };
  CHECK(draw() == first);
  CHECK(draw() == second);
  CHECK(draw() == third);
}

TEST_CASE("graph: what waits for the GPU is refused", "[cuda][graph][error]") {
  CRESSET_NEEDS_CUDA();
  const Tensor x = on_gpu(1);
  cuda::Graph graph;
  CHECK_ERROR(graph.capture([&] { sum(x).item(); }), kState, "graph");
  CHECK_ERROR(graph.capture([&] { cuda::synchronize(); }), kState, "graph");
  CHECK_ERROR(graph.capture([&] { cuda::empty_cache(); }), kState, "graph");
  // A failed capture leaves nothing behind.
  Tensor y;
  graph.capture([&] { y = neg(x); });
  graph.replay();
  CHECK(list(y.cpu()) == Values(8, -1));
}

TEST_CASE("graph: calls in the wrong order", "[cuda][graph][error]") {
  CRESSET_NEEDS_CUDA();
  cuda::Graph graph;
  CHECK_ERROR(graph.replay(), kState, "capture something first");
  CHECK_ERROR(graph.capture_end(), kState, "capture_begin() first");
  CHECK_ERROR(graph.capture_begin(), kState, "default stream");
  const cuda::StreamGuard guard{cuda::Stream()};
  graph.capture_begin();
  CHECK_ERROR(graph.capture_begin(), kState, "reset() first");
  cuda::Graph other;
  CHECK_ERROR(other.capture_begin(), kState, "captured already");
  graph.capture_end();
  CHECK_ERROR(graph.capture_end(), kState, "capture_begin() first");
  CHECK_NOTHROW(graph.replay());
  cuda::Graph moved = std::move(graph);
  CHECK_NOTHROW(moved.replay());
  cuda::synchronize();
}

}  // namespace cresset
