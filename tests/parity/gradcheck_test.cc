// Every op that docs/ops.md gives a gradient, against finite differences: the
// first and the second derivative, at inputs from the golden cases.

#include "cresset/tensor/autograd/gradcheck.h"

#include <algorithm>
#include <fstream>
#include <functional>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "cresset/serialize/checkpoint.h"
#include "cresset/tensor/tensor.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/parity/op_table.h"

namespace cresset::parity {
namespace {

constexpr int64_t kMostElements = 600;  // of all inputs that want a gradient
constexpr int kCasesOfAnOp = 3;
constexpr double kLarge = 1e3;

// A copy of arguments in which floating tensors are float64; those at `paths`
// are leaves that require a gradient, and are also appended to `leaves`.
Value copy_arguments(const Value& value, const Value& here,
                     const std::vector<Value>& paths,
                     std::vector<Tensor>& leaves) {
  if (value.is_tensor()) {
    Tensor t = value.as_tensor().detach();
    if (!is_floating(t.dtype())) return t;
    t = t.to(float64).clone().contiguous();
    if (std::find(paths.begin(), paths.end(), here) != paths.end()) {
      leaves.push_back(t.requires_grad_());
    }
    return t;
  }
  const auto below = [&](const Value& key) {
    std::vector<Value> steps = here.elements();
    steps.push_back(key);
    return Value::list(steps);
  };
  if (value.kind() == ValueKind::kDtype && is_floating(value.as_dtype())) {
    return float64;
  }
  if (value.is_list() || value.is_tuple()) {
    std::vector<Value> out;
    for (const Value& element : value) {
      out.push_back(copy_arguments(
          element, below(static_cast<int64_t>(out.size())), paths, leaves));
    }
    return value.is_list() ? Value::list(out) : Value::tuple(out);
  }
  if (value.is_dict()) {
    Value out = Value::dict();
    for (const auto& [key, entry] : value.items()) {
      out[key] = copy_arguments(entry, below(key), paths, leaves);
    }
    return out;
  }
  return value;
}

struct Call {
  std::string op;
  Value roots;  // [args, kwargs]
  std::vector<Tensor> leaves;

