// GPUs beyond what tensors do by themselves: streams, memory, random numbers,
// graphs. As torch.cuda, and with its names.
//
// The header needs no CUDA toolkit, and programs that are built without the
// backend may use it: is_available() is false there, and whatever needs a GPU
// throws kDevice with what to build with. Where a device is asked for, the
// default is current_device().
//
// Errors: kDevice if there is no such device; kCuda if a call fails.
// Threads: current_device() and current_stream() belong to the thread; all
//          else may be called from any thread.

#ifndef CRESSET_CUDA_CUDA_H_
#define CRESSET_CUDA_CUDA_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cresset/tensor/base/device.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset::internal {
class CudaGraph;
}

namespace cresset::cuda {

// ---- Devices ----

/// Whether a GPU can be used. Torch: torch.cuda.is_available()
bool is_available();
/// Torch: torch.cuda.device_count()
int device_count();

/// The device that calls of this header mean when they are given none; cuda:0
/// at first. Tensors do not follow it: "cuda" is cuda:0 everywhere.
Device current_device();
void set_device(Device device);

/// Sets the current device until the end of a scope.
/// Torch: torch.cuda.device(device)
class DeviceGuard {
 public:
  explicit DeviceGuard(Device device) : previous_(current_device()) {
    set_device(device);
  }
  ~DeviceGuard();
  DeviceGuard(const DeviceGuard&) = delete;
  DeviceGuard& operator=(const DeviceGuard&) = delete;

 private:
  Device previous_;
};

/// Torch: torch.cuda.get_device_properties(device)
struct DeviceProperties {
  std::string name;
  int major = 0;  ///< of the compute capability: 9 for Hopper
  int minor = 0;
  int multi_processor_count = 0;
  size_t total_memory = 0;
  size_t shared_memory_per_block = 0;  ///< with the opt-in limit
};
DeviceProperties get_device_properties(Device device = current_device());
std::string get_device_name(Device device = current_device());

/// Waits for all work of the device.
/// Errors: kIndex if a kernel met an index that was out of range.
/// Torch:  torch.cuda.synchronize(device)
void synchronize(Device device = current_device());

// ---- Streams and events ----

class Event;

/// A queue of work. Work of one stream runs in order, streams run side by side.
/// Streams come from a pool of 32 a device and priority, and come round again.
/// Torch: torch.cuda.Stream
class Stream {
 public:
  /// A lower `priority` (0 or -1) is preferred.
  explicit Stream(Device device = current_device(), int priority = 0);

  Device device() const { return device_; }
  /// The cudaStream_t.
  void* native_handle() const { return handle_; }

  /// Waits on the host for what was queued so far.
  void synchronize() const;
  /// Whether all that was queued is done.
  bool query() const;
  /// What is queued from now on waits for the event, or for what the other
  /// stream has now.
  void wait_event(const Event& event) const;
  void wait_stream(const Stream& other) const;

  friend bool operator==(const Stream& a, const Stream& b) {
    return a.device_ == b.device_ && a.handle_ == b.handle_;
  }

 private:
  friend Stream current_stream(Device device);
  friend Stream default_stream(Device device);
  Stream(Device device, void* handle) : device_(device), handle_(handle) {}

  Device device_;
  void* handle_;
};

/// Where this thread's work on the device goes.
Stream current_stream(Device device = current_device());
Stream default_stream(Device device = current_device());
void set_stream(const Stream& stream);

/// Sets the current stream of its device until the end of a scope.
/// Torch: torch.cuda.stream(stream)
class StreamGuard {
 public:
  explicit StreamGuard(const Stream& stream)
      : previous_(current_stream(stream.device())) {
    set_stream(stream);
  }
  ~StreamGuard();
  StreamGuard(const StreamGuard&) = delete;
  StreamGuard& operator=(const StreamGuard&) = delete;

