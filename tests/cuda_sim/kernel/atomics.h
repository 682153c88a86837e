// Atomic functions. One thread of a kernel runs at a time, so they are plain
// reads and writes; their types are those that nvcc has overloads for.

#ifndef CRESSET_TESTS_CUDA_SIM_KERNEL_ATOMICS_H_
#define CRESSET_TESTS_CUDA_SIM_KERNEL_ATOMICS_H_

#define CRESSET_SIM_ATOMIC(name, T, result)                                   \
  inline T name(T* address, T value) {                                        \
    const T old = *address;                                                   \
    *address = (result);                                                      \
    return old;                                                               \
  }                                                                           \
  inline T name##_block(T* address, T value) { return name(address, value); } \
  inline T name##_system(T* address, T value) { return name(address, value); }

#define CRESSET_SIM_ATOMIC_INTEGER(T)                         \
  CRESSET_SIM_ATOMIC(atomicMin, T, value < old ? value : old) \
  CRESSET_SIM_ATOMIC(atomicMax, T, value > old ? value : old) \
  CRESSET_SIM_ATOMIC(atomicAnd, T, old& value)                \
  CRESSET_SIM_ATOMIC(atomicOr, T, old | value)                \
  CRESSET_SIM_ATOMIC(atomicXor, T, old ^ value)

CRESSET_SIM_ATOMIC_INTEGER(int)
CRESSET_SIM_ATOMIC_INTEGER(unsigned)
CRESSET_SIM_ATOMIC_INTEGER(unsigned long long)
CRESSET_SIM_ATOMIC(atomicMin, long long, value < old ? value : old)
CRESSET_SIM_ATOMIC(atomicMax, long long, value > old ? value : old)

// Sums of int wrap around.
CRESSET_SIM_ATOMIC(atomicAdd, int,
                   static_cast<int>(static_cast<unsigned>(old) +
                                    static_cast<unsigned>(value)))
CRESSET_SIM_ATOMIC(atomicAdd, unsigned, old + value)
CRESSET_SIM_ATOMIC(atomicAdd, unsigned long long, old + value)
CRESSET_SIM_ATOMIC(atomicAdd, float, old + value)
CRESSET_SIM_ATOMIC(atomicAdd, double, old + value)
CRESSET_SIM_ATOMIC(atomicSub, int,
                   static_cast<int>(static_cast<unsigned>(old) -
                                    static_cast<unsigned>(value)))
CRESSET_SIM_ATOMIC(atomicSub, unsigned, old - value)

CRESSET_SIM_ATOMIC(atomicExch, int, value)
CRESSET_SIM_ATOMIC(atomicExch, unsigned, value)
CRESSET_SIM_ATOMIC(atomicExch, unsigned long long, value)
CRESSET_SIM_ATOMIC(atomicExch, float, value)

CRESSET_SIM_ATOMIC(atomicInc, unsigned, old >= value ? 0 : old + 1)
CRESSET_SIM_ATOMIC(atomicDec, unsigned,
                   old == 0 || old > value ? value : old - 1)

#undef CRESSET_SIM_ATOMIC_INTEGER
#undef CRESSET_SIM_ATOMIC

#define CRESSET_SIM_ATOMIC_CAS(T)                             \
  inline T atomicCAS(T* address, T compare, T value) {        \
    const T old = *address;                                   \
    if (old == compare) *address = value;                     \
    return old;                                               \
  }                                                           \
  inline T atomicCAS_system(T* address, T compare, T value) { \
    return atomicCAS(address, compare, value);                \
  }

CRESSET_SIM_ATOMIC_CAS(int)
CRESSET_SIM_ATOMIC_CAS(unsigned)
CRESSET_SIM_ATOMIC_CAS(unsigned long long)
CRESSET_SIM_ATOMIC_CAS(unsigned short)
#undef CRESSET_SIM_ATOMIC_CAS

#endif  // CRESSET_TESTS_CUDA_SIM_KERNEL_ATOMICS_H_
