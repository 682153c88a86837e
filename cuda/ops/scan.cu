// Running sums, products and extremes over dense blocks [outer, n, inner].
//
// Columns (inner > 1, or very short rows) are scanned by one thread each, rows
// by a warp or a block. Where that leaves the device idle, columns and rows
// are cut into segments: their totals are scanned first, and each segment then
// starts from what came before it.

#include "cresset/cuda/ops/scan.cuh"
#include "cresset/cuda/runtime/launch.cuh"
#include "cresset/cuda/runtime/scratch.h"
#include "cresset/tensor/ops/elementwise.h"
#include "cresset/tensor/ops/scan_run.h"

namespace cresset::internal::cuda {
namespace {

struct Functions {
  void (*rows)(ScanArgs);
  void (*columns)(ScanArgs);
  void (*carries)(ScanArgs);
  size_t state_bytes;
};

template <class Scanner>
constexpr Functions functions_of() {
  return {scan_rows<Scanner>, scan_columns<Scanner>, scan_carries<Scanner>,
          sizeof(typename Scanner::State)};
}

// By Scan, then by compute type: float32, float64, int64.
const Functions& functions_for(Scan scan, Dtype compute) {
  static const Functions kFunctions[kNumScans][3] = {
      {functions_of<Accumulation<ScanPlus, float>>(),
       functions_of<Accumulation<ScanPlus, double>>(),
       functions_of<Accumulation<ScanPlus, int64_t>>()},
      {functions_of<Accumulation<ScanTimes, float>>(),
       functions_of<Accumulation<ScanTimes, double>>(),
       functions_of<Accumulation<ScanTimes, int64_t>>()},
      {functions_of<Accumulation<ScanLogPlus, float>>(),
       functions_of<Accumulation<ScanLogPlus, double>>(),
       {}},
      {functions_of<Extremes<ScanLarger, float>>(),
       functions_of<Extremes<ScanLarger, double>>(),
       functions_of<Extremes<ScanLarger, int64_t>>()},
      {functions_of<Extremes<ScanSmaller, float>>(),
       functions_of<Extremes<ScanSmaller, double>>(),
       functions_of<Extremes<ScanSmaller, int64_t>>()},
  };
  return kFunctions[static_cast<int>(scan)][column_of(compute)];
}

int64_t divided_up(int64_t a, int64_t b) { return (a + b - 1) / b; }

// Into how many pieces of at least `shortest` elements n is cut so that there
// are about `wanted` in all.
int64_t segments_for(int64_t n, int64_t lines, int64_t wanted,
                     int64_t shortest) {
  const int64_t most = n / shortest;
  const int64_t missing = wanted / lines;
  const int64_t count = missing < most ? missing : most;
  return count > 1 ? count : 1;
}

bool is_aligned(const Tensor& x) {
  return reinterpret_cast<intptr_t>(x.raw_data()) % 16 == 0;
}

void scan_cuda(const ScanCall& call) {
  ScanArgs args = {};
  args.x = call.x.raw_data();
  args.y = call.y.raw_data();
  args.index = call.index.defined() ? call.index.data<int64_t>() : nullptr;
  args.reverse = call.reverse;
  args.n = call.x.dim() == 0 ? 1 : call.x.size(call.dim);
  args.inner = 1;
  for (int64_t d = call.dim + 1; d < call.x.dim(); ++d) {
    args.inner *= call.x.size(d);
  }
  args.lines = call.x.numel() / args.n;
  args.vectors = args.n * static_cast<int64_t>(call.x.itemsize()) % 16 == 0 &&
                 is_aligned(call.x) && is_aligned(call.y);
  const Device device = call.x.device();
  const Functions& f = functions_for(call.scan, call.x.dtype());

  constexpr int64_t kShortRow = 16, kWarpRow = 512;
  const bool columns = args.inner > 1 || args.n <= kShortRow;
  args.group = args.n <= kWarpRow ? kWarp : kScanBlock;
  int64_t segments = 1;
  if (columns) {
    segments = segments_for(args.n, args.lines, int64_t{1} << 16, 32);
  } else if (args.group == kScanBlock) {
    segments = segments_for(args.n, args.lines, 512, 4 * kScanTile);
  }
  // Whole tiles, so that vectors stay aligned.
  args.segment =
      divided_up(divided_up(args.n, segments), kScanTile) * kScanTile;
  if (columns) args.segment = divided_up(args.n, segments);
  segments = divided_up(args.n, args.segment);

  const int64_t units = args.lines * segments;
  const LaunchShape shape =
      columns ? one_thread_each(units, kScanBlock)
              : one_block_each(divided_up(units, kScanBlock / args.group),
                               kScanBlock);
  const auto run = columns ? f.columns : f.rows;
  if (segments == 1) {
    launch(device, shape, run, args);
    return;
  }
  const Scratch states(device, f.state_bytes * static_cast<size_t>(units));
  args.states = states.as<void>();
  args.totals_only = true;
  launch(device, shape, run, args);
  args.segments = segments;
  launch(device, one_thread_each(args.lines, kWarp), f.carries, args);
  args.totals_only = false;
  launch(device, shape, run, args);
}

const ScanKernel::Entry on_cuda{scan_kernel, DeviceType::kCuda, scan_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