 private:
  Stream previous_;
};

/// Keeps x's memory from reuse until `stream` is done with what it has when x
/// is dropped. Needed where x was made on another stream.
/// Torch: x.record_stream(stream)
void record_stream(const Tensor& x, const Stream& stream);

/// A place in a stream.
/// Torch: torch.cuda.Event
class Event {
 public:
  explicit Event(bool enable_timing = false) : timing_(enable_timing) {}
  ~Event();
  Event(Event&& other) noexcept { *this = std::move(other); }
  Event& operator=(Event&& other) noexcept;

  /// Marks the present end of the stream.
  void record(const Stream& stream = current_stream());
  /// Whether the stream has passed the mark; true before record().
  bool query() const;
  /// Waits for that on the host.
  void synchronize() const;
  /// Milliseconds from this mark to the other.
  /// Errors: kState unless both have timing, are recorded and passed.
  double elapsed_time(const Event& end) const;

 private:
  friend class Stream;
  void* handle_ = nullptr;
  Device device_;
  bool timing_ = false;
};

// ---- Memory ----

/// What the device's caching allocator holds; bytes, or counts.
struct MemoryStats {
  int64_t allocated = 0;  ///< in use by tensors
  int64_t peak_allocated = 0;
  int64_t reserved = 0;  ///< in use, or cached for reuse
  int64_t peak_reserved = 0;
  int64_t segments = 0;       ///< blocks had from cudaMalloc
  int64_t allocations = 0;    ///< requests so far
  int64_t retries = 0;        ///< times the cache was emptied for a request
  int64_t out_of_memory = 0;  ///< times that did not help
};
MemoryStats memory_stats(Device device = current_device());
/// Starts the peaks anew. Torch: torch.cuda.reset_peak_memory_stats(device)
void reset_peak_memory_stats(Device device = current_device());

/// Single numbers of memory_stats(), under PyTorch's names.
int64_t memory_allocated(Device device = current_device());
int64_t max_memory_allocated(Device device = current_device());
int64_t memory_reserved(Device device = current_device());
int64_t max_memory_reserved(Device device = current_device());

/// Free and total bytes of the GPU. Torch: torch.cuda.mem_get_info(device)
std::pair<size_t, size_t> mem_get_info(Device device = current_device());

/// Gives cached memory of all devices back to the driver. Page-locked memory of
/// the host is kept; see empty_host_cache().
/// Torch: torch.cuda.empty_cache()
void empty_cache();

/// Lets tensors have at most this part of the GPU's memory.
/// Errors: kValue unless 0 <= fraction <= 1.
/// Torch:  torch.cuda.set_per_process_memory_fraction(fraction, device)
void set_per_process_memory_fraction(double fraction,
                                     Device device = current_device());

/// What page-locked memory of the host is held, in bytes: by pin_memory(), and
/// while checkpoints are loaded to a device or saved from one.
/// Torch: torch.cuda.host_memory_stats()
struct HostMemoryStats {
  int64_t allocated = 0;  ///< in use by tensors, or by copies on their way
  int64_t peak_allocated = 0;
  int64_t reserved = 0;  ///< in use, or cached for reuse
  int64_t peak_reserved = 0;
};
HostMemoryStats host_memory_stats();
/// Starts the peaks anew. Torch: torch.cuda.reset_peak_host_memory_stats()
void reset_peak_host_memory_stats();

/// Gives cached page-locked memory back to the system; waits for the copies
/// that use what has been dropped. Does nothing while a graph is captured.
/// Torch: torch.accelerator.memory.empty_host_cache()
void empty_host_cache();

/// A copy of `x` in page-locked memory, x itself if it lies there already.
/// Errors: kDevice unless x is on the CPU.
/// Torch:  x.pin_memory()
Tensor pin_memory(const Tensor& x);
/// Torch: x.is_pinned()
bool is_pinned(const Tensor& x);

/// Copies that return at once where one side is in page-locked memory: the
/// host must not change the source, or read the result, before the stream is
/// synchronised. Otherwise as to() and copy_().
/// Torch: x.to(device, non_blocking=True), y.copy_(x, non_blocking=True)
Tensor to_async(const Tensor& x, Device device);
const Tensor& copy_async_(const Tensor& y, const Tensor& x);

// ---- Random numbers ----

/// Seeds one device's generator, or all. cresset::manual_seed() does the
/// latter, too. Equal seeds give equal numbers on every GPU.
void manual_seed(uint64_t seed, Device device = current_device());
void manual_seed_all(uint64_t seed);
uint64_t initial_seed(Device device = current_device());

/// Seed and offset as 16 bytes, in PyTorch's layout. The numbers themselves are
/// not PyTorch's.
/// Errors: kValue unless the bytes are such a state.
/// Torch:  torch.cuda.get_rng_state(device)
std::vector<uint8_t> get_rng_state(Device device = current_device());
void set_rng_state(const std::vector<uint8_t>& state,
                   Device device = current_device());

// ---- How products and convolutions are computed ----

/// Whether float32 matrix products and convolutions may use TF32 tensor cores,
/// with 10 bits of mantissa instead of 23 for the factors.
/// Torch: torch.backends.cuda.matmul.allow_tf32 (default false),
///        torch.backends.cudnn.allow_tf32 (default true)
bool matmul_allow_tf32();
void set_matmul_allow_tf32(bool allow);
bool cudnn_allow_tf32();
void set_cudnn_allow_tf32(bool allow);

/// Whether the first convolution of each geometry times several of cuDNN's
/// plans and keeps the fastest, which waits for the device.
/// Torch: torch.backends.cudnn.benchmark (default false)
bool cudnn_benchmark();
void set_cudnn_benchmark(bool value);

/// Whether only plans are used whose results never vary from run to run.
/// Torch: torch.backends.cudnn.deterministic (default false)
bool cudnn_deterministic();
void set_cudnn_deterministic(bool value);

// ---- Graphs ----

/// A sequence of device work that is captured once and replayed at the cost of
/// a single launch, reading and writing the same tensors every time.
///
///   cuda::Graph graph;
///   graph.capture([&] { y = model(x); });  // x and the weights stay in place
///   x.copy_(batch);
///   graph.replay();                        // y holds the new result
///
/// What is captured does not run. Run it a few times before on the same
/// device, so that libraries are loaded and their plans chosen. Tensors made in
/// it live in memory of the graph. Every replay draws new random numbers.
///
/// Errors: kState for what waits for the device inside, or calls in the wrong
///         order.
/// Torch:  torch.cuda.CUDAGraph
class Graph {
 public:
  Graph();
  ~Graph();
  Graph(Graph&&) noexcept;
  Graph& operator=(Graph&&) noexcept;

