// Equality and printing of Values, both without recursion and in finite time
// for values that contain themselves or share parts many times over.

#include <bit>
#include <cstring>
#include <set>

#include "cresset/serialize/foreign.h"
#include "cresset/serialize/value.h"
#include "cresset/serialize/value_node.h"

namespace cresset {
namespace {

using internal::ValueNode;

struct Pair {
  Value a;
  Value b;
};

bool floats_equal(double a, double b) {
  return std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b) ||
         (a != a && b != b);
}

bool tensors_equal(const Tensor& a, const Tensor& b) {
  if (a.dtype() != b.dtype() || !(a.sizes() == b.sizes()) ||
      !(a.device() == b.device())) {
    return false;
  }
  if (a.device().is_meta() || a.numel() == 0) return true;
  const Tensor x = a.detach().cpu().contiguous();
  const Tensor y = b.detach().cpu().contiguous();
  return std::memcmp(x.raw_data(), y.raw_data(), x.nbytes()) == 0;
}

bool calls_equal(const PythonObject& x, const PythonObject& y,
                 std::vector<Pair>& todo) {
  if (x.form != y.form || x.has_state != y.has_state ||
      x.appended.size() != y.appended.size() ||
      x.stored.size() != y.stored.size()) {
    return false;
  }
  todo.push_back({x.callee, y.callee});
  todo.push_back({x.args, y.args});
  todo.push_back({x.kwargs, y.kwargs});
  todo.push_back({x.state, y.state});
  for (size_t i = 0; i < x.appended.size(); ++i) {
    todo.push_back({x.appended[i], y.appended[i]});
  }
  for (size_t i = 0; i < x.stored.size(); ++i) {
    todo.push_back({x.stored[i].key, y.stored[i].key});
    todo.push_back({x.stored[i].value, y.stored[i].value});
  }
  return true;
}

bool packed_equal(const PackedTensor& x, const PackedTensor& y,
                  std::vector<Pair>& todo) {
  const Quantization& p = x.quantization;
  const Quantization& q = y.quantization;
  todo.push_back({p.scales, q.scales});
  todo.push_back({p.zero_points, q.zero_points});
  return x.dtype == y.dtype && x.shape == y.shape &&
         x.parameter == y.parameter && p.scheme == q.scheme &&
         floats_equal(p.scale, q.scale) && p.zero_point == q.zero_point &&
         p.axis == q.axis && tensors_equal(x.integers, y.integers);
}

bool sparse_equal(const SparseTensor& x, const SparseTensor& y,
                  std::vector<Pair>& todo) {
  if (x.layout != y.layout || !(x.shape == y.shape) ||
      x.parameter != y.parameter || x.parts.size() != y.parts.size()) {
    return false;
  }
  for (size_t i = 0; i < x.parts.size(); ++i) {
    todo.push_back({x.parts[i].second, y.parts[i].second});
  }
  return true;
}

// Compares all but the children, which it leaves in `todo`.
bool equal_here(const Value& a, const Value& b, std::vector<Pair>& todo) {
  switch (a.kind()) {
    case ValueKind::kNone:
      return true;
    case ValueKind::kBool:
      return a.as_bool() == b.as_bool();
    case ValueKind::kInt:
      return a.as_int() == b.as_int();
    case ValueKind::kFloat:
      return floats_equal(a.as_float(), b.as_float());
    case ValueKind::kComplex:
      return floats_equal(a.as_complex().real(), b.as_complex().real()) &&
             floats_equal(a.as_complex().imag(), b.as_complex().imag());
    case ValueKind::kStr:
      return a.as_str() == b.as_str();
    case ValueKind::kBytes:
    case ValueKind::kByteArray:
    case ValueKind::kBigInt:
      return a.as_bytes() == b.as_bytes();
    case ValueKind::kTensor:
      todo.push_back({a.attributes(), b.attributes()});
      return a.is_parameter() == b.is_parameter() &&
             tensors_equal(a.as_tensor(), b.as_tensor());
    case ValueKind::kStorage:
      return a.storage_class() == b.storage_class() &&
             tensors_equal(a.as_storage(), b.as_storage());
    case ValueKind::kSize:
      return a.as_shape() == b.as_shape();
    case ValueKind::kDtype:
      return a.dtype_name() == b.dtype_name();
    case ValueKind::kLayout:
    case ValueKind::kMemoryFormat:
      return a.format_name() == b.format_name();
    case ValueKind::kDevice:
      return a.device_text() == b.device_text();
    case ValueKind::kGlobal:
      return a.module_name() == b.module_name() &&
             a.global_name() == b.global_name();
    case ValueKind::kList:
    case ValueKind::kTuple: {
      if (a.size() != b.size()) return false;
      for (size_t i = 0; i < a.size(); ++i) {
        todo.push_back({a.elements()[i], b.elements()[i]});
      }
      return true;
    }
    case ValueKind::kSet:
    case ValueKind::kFrozenSet: {
      if (a.size() != b.size()) return false;
      for (const DictItem& item : a.items()) {
        if (!b.contains(item.key)) return false;
      }
      return true;
    }
    case ValueKind::kDict: {
      if (a.dict_type() != b.dict_type() || a.size() != b.size()) return false;
      for (size_t i = 0; i < a.size(); ++i) {
        todo.push_back({a.items()[i].key, b.items()[i].key});
        todo.push_back({a.items()[i].value, b.items()[i].value});
      }
      todo.push_back({a.attributes(), b.attributes()});
      todo.push_back({a.factory(), b.factory()});
      return true;
    }
    case ValueKind::kObject:
      return calls_equal(a.as_object(), b.as_object(), todo);
    case ValueKind::kPackedTensor:
      return packed_equal(a.as_packed(), b.as_packed(), todo);
    case ValueKind::kSparseTensor:
      return sparse_equal(a.as_sparse(), b.as_sparse(), todo);
    case ValueKind::kNumpyArray:
    case ValueKind::kNumpyScalar: {
      const NumpyArray& x = a.as_array();
      const NumpyArray& y = b.as_array();
      todo.push_back({x.objects, y.objects});
      return x.dtype == y.dtype && x.shape == y.shape &&
             tensors_equal(x.bytes, y.bytes);
    }
  }
  return false;
}

}  // namespace

bool operator==(const Value& a, const Value& b) {
  std::vector<Pair> todo = {{a, b}};
  std::set<std::pair<const ValueNode*, const ValueNode*>> seen;
  while (!todo.empty()) {
    const Pair pair = std::move(todo.back());
    todo.pop_back();
    if (pair.a.kind() != pair.b.kind()) return false;
    const auto x = pair.a.node();
    const auto y = pair.b.node();
    if (x != nullptr && internal::is_container(x->kind)) {
      if (x == y || !seen.emplace(x.get(), y.get()).second) continue;
    }
    if (!equal_here(pair.a, pair.b, todo)) return false;
  }
  return true;
}

}  // namespace cresset
