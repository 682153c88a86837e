// The reductions whose state is one number, each written once.
//
// `map` turns an element into a state, `combine` joins two states of
// neighbouring elements, `finish` makes the result of the last state. V is
// float, double or int64_t. How elements are split, converted and run in
// parallel is the engine's affair (reduce_run.h).

#ifndef CRESSET_TENSOR_OPS_REDUCE_DEFS_H_
#define CRESSET_TENSOR_OPS_REDUCE_DEFS_H_

#include <cstdint>
#include <type_traits>

#include "cresset/tensor/ops/math.h"
#include "cresset/tensor/ops/op_list.h"

namespace cresset::internal {

// The limits of V: infinities of a floating type.
template <class V>
CRESSET_HD constexpr V lowest_of() {
  if constexpr (std::is_integral_v<V>) {
    return INT64_MIN;
  } else {
    return -math::Ieee<V>::kInfinity;
  }
}
template <class V>
CRESSET_HD constexpr V highest_of() {
  if constexpr (std::is_integral_v<V>) {
    return INT64_MAX;
  } else {
    return math::Ieee<V>::kInfinity;
  }
}
template <class V>
CRESSET_HD V absolute(V x) {
  if constexpr (std::is_integral_v<V>) {
    return x < 0 ? static_cast<V>(-static_cast<uint64_t>(x)) : x;
  } else {
    return math::abs(x);
  }
}

// The parts that most reductions share: elements count as they are and are
// added up, integers wrapping around.
struct Adding {
  template <class V>
  CRESSET_HD static constexpr V identity() {
    return 0;
  }
  template <class V>
  CRESSET_HD V map(V x) const {
    return x;
  }
  template <class V>
  CRESSET_HD V combine(V a, V b) const {
    if constexpr (std::is_integral_v<V>) {
      return static_cast<V>(static_cast<uint64_t>(a) +
                            static_cast<uint64_t>(b));
    } else {
      return a + b;
    }
  }
  template <class V>
  CRESSET_HD V finish(V y) const {
    return y;
  }
};

struct Sum : Adding {
  static constexpr Domain kDomain = Domain::kNumber;
};

struct Mean : Adding {
  static constexpr Domain kDomain = Domain::kFloating;
  double count = 1;
  template <class V>
  CRESSET_HD V finish(V y) const {
    return y / static_cast<V>(count);
  }
};

struct Prod : Adding {
  static constexpr Domain kDomain = Domain::kNumber;
  template <class V>
  CRESSET_HD static constexpr V identity() {
    return 1;
  }
  template <class V>
  CRESSET_HD V combine(V a, V b) const {
    if constexpr (std::is_integral_v<V>) {
      return static_cast<V>(static_cast<uint64_t>(a) *
                            static_cast<uint64_t>(b));
    } else {
      return a * b;
    }
  }
};

// NaN if any element is NaN.
struct Max : Adding {
  static constexpr Domain kDomain = Domain::kNumber;
  template <class V>
  CRESSET_HD static constexpr V identity() {
    return lowest_of<V>();
  }
  template <class V>
  CRESSET_HD V combine(V a, V b) const {
    const V larger = a > b ? a : b;
    return a != a ? a : larger;
  }
};

struct Min : Adding {
  static constexpr Domain kDomain = Domain::kNumber;
  template <class V>
  CRESSET_HD static constexpr V identity() {
    return highest_of<V>();
  }
  template <class V>
  CRESSET_HD V combine(V a, V b) const {
    const V smaller = a < b ? a : b;
    return a != a ? a : smaller;
  }
};

// 1 where an element is not zero: their maximum is any(), their minimum all().
struct Any : Adding {
  static constexpr Domain kDomain = Domain::kNumber;
  template <class V>
  CRESSET_HD V map(V x) const {
    return x != 0 ? V{1} : V{0};
  }
  template <class V>
  CRESSET_HD V combine(V a, V b) const {
    return a > b ? a : b;
  }
};

struct All : Any {
  template <class V>
  CRESSET_HD static constexpr V identity() {
    return 1;
  }
  template <class V>
  CRESSET_HD V combine(V a, V b) const {
    return a < b ? a : b;
  }
};

struct NanSum : Adding {
  static constexpr Domain kDomain = Domain::kFloating;
  template <class V>
  CRESSET_HD V map(V x) const {
    return x != x ? V{0} : x;
  }
};

// The vector norms, by their order.
struct Norm1 : Adding {
  static constexpr Domain kDomain = Domain::kFloating;
  template <class V>
  CRESSET_HD V map(V x) const {
    return absolute(x);
  }
};

struct Norm2 : Adding {
  static constexpr Domain kDomain = Domain::kFloating;
  template <class V>
  CRESSET_HD V map(V x) const {
    return x * x;
  }
  template <class V>
  CRESSET_HD V finish(V y) const {
    return math::sqrt(y);
  }
};

struct NormZero : Adding {
  static constexpr Domain kDomain = Domain::kFloating;
  template <class V>
  CRESSET_HD V map(V x) const {
    return x != 0 ? V{1} : V{0};
  }
};

struct NormMax : Max {
  static constexpr Domain kDomain = Domain::kFloating;
  template <class V>
  CRESSET_HD static constexpr V identity() {
    return 0;
  }
  template <class V>
  CRESSET_HD V map(V x) const {
    return absolute(x);
  }
};

struct NormMin : Min {
  static constexpr Domain kDomain = Domain::kFloating;
  template <class V>
  CRESSET_HD V map(V x) const {
    return absolute(x);
  }
};

struct NormP : Adding {
  static constexpr Domain kDomain = Domain::kFloating;
  double p = 2;
  template <class V>
  CRESSET_HD V map(V x) const {
    return math::pow(absolute(x), static_cast<V>(p));
  }
  template <class V>
  CRESSET_HD V finish(V y) const {
    return math::pow(y, static_cast<V>(1 / p));
  }
};

// Those with more state, written out in cpu/reduce_state_kernel.cc.

// The extreme element and where it first is; a NaN counts as extreme.
struct ArgMax {
  static constexpr Domain kDomain = Domain::kNumber;
};
struct ArgMin {
  static constexpr Domain kDomain = Domain::kNumber;
};

// log(sum(exp(x))) without overflow.
struct LogSumExp {
  static constexpr Domain kDomain = Domain::kFloating;
};

// Variance or its square root, and the mean.
struct Moments {
  static constexpr Domain kDomain = Domain::kFloating;
  double correction = 1;
  bool take_sqrt = false;
};

using ReduceOps = OpList<Sum, Mean, Prod, Max, Min, Any, All, NanSum, Norm1,
                         Norm2, NormZero, NormMax, NormMin, NormP>;
using StateReduceOps = OpList<ArgMax, ArgMin, LogSumExp, Moments>;

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_REDUCE_DEFS_H_
