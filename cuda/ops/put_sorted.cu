#include "cresset/cuda/ops/device.cuh"
#include "cresset/cuda/ops/put_op.cuh"
#include "cresset/cuda/ops/put_sorted.cuh"
#include "cresset/cuda/runtime/launch.cuh"

namespace cresset::internal::cuda {
namespace {

// Sorted writers are combined in pieces of this many. A run of equal keys that
// reaches over the edge of a piece leaves the sums of its parts: `head` of the
// run that comes from the piece before, `tail` of the one that goes on.
constexpr int kPiece = 64;

struct Writers {
  const int64_t* keys;     // sorted [n]
  const uint32_t* places;  // where they stood
  int64_t n, limit, pieces;
  Divider by_after, by_rows;  // rows: writers or pieces
  Walk<1> before, after, target, from;
  PutOp op;
  bool mean;
  bool as_is_target, as_is_from;

  __device__ int64_t target_of(int64_t key) const {
    return as_is_target ? key : target.place(key);
  }
  __device__ int64_t source_of(int64_t b, int64_t j, int64_t c) const {
    const int64_t i = (b * n + places[j]) * after.numel() + c;
    return as_is_from ? i : from.place(i);
  }
  // The first j in [0, n) whose key is not below `key`.
  __device__ int64_t first_of(int64_t key) const {
    int64_t low = 0, high = n;
    while (low < high) {
      const int64_t middle = (low + high) / 2;
      if (keys[middle] < key) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
};

// The last of several writers wins.
template <class T>
__global__ void assign_last(const __grid_constant__ Writers w, T* x,
                            const T* source, int64_t total) {
  int64_t i = global_index();
  if (i >= total) return;
  const int64_t c = w.by_after.split(i);
  const int64_t j = w.by_rows.split(i), b = i;
  const int64_t key = w.keys[j];
  if (key >= w.limit || (j + 1 < w.n && w.keys[j + 1] == key)) return;
  x[w.before.place(b) + w.target_of(key) + w.after.place(c)] =
      source[w.source_of(b, j, c)];
}

template <class W>
__device__ void finish_run(const Writers& w, const Elements<W>& x, int64_t at,
                           int64_t key, W sum) {
  if (w.mean) {
    const int64_t count = w.first_of(key + 1) - w.first_of(key);
    if constexpr (sizeof(W) == sizeof(float)) {
      sum *= 1.0f / static_cast<float>(count);
    } else if constexpr (requires { sum /= 1.0; }) {
      sum *= 1.0 / static_cast<double>(count);
    }
  }
  x.store(at, combine(w.op, x.load(at), sum));
}

// Thread (b, piece, c).
template <class W>
__global__ void combine_pieces(const __grid_constant__ Writers w, Elements<W> x,
                               Elements<W> source, W* heads, W* tails,
                               int64_t total) {
  const int64_t number = global_index();
  if (number >= total) return;
  int64_t i = number;
  const int64_t c = w.by_after.split(i);
  const int64_t piece = w.by_rows.split(i), b = i;
  const int64_t begin = piece * kPiece;
  const int64_t end = begin + kPiece < w.n ? begin + kPiece : w.n;
  const int64_t base = w.before.place(b) + w.after.place(c);
  const bool enters = begin > 0 && w.keys[begin - 1] == w.keys[begin];
  const bool leaves = end < w.n && w.keys[end] == w.keys[end - 1];
  int64_t key = w.keys[begin];
  bool is_head = enters;
  W sum = source.load(w.source_of(b, begin, c));
  for (int64_t j = begin + 1; j < end; ++j) {
    const int64_t next = w.keys[j];
    const W value = source.load(w.source_of(b, j, c));
    if (next == key) {
      sum = combine(w.op, sum, value);
      continue;
    }
    if (is_head) {
      heads[number] = sum;
    } else if (key < w.limit) {
      finish_run(w, x, base + w.target_of(key), key, sum);
    }
    is_head = false;
    key = next;
    sum = value;
  }
  if (is_head) {
    heads[number] = sum;  // it may also leave: then it is a whole piece
  } else if (leaves) {
    tails[number] = sum;
  } else if (key < w.limit) {
    finish_run(w, x, base + w.target_of(key), key, sum);
  }
}

// The thread of the piece in which a run begins adds the parts in the pieces
// that follow.
template <class W>
__global__ void combine_runs(const __grid_constant__ Writers w, Elements<W> x,
                             const W* heads, const W* tails, int64_t total) {
  const int64_t number = global_index();
  if (number >= total) return;
  int64_t i = number;
  const int64_t c = w.by_after.split(i);
  const int64_t piece = w.by_rows.split(i), b = i;
  const int64_t end = (piece + 1) * kPiece;
  if (end >= w.n) return;
  const int64_t key = w.keys[end - 1];
  if (w.keys[end] != key || key >= w.limit) return;
  const int64_t begin = piece * kPiece;
  // A run that fills this piece from an earlier one on began there.
  if (w.keys[begin] == key && begin > 0 && w.keys[begin - 1] == key) return;
  W sum = tails[number];
  const int64_t width = w.after.numel();
  int64_t at = number;
  for (int64_t next = end; next < w.n && w.keys[next] == key; next += kPiece) {
    at += width;
    sum = combine(w.op, sum, heads[at]);
  }
  finish_run(w, x, w.before.place(b) + w.target_of(key) + w.after.place(c), key,
             sum);
}

template <class W>
void run_combine(const SortedPut& put, const Writers& w) {
  const Device device = put.x.device();
  const int64_t total = put.before.numel() * w.pieces * put.after.numel();
  const Elements<W> x{put.x.raw_data(), put.x.dtype()};
  const Elements<W> source{put.source.raw_data(), put.source.dtype()};
  const size_t bytes =
      w.pieces == 1 ? 0 : static_cast<size_t>(total) * sizeof(W);
  const Scratch heads(device, bytes), tails(device, bytes);
  launch(device, one_thread_each(total, 128), combine_pieces<W>, w, x, source,
         heads.as<W>(), tails.as<W>(), total);
  if (w.pieces == 1) return;
  launch(device, one_thread_each(total, 128), combine_runs<W>, w, x,
         heads.as<W>(), tails.as<W>(), total);
}

}  // namespace

void put_sorted(const SortedPut& put, const int64_t* keys) {
  const int64_t width = put.after.numel();
  const int64_t total = put.before.numel() * put.n * width;
  if (total == 0) return;
  check_put_op(put.x.dtype(), put.op);
  const Device device = put.x.device();
  const SortedKeys sorted = sort_keys(device, keys, put.n, put.limit + 1);
  Writers w;
  w.keys = sorted.keys.as<int64_t>();
  w.places = sorted.places.as<uint32_t>();
  w.n = put.n;
  w.limit = put.limit;
  w.pieces = (put.n + kPiece - 1) / kPiece;
  w.by_after = Divider(width);
  w.by_rows = Divider(put.op == PutOp::kAssign ? w.n : w.pieces);
  w.before = put.before;
  w.after = put.after;
  w.target = put.target;
  w.from = put.from;
  w.op = put.op;
  w.mean = put.mean;
  w.as_is_target = put.target.is_identity();
  w.as_is_from = put.from.is_identity();
  if (put.op == PutOp::kAssign) {
    visit_bytes(put.x.itemsize(), [&](auto t) {
      using T = decltype(t);
      launch(device, one_thread_each(total), assign_last<T>, w,
             static_cast<T*>(put.x.raw_data()),
             static_cast<const T*>(put.source.raw_data()), total);
    });
    return;
  }
  visit_wide(put.x.dtype(), "index",
             [&](auto t) { run_combine<decltype(t)>(put, w); });
}

}  // namespace cresset::internal::cuda
