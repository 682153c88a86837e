// Every elementwise op on a device, by the lists that the kernels are made of.

#include "cresset/tensor/ops/elementwise.h"

#include <type_traits>
#include <vector>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/ops/activation_defs.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/binary_defs.h"
#include "cresset/tensor/ops/bitwise_defs.h"
#include "cresset/tensor/ops/compare_defs.h"
#include "cresset/tensor/ops/math_defs.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/ternary_defs.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tensor/ops/unary_defs.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tests/cuda/compare.h"
#include "cresset/tests/cuda/device.h"

namespace cresset::testing {
namespace {

using namespace internal;  // NOLINT

// The parameters of the ops that have some.
template <class Op>
Op make() {
  if constexpr (std::is_default_constructible_v<Op>) {
    return Op();
  } else if constexpr (std::is_same_v<Op, RoundDecimals>) {
    return {10, false};
  } else if constexpr (std::is_same_v<Op, NanToNum>) {
    return {1, 2, -3};
  } else if constexpr (std::is_same_v<Op, ClampNumbers>) {
    return {-1.5, 2, -1, 2};
  } else if constexpr (std::is_same_v<Op, IsClose>) {
    return {0.1, 0.25, true};
  } else if constexpr (std::is_same_v<Op, AddCMul>) {
    return {0.5, 3};
  } else if constexpr (std::is_constructible_v<Op, double, double, double>) {
    return {0.7, 1.2, 0.9};
  } else if constexpr (std::is_constructible_v<Op, double, double>) {
    return {-0.5, 1.25};
  } else {
    return Op(0.25);
  }
}

// One way to store and lay out the operands and the result.
struct Case {
  const char* name;
  Shape shape;
  Dtype compute;
  Dtype storage;
  Tensor (*layout)(const Tensor&);
};

Tensor as_it_is(const Tensor& x) { return x; }

const Case kFloatCases[] = {
    {"dense", {2, 1031}, float32, float32, as_it_is},
    {"float16", {16, 130}, float32, float16, as_it_is},
    {"bfloat16", {515}, float32, bfloat16, as_it_is},
    {"transposed", {23, 9}, float32, float32, reversed},
    {"gaps", {3, 50}, float32, float32, gapped},
    {"float16 with gaps", {3, 50}, float32, float16, gapped},
    {"unaligned", {67}, float32, float32, shifted},
    {"float64", {3, 201}, float64, float64, as_it_is},
    {"float64 with gaps", {5, 40}, float64, float64, gapped},
};

const Case kIntegerCases[] = {
    {"int64", {3, 201}, int64, int64, as_it_is},
    {"int32 transposed", {23, 9}, int64, int32, reversed},
    {"uint8", {300}, int64, uint8, shifted},
    {"int16", {3, 50}, int64, int16, gapped},
    {"int8", {70}, int64, int8, as_it_is},
    {"bool", {70}, int64, bool_, as_it_is},
};

template <class Op>
void check_op(const Op& op, const Case& c, bool is_grad) {
  INFO(Op::kName << (is_grad ? " gradient, " : ", ") << c.name << ", "
                 << to_string(c.storage));
  const int arity = is_grad ? 2 : Op::kArity;
  std::vector<Tensor> here, far;
  for (int k = 0; k < arity; ++k) {
    const bool mask = Op::kReadsMask && k == 0 && !is_grad;
    Tensor x = numbers(c.shape, mask ? bool_ : c.storage,
                       static_cast<uint64_t>(k + 1));
    // Divisors of integers are never 0.
    if (c.compute == int64 && k == 1) x.fill_(3);
    here.push_back(c.layout(x));
    far.push_back(c.layout(x.to(kGpu)));
  }
  const Dtype result = Op::kWritesBool && !is_grad ? bool_ : c.storage;
  const Tensor y = c.layout(filled(c.shape, 0, result, Device()));
  const Tensor z = c.layout(filled(c.shape, 0, result, kGpu));
  const auto run = [&](const std::vector<Tensor>& x, const Tensor& to) {
    const std::vector<Operand> operands(x.begin(), x.end());
    run_into(op, operands, to, c.compute, is_grad);
  };
  run(here, y);
  run(far, z);
  const double tolerance =
      c.storage == float32 ? 2e-5 : tolerance_of(result) * 10;
  check_same(z, y, tolerance);
}

template <class Op>
void check_all() {
  const Op op = make<Op>();
  if constexpr (computes_floats(Op::kDomain)) {
    for (const Case& c : kFloatCases) check_op(op, c, false);
  }
  if constexpr (computes_integers(Op::kDomain)) {
    for (const Case& c : kIntegerCases) check_op(op, c, false);
  }
  if constexpr (requires { Op::kSaves; }) {
    for (const Case& c : kFloatCases) check_op(op, c, true);
  }
}

template <class... Ops>
void check_list(OpList<Ops...>) {
  (check_all<Ops>(), ...);
}

TEST_CASE("elementwise: algebraic ops", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  check_list(UnaryFamily::Ops());
}
TEST_CASE("elementwise: transcendental functions", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  check_list(MathFamily::Ops());
}
TEST_CASE("elementwise: activations", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  check_list(ActivationFamily::Ops());
}
TEST_CASE("elementwise: binary ops", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  check_list(BinaryFamily::Ops());
}
TEST_CASE("elementwise: bits", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  check_list(BitwiseFamily::Ops());
}
TEST_CASE("elementwise: comparisons", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  check_list(CompareFamily::Ops());
}
TEST_CASE("elementwise: ops of three inputs", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  check_list(TernaryFamily::Ops());
}

// Sizes of the two operands of a sum.
struct Pair {
  Shape left;
  Shape right;
};

TEST_CASE("elementwise: broadcasts and storage types", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  const Pair pairs[] = {{{8, 64}, {64}},
                        {{8, 64}, {8, 1}},
                        {{64}, {8, 1}},
                        {{8, 63}, {63}},
                        {{5, 7}, {1}},
                        {{5, 8}, {}},
                        {{}, {}},
                        {{3, 1, 8, 4}, {2, 1, 4}},
                        {{2, 3, 4, 5}, {3, 1, 1}},
                        {{0, 3}, {3}}};
  const Dtype dtypes[] = {float32, float16, bfloat16, float64,
                          int64,   uint8,   bool_};
  for (const Pair& pair : pairs) {
    for (const Dtype left : dtypes) {
      for (const Dtype right : dtypes) {
        INFO(to_string(pair.left)
             << " " << to_string(left) << " + " << to_string(pair.right) << " "
             << to_string(right));
        const Tensor a = numbers(pair.left, left);
        const Tensor b = numbers(pair.right, right, 2);
        check_same(add(a.to(kGpu), b.to(kGpu)), add(a, b));
      }
    }
  }
}

TEST_CASE("elementwise: numbers and 0-dim tensors of the CPU join",
          "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  const Tensor zero_dim = numbers({}, float64);
  for (const Dtype dtype : {float32, float16, float64, int32}) {
    INFO(to_string(dtype));
    const Tensor x = numbers({3, 37}, dtype), far = x.to(kGpu);
    check_same(add(far, 2), add(x, 2));
    check_same(mul(far, 0.3), mul(x, 0.3));
    check_same(add(far, zero_dim), add(x, zero_dim));
    check_same(sub(zero_dim, far), sub(zero_dim, x));
  }
}

TEST_CASE("elementwise: in place, also on views", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  const Tensor x = numbers({6, 20}), y = numbers({6, 20}, float64, 3);
  const Tensor far = x.to(kGpu);
  add_(far, y.to(kGpu));
  add_(x, y);
  check_same(far, x);
  mul_(transpose(narrow(far, 1, 3, 6), 0, 1), 3);
  mul_(transpose(narrow(x, 1, 3, 6), 0, 1), 3);
  check_same(far, x);
}

TEST_CASE("elementwise: a grid of more than 2^16 blocks", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  constexpr int64_t kMany = (int64_t{1} << 16) * 512 + 777;
  const Tensor x = filled({kMany}, 3, int8, kGpu);
  narrow(x, 0, kMany - 2, 2).fill_(5);
  const Tensor y = neg(x);
  check_same(narrow(y, 0, kMany - 4, 4).to(int64),
             neg(narrow(x, 0, kMany - 4, 4).cpu()).to(int64));
  CHECK(sum(y).item<int64_t>() == -3 * kMany - 4);
}

TEST_CASE("elementwise: gradients through autograd", "[cuda][ops][grad]") {
  CRESSET_NEEDS_CUDA();
  const auto run = [](Device device) {
    const Tensor a = numbers({5, 8}).to(device).requires_grad_();
    const Tensor b = numbers({8}, float32, 2).to(device).requires_grad_();
    const Tensor c = numbers({5, 1}, float16, 3).to(device).requires_grad_();
    const Tensor y = mul(tanh(add(a, b)), exp(c));
    sum(mul(y, y)).backward();
    return std::vector<Tensor>{a.grad(), b.grad(), c.grad()};
  };
  const std::vector<Tensor> here = run(Device()), far = run(kGpu);
  for (size_t i = 0; i < here.size(); ++i) {
    INFO("input " << i);
    check_same(far[i], here[i], i == 2 ? 4e-3 : 1e-5);
  }
}

}  // namespace
}  // namespace cresset::testing