  std::vector<Tensor> operator()(const std::vector<Tensor>&) const {
    manual_seed(0);
    std::vector<Tensor> tensors;
    for (const Value& output : op_table().call(op, roots[0], roots[1])) {
      if (output.is_tensor()) tensors.push_back(output.as_tensor());
    }
    // The statistics behind the result of a native norm have no gradient.
    if (op.rfind("native_", 0) == 0) tensors.resize(1);
    return tensors;
  }
};

int64_t elements(const Call& call) {
  int64_t sum = 0;
  for (const Tensor& leaf : call.leaves) sum += leaf.numel();
  return sum;
}

// Whether PyTorch's gradients of a case are all zero; the second derivative of
// such an op does not exist.
bool is_flat(const Value& c) {
  for (const Value& row : c["grads"]) {
    if (any(row["grad"].as_tensor()).item<bool>()) return false;
  }
  return true;
}

struct Check {
  Call call;
  bool flat = false;
};

// The checks of each op, small ones first.
std::map<std::string, std::vector<Check>> read_checks() {
  std::map<std::string, std::vector<Check>> checks;
  std::istringstream files(std::getenv("CRESSET_CASES"));
  for (std::string file; files >> file;) {
    const Value cases = load(file, {.map_location = default_device()});
    for (const Value& c : cases) {
      const Value rows = c.get("grads", Value::list());
      if (!c.contains("op") || rows.empty()) continue;
      std::vector<Value> paths;
      for (const Value& row : rows) {
        paths.push_back(Value::list(row["path"].elements()));
      }
      Call call{c["op"].as_str(), Value(), {}};
      call.roots = copy_arguments(
          Value::list({c["args"], c.get("kwargs", Value::dict())}),
          Value::list(), paths, call.leaves);
      const int64_t count = elements(call);
      if (count == 0 || count > kMostElements) continue;
      checks[call.op].push_back({call, is_flat(c)});
    }
  }
  for (auto& [op, list] : checks) {
    std::stable_sort(list.begin(), list.end(),
                     [](const Check& a, const Check& b) {
                       return elements(a.call) < elements(b.call);
                     });
  }
  return checks;
}

bool is_large(const Tensor& x) {
  return x.defined() && x.numel() > 0 && is_floating(x.dtype()) &&
         !(max(abs(x)).item<double>() < kLarge);
}

// Large numbers hide the differences that are looked for.
bool has_large_numbers(const Call& call) {
  std::vector<Tensor> roots;
  for (const Tensor& y : call({})) {
    if (is_large(y)) return true;
    if (y.requires_grad()) roots.push_back(y.sum());
  }
  const auto grads = grad(roots, call.leaves, {.allow_unused = true});
  return std::any_of(grads.begin(), grads.end(), is_large);
}

// max_unpool puts each element into a place. PyTorch's gradient takes all of
// them as if they had arrived, also those that another one has overwritten.
bool shares_places(const Call& call) {
  if (call.op.find("max_unpool") == std::string::npos) return false;
  const int64_t n = call.op[call.op.size() - 2] - '0';  // max_unpool2d
  const Tensor places = flatten(call.roots[0][1].as_tensor(), -n);
  for (const Tensor& plane : unbind(places.reshape({-1, places.size(-1)}))) {
    if (unique(plane).values.numel() < plane.numel()) return true;
  }
  return false;
}

// Whether a case is checked: not if Cresset lacks it, which is for the cases'
// own tests to tell. Fails the test if a derivative is wrong.
bool check(const Check& c) {
  try {
    if (has_large_numbers(c.call) || shares_places(c.call)) return false;
  } catch (const std::exception&) {
    return false;
  }
  try {
    gradcheck(c.call, c.call.leaves);
    if (!c.flat) gradgradcheck(c.call, c.call.leaves);
  } catch (const std::exception& error) {
    FAIL_CHECK(c.call.op << repr(c.call.roots, 200) << ": " << error.what());
  }
  return true;
}

using Inputs = std::vector<Tensor>;

struct Extra {
  const char* op;
  std::vector<Shape> shapes;
  std::function<Inputs(const Inputs&)> call;
};

// Ops without golden cases that have gradients and suit.
const Extra kExtras[] = {
    {"adaptive_avg_pool3d",
     {{1, 2, 3, 3, 4}},
     [](const Inputs& x) { return Inputs{adaptive_avg_pool3d(x[0], 2)}; }},
    {"adjoint",
     {{2, 3}},
     [](const Inputs& x) { return Inputs{adjoint(x[0])}; }},
    {"alpha_dropout",
     {{3, 4}},
     [](const Inputs& x) { return Inputs{alpha_dropout(x[0], 0.5, true)}; }},
    {"aminmax",
     {{3, 4}},
     [](const Inputs& x) {
       const auto [low, high] = aminmax(x[0], 1);
       return Inputs{low, high};
     }},
    {"bmm",
     {{2, 3, 2}, {2, 2, 4}},
     [](const Inputs& x) { return Inputs{bmm(x[0], x[1])}; }},
    {"channel_shuffle",
     {{1, 4, 2}},
     [](const Inputs& x) { return Inputs{channel_shuffle(x[0], 2)}; }},
    {"col2im",
     {{1, 4, 4}},
     [](const Inputs& x) { return Inputs{col2im(x[0], 3, 2)}; }},
    {"concat",
     {{2, 3}, {2, 1}},
     [](const Inputs& x) {
       return Inputs{concat({x[0], x[1]}, 1)};
     }},
    {"conv3d",
     {{1, 2, 3, 3, 3}, {2, 2, 2, 2, 2}, {2}},
     [](const Inputs& x) { return Inputs{conv3d(x[0], x[1], x[2])}; }},
    {"dropout",
     {{3, 4}},
     [](const Inputs& x) { return Inputs{dropout(x[0])}; }},
    {"dropout1d",
     {{2, 3, 2}},
     [](const Inputs& x) { return Inputs{dropout1d(x[0])}; }},
    {"dropout2d",
     {{2, 3, 2, 1}},
     [](const Inputs& x) { return Inputs{dropout2d(x[0])}; }},
    {"dropout3d",
     {{2, 3, 2, 1, 1}},
     [](const Inputs& x) { return Inputs{dropout3d(x[0])}; }},
    {"erfinv",
     {{3, 4}},
     [](const Inputs& x) { return Inputs{erfinv(x[0] / 4)}; }},
    {"expm1", {{3, 4}}, [](const Inputs& x) { return Inputs{expm1(x[0])}; }},
    {"im2col",
     {{1, 2, 3, 3}},
     [](const Inputs& x) { return Inputs{im2col(x[0], 2)}; }},
    {"mT", {{2, 3}}, [](const Inputs& x) { return Inputs{mT(x[0])}; }},
    {"moveaxis",
     {{2, 3, 2}},
     [](const Inputs& x) { return Inputs{moveaxis(x[0], {0}, {2})}; }},
    {"nanquantile",
     {{3, 4}},
     [](const Inputs& x) { return Inputs{nanquantile(x[0], 0.3)}; }},
    {"narrow_copy",
     {{3, 4}},
     [](const Inputs& x) { return Inputs{narrow_copy(x[0], 1, 1, 2)}; }},
    {"nuclear_norm",
     {{3, 2}},
     [](const Inputs& x) { return Inputs{nuclear_norm(x[0])}; }},
    {"quantile",
     {{3, 4}},
     [](const Inputs& x) { return Inputs{quantile(x[0], 0.3)}; }},
    {"row_stack",
     {{2, 3}, {1, 3}},
     [](const Inputs& x) {
       return Inputs{row_stack({x[0], x[1]})};
     }},
    {"scaled_dot_product_attention",
     {{2, 2}, {3, 2}, {3, 2}},
     [](const Inputs& x) {
       return Inputs{scaled_dot_product_attention(x[0], x[1], x[2])};
     }},
    {"scaled_dot_product_attention_with_weights",
     {{2, 2}, {3, 2}, {3, 2}},
     [](const Inputs& x) {
       const auto [output, weights] =
           scaled_dot_product_attention_with_weights(x[0], x[1], x[2]);
       return Inputs{output, weights};
     }},
    {"sinh", {{3, 4}}, [](const Inputs& x) { return Inputs{sinh(x[0])}; }},
    {"slice_scatter",
     {{3, 4}, {3, 2}},
     [](const Inputs& x) {
       return Inputs{slice_scatter(x[0], x[1], 1, 1, 3)};
     }},
    {"svd",
     {{3, 2}},
     [](const Inputs& x) {
       const auto [u, s, vh] = svd(x[0]);
       return Inputs{matmul(u * u, vh * vh), s};
     }},
    {"swapaxes",
     {{2, 3}},
     [](const Inputs& x) { return Inputs{swapaxes(x[0], 0, 1)}; }},
    {"swapdims",
     {{2, 3}},
     [](const Inputs& x) { return Inputs{swapdims(x[0], 0, 1)}; }},
    {"tan", {{3, 4}}, [](const Inputs& x) { return Inputs{tan(x[0] / 4)}; }},
    {"vector_norm",
     {{3, 4}},
     [](const Inputs& x) { return Inputs{vector_norm(x[0], 3)}; }},
    {"xlog1py",
     {{3, 4}, {3, 4}},
     [](const Inputs& x) { return Inputs{xlog1py(x[0], square(x[1]))}; }},
};

void check(const Extra& extra) {
  manual_seed(1);
  Inputs inputs;
  for (const Shape& shape : extra.shapes) {
    inputs.push_back(randn(shape, {.dtype = float64}).requires_grad_());
  }
  const auto call = [&](const Inputs& x) {
    manual_seed(0);
    return extra.call(x);
  };
  INFO(extra.op);
  CHECK_NOTHROW(gradcheck(call, inputs));
  CHECK_NOTHROW(gradgradcheck(call, inputs));
}

// "nn.functional.relu", "torch.special.xlogy" and "max.binary" without what
// stands around the name.
std::string plain_name(std::string name) {
  for (const std::string prefix :
       {"torch.", "x.", "nn.functional.", "linalg.", "special."}) {
    if (name.rfind(prefix, 0) == 0) name.erase(0, prefix.size());
  }
  return name.substr(0, name.find('.'));
}

// PyTorch's names of the ops that have a gradient by docs/ops.md.
std::set<std::string> ops_with_gradient() {
  std::set<std::string> names;
  std::ifstream page("docs/ops.md");
  const std::regex row("\\| `\\w+` \\|[^|]*\\| `([\\w.]+)` \\| yes \\|.*");
  std::smatch match;
  for (std::string line; std::getline(page, line);) {
    if (std::regex_match(line, match, row)) names.insert(plain_name(match[1]));
  }
  return names;
}

TEST_CASE("gradcheck: first and second derivatives of every op",
          "[grad][golden]") {
  std::set<std::string> checked;
  for (const auto& [op, list] : read_checks()) {
    int count = 0;
    for (const Check& c : list) {
      if (count == kCasesOfAnOp) break;
      count += check(c);
    }
    if (count > 0) checked.insert(plain_name(op));
  }
  for (const Extra& extra : kExtras) {
    check(extra);
    checked.insert(extra.op);
  }
  std::string missing;
  for (const std::string& op : ops_with_gradient()) {
    if (checked.count(op) == 0) missing += " " + op;
  }
  INFO("not checked:" << missing);
  CHECK(missing.empty());
  WARN(checked.size() << " ops");
}

}  // namespace
}  // namespace cresset::parity
