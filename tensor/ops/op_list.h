// What an elementwise op struct is made of, and families of them.
//
//   struct Exp : UnaryOp<ExpFamily, Domain::kFloating, Saves::kOutput> {
//     static constexpr const char* kName = "exp";
//     static constexpr const char* kGradName = "ExpBackward";
//     template <class V> CRESSET_HD V value(V x) const { ... }
//     template <class V> CRESSET_HD V grad(const V& g, const V&, const V& y)
//         const { ... }
//   };
//
// A family is a list of such structs whose kernels are compiled together.
// Kernel sources of every device walk the same list, so an op's place in it is
// its number everywhere.

#ifndef CRESSET_TENSOR_OPS_OP_LIST_H_
#define CRESSET_TENSOR_OPS_OP_LIST_H_

#include <cstddef>
#include <type_traits>

#include "cresset/tensor/ops/math.h"  // CRESSET_HD

namespace cresset::internal {

template <class... Ops>
struct OpList {
  static constexpr size_t kSize = sizeof...(Ops);

  // The place of `Op` in the list; it must be there.
  template <class Op>
  static constexpr int index() {
    constexpr bool kSame[] = {__is_same(Op, Ops)...};
    for (size_t i = 0; i < kSize; ++i) {
      if (kSame[i]) return static_cast<int>(i);
    }
    return -1;
  }
};

// The slot that devices fill for a whole family.
template <class Signature>
class Kernel;
struct ElementwiseCall;
using ElementwiseKernel = Kernel<void(const ElementwiseCall&)>;

// What dtypes an op takes, and whether it computes in them.
enum class Domain {
  kFloating,       // all; integers and bool are converted to the default dtype
  kFloatOnly,      // floating dtypes; others are an error
  kNumber,         // all, each as it is
  kNoBool,         // the same without bool
  kInteger,        // integers and bool
  kIntegerNoBool,  // integers
};

constexpr bool computes_floats(Domain domain) {
  return domain < Domain::kInteger;
}
constexpr bool computes_integers(Domain domain) {
  return domain >= Domain::kNumber;
}

// What a unary op's gradient reads.
enum class Saves { kNothing, kInput, kOutput };

// Base of an op: its family, its domain, how many inputs it takes, whether the
// first of them is a mask (bool whatever the others are), and whether it
// writes bool instead of numbers.
template <class F, Domain domain, int arity, bool writes_bool = false,
          bool reads_mask = false>
struct ElementwiseOp {
  using Family = F;
  static constexpr Domain kDomain = domain;
  static constexpr int kArity = arity;
  static constexpr bool kWritesBool = writes_bool;
  static constexpr bool kReadsMask = reads_mask;
};

// A unary op with a `grad` of its own.
template <class F, Domain domain, Saves saves>
struct UnaryOp : ElementwiseOp<F, domain, 1> {
  static constexpr Saves kSaves = saves;
};

// The type of a constant beside values of type V, so that one text serves
// float, double and Tensor: `Number<V>(0.5) * x`.
template <class V>
using Number = std::conditional_t<std::is_arithmetic_v<V>, V, double>;

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_OP_LIST_H_
