// A compile-time list of ops. Kernel sources of every device walk the same
// list, so an op's place in it is its number everywhere.

#ifndef CRESSET_TENSOR_OPS_OP_LIST_H_
#define CRESSET_TENSOR_OPS_OP_LIST_H_

#include <cstddef>

#include "cresset/tensor/base/math_bits.h"  // CRESSET_HD

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

}  // namespace cresset::internal

namespace cresset::internal {

// What an op computes in: floating types only (integers are converted to the
// default dtype first), or integers as they are too.
enum class Domain { kFloating, kNumber };

// What a unary op's gradient reads.
enum class Saves { kNothing, kInput, kOutput };

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_OP_LIST_H_
