// Loads and stores with a hint for the caches, which there are none of.

#ifndef CRESSET_TESTS_CUDA_SIM_KERNEL_LOADS_H_
#define CRESSET_TESTS_CUDA_SIM_KERNEL_LOADS_H_

template <class T>
T __ldg(const T* from) {
  return *from;
}
template <class T>
T __ldca(const T* from) {
  return *from;
}
template <class T>
T __ldcg(const T* from) {
  return *from;
}
template <class T>
T __ldcs(const T* from) {
  return *from;
}
template <class T>
T __ldlu(const T* from) {
  return *from;
}
template <class T>
T __ldcv(const T* from) {
  return *from;
}

namespace cuda_sim {
// The address alone decides the type, as with nvcc's overloads.
template <class T>
struct Same {
  using Type = T;
};
}  // namespace cuda_sim

template <class T>
void __stwb(T* to, typename cuda_sim::Same<T>::Type value) {
  *to = value;
}
template <class T>
void __stcg(T* to, typename cuda_sim::Same<T>::Type value) {
  *to = value;
}
template <class T>
void __stcs(T* to, typename cuda_sim::Same<T>::Type value) {
  *to = value;
}
template <class T>
void __stwt(T* to, typename cuda_sim::Same<T>::Type value) {
  *to = value;
}

#endif  // CRESSET_TESTS_CUDA_SIM_KERNEL_LOADS_H_
