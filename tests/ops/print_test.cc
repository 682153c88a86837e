#include "cresset/tensor/ops/print.h"

#include <fstream>
#include <map>
#include <sstream>

#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tests/ops/values.h"

namespace cresset {
namespace {

const double nan = NAN, inf = INFINITY;

Tensor steps(int64_t n, Dtype dtype = float32) { return arange(n).to(dtype); }

Tensor requiring(const Tensor& x) { return x.clone().requires_grad_(); }

Tensor changed_in_place() {
  const Tensor x = mul(requiring(tensor({1.0, 2.0})), 1);
  select(x, 0, 0).fill_(5);
  return x;
}

// The tensors of tools/golden/print_texts.py.
std::map<std::string, Tensor> tensors() {
  using C = std::complex<double>;
  return {
      {"scalar", tensor(3.5)},
      {"scalar int", tensor(-7)},
      {"scalar bool", tensor(true)},
      {"whole", tensor({1.0, -2.0, 300.0})},
      {"fixed", tensor({0.5, -12.25, 3.0})},
      {"zeros", zeros({2, 3})},
      {"small", tensor({1e-5, 2.0})},
      {"large", tensor({1.5e9, 2.0})},
      {"wide range", tensor({0.01, 100.0})},
      {"whole wide range", tensor({1.0, 2000.0})},
      {"not finite", tensor({1.0, nan, inf, -inf})},
      {"not finite fixed", tensor({1.5, nan, inf, -inf})},
      {"not finite exponent", tensor({1e-7, nan, -inf, 0.0})},
      {"only nan", tensor({nan, nan})},
      {"negative zero", tensor({-0.0, 0.5})},
      {"matrix", div(reshape(steps(6), {2, 3}), 4)},
      {"cube", reshape(steps(12, int64), {2, 3, 2})},
      {"four dims", reshape(steps(16), {2, 2, 2, 2})},
      {"bools", tensor({{true, false}, {false, true}})},
      {"ints", tensor({{1, -200}, {30, 4}})},
      {"float64", tensor({1.5, 2.5}, {.dtype = float64})},
      {"float16", tensor({1.5, 0.1}, {.dtype = float16})},
      {"bfloat16", tensor({1.5, 0.1}, {.dtype = bfloat16})},
      {"int32", tensor({1, 2}, {.dtype = int32})},
      {"uint8", tensor({1, 255}, {.dtype = uint8})},
      {"complex", tensor({C(1, 2), C(0.5, -1)})},
      {"complex128", tensor({C(1, 2)}, {.dtype = complex128})},
      {"empty", tensor({})},
      {"empty int", zeros({0}, {.dtype = int64})},
      {"empty matrix", zeros({2, 0})},
      {"empty bool matrix", zeros({0, 3}, {.dtype = bool_})},
      {"long row", div(steps(30), 8)},
      {"long int row", steps(60, int64)},
      {"wide matrix", mul(reshape(steps(60), {2, 30}), 100)},
      {"summary", steps(1001)},
      {"summary matrix", div(reshape(steps(2000), {40, 50}), 16)},
      {"summary tall", reshape(steps(3000, int64), {1000, 3})},
      {"summary cube", reshape(steps(1200), {2, 60, 10})},
      {"no summary", steps(1000, int64)},
      {"requires grad", requiring(tensor({1.0, 2.0}))},
      {"grad fn", add(requiring(tensor({1.0, 2.0})), 1)},
      {"view fn", t(requiring(tensor({{1.0, 2.0}})))},
      {"suffix on its own line", requiring(div(steps(12), 7))},
      {"suffix after rows",
       requiring(div(reshape(steps(40, float64), {4, 10}), 7))},
      {"copy slices", changed_in_place()},
      {"meta", zeros({2, 3}, {.device = "meta"})},
      {"meta int", zeros({1}, {.dtype = int64, .device = "meta"})},
  };
}

std::map<std::string, std::string> expected_texts() {
  std::ifstream file("tests/golden/print.txt");
  std::map<std::string, std::string> texts;
  std::string line, name;
  while (std::getline(file, line)) {
    if (line.starts_with("@")) {
      name = line.substr(1);
    } else {
      texts[name] += (texts[name].empty() ? "" : "\n") + line;
    }
  }
  return texts;
}

// Texts of summaries have empty lines between matrices, which start no entry.
TEST_CASE("to_string: PyTorch's text, letter for letter", "[ops][cpu]") {
  const auto expected = expected_texts();
  const auto made = tensors();
  REQUIRE(expected.size() == made.size());
  for (const auto& [name, x] : made) {
    INFO(name);
    REQUIRE(expected.count(name) == 1);
    CHECK(to_string(x) == expected.at(name));
  }
}

TEST_CASE("to_string: options", "[ops][cpu]") {
  const Tensor x = div(arange(10), 3);
  CHECK(to_string(slice(x, 0, 0, 2), {.precision = 2}) ==
        "tensor([0.00, 0.33])");
  CHECK(to_string(arange(10), {.threshold = 5, .edge_items = 1}) ==
        "tensor([0,  ..., 9])");
  CHECK(to_string(tensor({1.5}), {.sci_mode = true}) == "tensor([1.5000e+00])");
  set_print_options({.precision = 1});
  CHECK(to_string(tensor({1.25})) == "tensor([1.2])");
  set_print_options({});
  CHECK(get_print_options().precision == 4);
}

TEST_CASE("operator<<: the same text, with a device that is not the CPU",
          "[ops]") {
  const Device device = default_device();
  std::ostringstream out;
  out << tensor({1, 2});
  CHECK(out.str() == (device.is_cpu() ? "tensor([1, 2])"
                                      : "tensor([1, 2], device='" +
                                            to_string(device) + "')"));
}

}  // namespace
}  // namespace cresset
