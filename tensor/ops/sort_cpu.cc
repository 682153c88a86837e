// Sorting of rows: elements become unsigned keys whose order is the wanted one,
// and keys with their places are sorted by radix, or by comparison if few.

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>
#include <utility>

#include "cresset/tensor/core/parallel.h"
#include "cresset/tensor/ops/sort.h"

namespace cresset::internal {
namespace {

template <class T>
struct KeyOf;
template <>
struct KeyOf<float> {
  using Type = uint32_t;
};
template <>
struct KeyOf<double> {
  using Type = uint64_t;
};
template <>
struct KeyOf<int64_t> {
  using Type = uint64_t;
};

// A number whose order among keys is that of x: zeros of both signs are equal,
// NaN comes last.
template <class T>
typename KeyOf<T>::Type key_of(T x) {
  using Key = typename KeyOf<T>::Type;
  constexpr Key kTop = Key{1} << (sizeof(Key) * 8 - 1);
  if constexpr (std::is_integral_v<T>) {
    return static_cast<Key>(x) ^ kTop;
  } else {
    if (x != x) return ~Key{0};
    const Key bits = std::bit_cast<Key>(x + T{0});
    return bits & kTop ? ~bits : bits | kTop;
  }
}

// The number that `key` was made of, but for the sign of zero and NaN.
template <class T>
T value_of(typename KeyOf<T>::Type key) {
  using Key = typename KeyOf<T>::Type;
  constexpr Key kTop = Key{1} << (sizeof(Key) * 8 - 1);
  if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(key ^ kTop);
  } else {
    return std::bit_cast<T>(key & kTop ? key ^ kTop : ~key);
  }
}

template <class Key>
struct Entry {
  Key key;
  uint32_t place;
};

template <class Key>
bool precedes(const Entry<Key>& a, const Entry<Key>& b) {
  return a.key != b.key ? a.key < b.key : a.place < b.place;
}

// Least significant digit first; digits that all keys share cost nothing.
template <class Key>
Entry<Key>* radix_sort(Entry<Key>* from, Entry<Key>* to, int64_t n) {
  constexpr int kBits = 8;
  constexpr int kDigits = (sizeof(Key) * 8 + kBits - 1) / kBits;
  constexpr uint32_t kValues = 1u << kBits;
  const auto counts = std::make_unique<uint32_t[]>(kDigits * kValues);
  for (int64_t i = 0; i < n; ++i) {
    Key key = from[i].key;
    for (int d = 0; d < kDigits; ++d, key >>= kBits) {
      ++counts[static_cast<size_t>(d) * kValues + (key & (kValues - 1))];
    }
  }
  for (int d = 0; d < kDigits; ++d) {
    uint32_t* count = counts.get() + static_cast<size_t>(d) * kValues;
    const int shift = d * kBits;
    if (count[from[0].key >> shift & (kValues - 1)] == n) continue;
    uint32_t start = 0;
    for (uint32_t v = 0; v < kValues; ++v) {
      start += std::exchange(count[v], start);
    }
    for (int64_t i = 0; i < n; ++i) {
      to[count[from[i].key >> shift & (kValues - 1)]++] = from[i];
    }
    std::swap(from, to);
  }
  return from;
}

template <class T>
class RowSorter {
 public:
  using Key = typename KeyOf<T>::Type;

  RowSorter(int64_t n, int64_t k, bool descending)
      : n_(n), k_(k), flip_(descending ? ~Key{0} : Key{0}) {}

  void sort(const T* x, T* values, int64_t* indices) {
    const Entry<Key>* first = k_ <= kFew && k_ * 8 < n_ ? few(x) : all(x);
    for (int64_t i = 0; i < k_; ++i) {
      // Faster than to fetch the element, which is anywhere in the row.
      values[i] = value_of<T>(first[i].key ^ flip_);
      if (values[i] == T{0} || values[i] != values[i]) {
        values[i] = x[first[i].place];
      }
      indices[i] = first[i].place;
    }
  }

 private:
  static constexpr int64_t kFew = 64;
  static constexpr int64_t kSmall = 512;

  // The first k_ in order: each element is compared with the last of those
  // chosen so far, and almost always it does not come before.
  const Entry<Key>* few(const T* x) {
    int64_t count = 0;
    Key limit = 0;
    T last = 0;
    for (int64_t i = 0; i < n_; ++i) {
      // The quick test; a NaN on either side fails it.
      if (count == k_ && (flip_ != 0 ? x[i] <= last : x[i] >= last)) continue;
      const Key key = key_of(x[i]) ^ flip_;
      if (count == k_ && key >= limit) continue;
      int64_t at = count < k_ ? count++ : k_ - 1;
      for (; at > 0 && few_[at - 1].key > key; --at) few_[at] = few_[at - 1];
      few_[at] = {key, static_cast<uint32_t>(i)};
      limit = few_[count - 1].key;
      last = x[few_[count - 1].place];
    }
    return few_;
  }

  const Entry<Key>* all(const T* x) {
    if (!entries_) entries_.reset(new Entry<Key>[static_cast<size_t>(2 * n_)]);
    Entry<Key>* from = entries_.get();
    for (int64_t i = 0; i < n_; ++i) {
      from[i] = {static_cast<Key>(key_of(x[i]) ^ flip_),
                 static_cast<uint32_t>(i)};
    }
    if (n_ > kSmall) return radix_sort(from, from + n_, n_);
    std::sort(from, from + n_, precedes<Key>);
    return from;
  }

  int64_t n_;
  int64_t k_;
  Key flip_;
  Entry<Key> few_[kFew];
  std::unique_ptr<Entry<Key>[]> entries_;
};

template <class T>
void sort_rows(const SortCall& call) {
  const int64_t rows = call.x.size(0), n = call.x.size(1), k = call.k;
  const T* x = call.x.data<T>();
  T* values = call.values.data<T>();
  int64_t* indices = call.indices.data<int64_t>();
  constexpr int64_t kGrain = 1 << 12;
  parallel_for(0, rows, std::max<int64_t>(1, kGrain / n),
               [&](int64_t first, int64_t last) {
                 RowSorter<T> sorter(n, k, call.descending);
                 for (int64_t r = first; r < last; ++r) {
                   sorter.sort(x + r * n, values + r * k, indices + r * k);
                 }
               });
}

}  // namespace

void sort_cpu(const SortCall& call) {
  CRESSET_CHECK(call.x.size(1) <= INT64_C(0xffffffff), kUnsupported,
                "sort: a row may have 2^32 - 1 elements; got ", call.x.size(1));
  switch (call.x.dtype()) {
    case Dtype::kFloat32:
      return sort_rows<float>(call);
    case Dtype::kFloat64:
      return sort_rows<double>(call);
    default:
      return sort_rows<int64_t>(call);
  }
}

}  // namespace cresset::internal
