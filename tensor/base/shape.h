// Sizes and strides: a view of integers for arguments, a small vector to keep.

#ifndef CRESSET_TENSOR_BASE_SHAPE_H_
#define CRESSET_TENSOR_BASE_SHAPE_H_

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string>
#include <vector>

namespace cresset {

/// A vector of int64 that keeps up to six elements inside itself, which is
/// every size and stride list of ordinary networks.
class Shape {
 public:
  using value_type = int64_t;
  static constexpr size_t kInline = 6;

  Shape() = default;
  explicit Shape(size_t n, int64_t value = 0) { resize(n, value); }
  Shape(std::initializer_list<int64_t> values)
      : Shape(values.begin(), values.end()) {}
  Shape(const int64_t* first, const int64_t* last) {
    reserve(static_cast<size_t>(last - first));
    size_ = static_cast<size_t>(last - first);
    if (size_ != 0) std::memcpy(data_, first, size_ * sizeof(int64_t));
  }
  Shape(const Shape& other) : Shape(other.begin(), other.end()) {}
  Shape(Shape&& other) noexcept { take(other); }
  Shape& operator=(const Shape& other) {
    if (this != &other) {
      reserve(other.size_);
      size_ = other.size_;
      if (size_ != 0) std::memcpy(data_, other.data_, size_ * sizeof(int64_t));
    }
    return *this;
  }
  Shape& operator=(Shape&& other) noexcept {
    if (this != &other) {
      release();
      take(other);
    }
    return *this;
  }
  ~Shape() { release(); }

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  int64_t* data() { return data_; }
  const int64_t* data() const { return data_; }
  int64_t& operator[](size_t i) { return data_[i]; }
  int64_t operator[](size_t i) const { return data_[i]; }
  int64_t* begin() { return data_; }
  int64_t* end() { return data_ + size_; }
  const int64_t* begin() const { return data_; }
  const int64_t* end() const { return data_ + size_; }
  int64_t back() const { return data_[size_ - 1]; }
  int64_t& back() { return data_[size_ - 1]; }
  int64_t front() const { return data_[0]; }

  void push_back(int64_t value) {
    if (size_ == capacity_) reserve(2 * capacity_);
    data_[size_++] = value;
  }
  void pop_back() { --size_; }
  void resize(size_t n, int64_t value = 0) {
    reserve(n);
    for (size_t i = size_; i < n; ++i) data_[i] = value;
    size_ = n;
  }
  void insert(size_t at, int64_t value) {
    push_back(value);
    for (size_t i = size_ - 1; i > at; --i) data_[i] = data_[i - 1];
    data_[at] = value;
  }
  void erase(size_t at) {
    for (size_t i = at + 1; i < size_; ++i) data_[i - 1] = data_[i];
    --size_;
  }
  void clear() { size_ = 0; }
  void reserve(size_t n) {
    if (n > capacity_) grow(n);
  }

 private:
  void grow(size_t n);
  void release() {
    if (data_ != inline_) delete[] data_;
  }
  void take(Shape& other) {
    size_ = other.size_;
    if (other.data_ == other.inline_) {
      data_ = inline_;
      capacity_ = kInline;
      if (size_ != 0) {
        std::memcpy(inline_, other.inline_, size_ * sizeof(int64_t));
      }
    } else {
      data_ = other.data_;
      capacity_ = other.capacity_;
    }
    other.data_ = other.inline_;
    other.capacity_ = kInline;
    other.size_ = 0;
  }

  int64_t* data_ = inline_;
  size_t size_ = 0;
  size_t capacity_ = kInline;
  int64_t inline_[kInline];
};

/// A list of integers passed as an argument: `{2, 3}`, a Shape or a vector.
/// It does not own its elements, so never keep one.
class IntSpan {
 public:
  constexpr IntSpan() = default;
  constexpr IntSpan(const int64_t* data, size_t size)
      : data_(data), size_(size) {}
  constexpr IntSpan(const int64_t& value)
      : data_(&value), size_(1) {}  // NOLINT
#pragma GCC diagnostic push
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Winit-list-lifetime"
#endif
  constexpr IntSpan(std::initializer_list<int64_t> list)  // NOLINT
      : data_(list.begin()), size_(list.size()) {}
#pragma GCC diagnostic pop
  IntSpan(const Shape& shape)  // NOLINT
      : data_(shape.data()), size_(shape.size()) {}
  IntSpan(const std::vector<int64_t>& list)  // NOLINT
      : data_(list.data()), size_(list.size()) {}

  constexpr size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr const int64_t* data() const { return data_; }
  constexpr int64_t operator[](size_t i) const { return data_[i]; }
  constexpr const int64_t* begin() const { return data_; }
  constexpr const int64_t* end() const { return data_ + size_; }
  constexpr int64_t back() const { return data_[size_ - 1]; }
  Shape shape() const { return Shape(begin(), end()); }

  friend bool operator==(IntSpan a, IntSpan b) {
    return a.size_ == b.size_ &&
           (a.size_ == 0 ||
            std::memcmp(a.data_, b.data_, a.size_ * sizeof(int64_t)) == 0);
  }

 private:
  const int64_t* data_ = nullptr;
  size_t size_ = 0;
};

inline bool operator==(const Shape& a, const Shape& b) {
  return IntSpan(a) == IntSpan(b);
}

/// One integer for every spatial dimension, or a list with one each: `3` or
/// `{3, 5}`. What kernel sizes, strides and paddings are given as.
class Ints : public Shape {
 public:
  Ints() = default;
  template <std::integral T>
  Ints(T value) : Shape({static_cast<int64_t>(value)}) {}      // NOLINT
  Ints(std::initializer_list<int64_t> list) : Shape(list) {}  // NOLINT
  Ints(const Shape& shape) : Shape(shape) {}                  // NOLINT
  Ints(IntSpan list) : Shape(list.begin(), list.end()) {}     // NOLINT

  /// The list for `n` dimensions: repeated if it is one integer, `fallback` if
  /// it is empty.
  /// Errors: kValue, naming `op` and `argument`, for any other length.
  Shape expanded(size_t n, IntSpan fallback, const char* op,
                 const char* argument) const;
};

/// "[2, 3]", the form of all error texts.
std::string to_string(IntSpan dims);
inline std::string to_string(const Shape& shape) {
  return to_string(IntSpan(shape));
}

/// Product of the sizes; 1 for rank 0.
/// Errors: kShape if a size is negative or the product overflows int64.
int64_t numel_of(IntSpan sizes);

/// Row-major strides, in elements.
Shape contiguous_strides(IntSpan sizes);

/// The shape that `a` and `b` broadcast to.
/// Errors: kShape, naming `op`, if they do not.
/// Torch:  torch.broadcast_shapes(a, b)
Shape broadcast_shapes(IntSpan a, IntSpan b, const char* op = "broadcast");

/// `dim` as a non-negative index into `rank` dimensions. Rank 0 counts as 1.
/// Errors: kIndex if it is out of range, with PyTorch's text.
int64_t wrap_dim(int64_t dim, int64_t rank, const char* op);

}  // namespace cresset

#endif  // CRESSET_TENSOR_BASE_SHAPE_H_