  /// Captures what f() does on a stream of its own.
  template <class F>
  void capture(F&& f, Device device = current_device());

  /// The same in two steps, on the current stream of the device, which must
  /// not be the default one.
  void capture_begin(Device device = current_device());
  void capture_end();
  /// Ends a capture and forgets it.
  void capture_cancel() noexcept;

  /// Queues the captured work on the current stream.
  void replay() const;
  /// Frees what the graph holds.
  void reset();

 private:
  std::unique_ptr<internal::CudaGraph> graph_;
};

/// Captures what happens in a scope. An error that shows only when the capture
/// ends is thrown by replay().
/// Torch: torch.cuda.graph(graph)
class GraphGuard {
 public:
  explicit GraphGuard(Graph& graph, Device device = current_device());
  ~GraphGuard();
  GraphGuard(const GraphGuard&) = delete;
  GraphGuard& operator=(const GraphGuard&) = delete;

 private:
  Graph& graph_;
  StreamGuard stream_;
  int exceptions_;
};

template <class F>
void Graph::capture(F&& f, Device device) {
  cuda::synchronize(device);
  const StreamGuard stream{Stream(device)};
  capture_begin(device);
  try {
    f();
  } catch (...) {
    capture_cancel();
    throw;
  }
  capture_end();
}

}  // namespace cresset::cuda

#endif  // CRESSET_CUDA_CUDA_H_
