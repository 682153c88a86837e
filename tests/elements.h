// The elements of tensors, whatever device they are on.
//
// The host cannot see a GPU's memory, and the simulated one ends a program that
// tries; tests fill tensors and read them through these.

#ifndef CRESSET_TESTS_ELEMENTS_H_
#define CRESSET_TESTS_ELEMENTS_H_

#include <cstdint>
#include <vector>

#include "cresset/tensor/core/tensor.h"

namespace cresset::testing {

// A tensor on the default device whose element i, in row-major order, is f(i).
template <class T, class F>
Tensor generated(IntSpan shape, F f) {
  const Tensor x = empty(shape, {.dtype = dtype_of<T>, .device = Device()});
  for (int64_t i = 0; i < x.numel(); ++i) {
    x.data<T>()[i] = static_cast<T>(f(i));
  }
  return x.to(default_device());
}

// Gives x, whose dtype is T, the elements f(0), f(1), ...
template <class T, class F>
void generate(const Tensor& x, F f) {
  x.detach().copy_(generated<T>(x.sizes(), f));
}

// The elements in row-major order.
template <class T>
std::vector<T> elements(const Tensor& x) {
  const Tensor host = x.detach().cpu().contiguous();
  return {host.data<T>(), host.data<T>() + host.numel()};
}

// Element i in row-major order.
template <class T>
T element(const Tensor& x, int64_t i) {
  return x.detach().cpu().contiguous().data<T>()[i];
}

}  // namespace cresset::testing

#endif  // CRESSET_TESTS_ELEMENTS_H_
