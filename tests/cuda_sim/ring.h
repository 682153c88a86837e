// A queue of at most as many elements as it was made for.

#ifndef CRESSET_TESTS_CUDA_SIM_RING_H_
#define CRESSET_TESTS_CUDA_SIM_RING_H_

#include <cstddef>
#include <vector>

namespace cuda_sim {

template <class T>
class Ring {
 public:
  // Empties it; `capacity` is a power of two.
  void reset(size_t capacity) {
    if (items_.size() < capacity) items_.resize(capacity);
    head_ = tail_ = 0;
  }
  bool empty() const { return head_ == tail_; }
  void push(T item) { items_[tail_++ & (items_.size() - 1)] = item; }
  T pop() { return items_[head_++ & (items_.size() - 1)]; }

 private:
  std::vector<T> items_;
  size_t head_ = 0;
  size_t tail_ = 0;
};

}  // namespace cuda_sim

#endif  // CRESSET_TESTS_CUDA_SIM_RING_H_
