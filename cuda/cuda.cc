#include "cresset/cuda/cuda.h"

#include <cstring>
#include <exception>

#include "cresset/cuda/api.h"
#include "cresset/tensor/core/backend.h"

namespace cresset {
namespace {

// Constant-initialised: the backend may register before main.
constinit internal::CudaApi* hook = nullptr;

internal::CudaApi& api(const char* what) {
  CRESSET_CHECK(hook != nullptr, kDevice, what,
                ": this needs the CUDA backend; build with --config=cuda and "
                "depend on @cresset//:cresset_cuda");
  return *hook;
}

}  // namespace

namespace internal {
void register_cuda_api(CudaApi* implementation) { hook = implementation; }
}  // namespace internal

namespace cuda {
namespace {

thread_local int current_index = 0;

constexpr size_t kStateBytes = 16;

}  // namespace

bool is_available() { return cresset::is_available(DeviceType::kCuda); }
int device_count() { return cresset::device_count(DeviceType::kCuda); }

Device current_device() { return Device(DeviceType::kCuda, current_index); }

void set_device(Device device) {
  api("cuda::set_device").check(device);
  current_index = device.index;
}

DeviceGuard::~DeviceGuard() { current_index = previous_.index; }

DeviceProperties get_device_properties(Device device) {
  return api("cuda::get_device_properties").properties(device);
}
std::string get_device_name(Device device) {
  return api("cuda::get_device_name").properties(device).name;
}

void synchronize(Device device) {
  api("cuda::synchronize").check(device);
  cresset::synchronize(device);
}

// ---- Streams and events ----

Stream::Stream(Device device, int priority)
    : device_(device),
      handle_(api("cuda::Stream").new_stream(device, priority)) {}

void Stream::synchronize() const {
  api("cuda::Stream").wait_for_stream(device_, handle_);
}
bool Stream::query() const {
  return api("cuda::Stream").stream_is_done(device_, handle_);
}
void Stream::wait_event(const Event& event) const {
  if (event.handle_ == nullptr) return;
  api("cuda::Stream").stream_waits(device_, handle_, event.handle_);
}
void Stream::wait_stream(const Stream& other) const {
  Event event;
  event.record(other);
  wait_event(event);
}

Stream current_stream(Device device) {
  return Stream(device, api("cuda::current_stream").current_stream(device));
}
Stream default_stream(Device device) {
  api("cuda::default_stream").check(device);
  return Stream(device, nullptr);
}
void set_stream(const Stream& stream) {
  api("cuda::set_stream")
      .set_current_stream(stream.device(), stream.native_handle());
}

StreamGuard::~StreamGuard() { set_stream(previous_); }

void record_stream(const Tensor& x, const Stream& stream) {
  CRESSET_CHECK(x.device() == stream.device(), kDevice,
                "cuda::record_stream: the tensor and the stream must be of one "
                "device; got ",
                x.device(), " and ", stream.device());
  api("cuda::record_stream").record_stream(x, stream.native_handle());
}

Event::~Event() {
  if (handle_ != nullptr) hook->delete_event(handle_);
}

Event& Event::operator=(Event&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(device_, other.device_);
  std::swap(timing_, other.timing_);
  return *this;
}

void Event::record(const Stream& stream) {
  internal::CudaApi& calls = api("cuda::Event");
  if (handle_ != nullptr && !(device_ == stream.device())) {
    calls.delete_event(std::exchange(handle_, nullptr));
  }
  if (handle_ == nullptr) handle_ = calls.new_event(stream.device(), timing_);
  device_ = stream.device();
  calls.record_event(device_, handle_, stream.native_handle());
}
bool Event::query() const {
  return handle_ == nullptr || api("cuda::Event").event_is_done(handle_);
}
void Event::synchronize() const {
  if (handle_ != nullptr) api("cuda::Event").wait_for_event(device_, handle_);
}
double Event::elapsed_time(const Event& end) const {
  CRESSET_CHECK(timing_ && end.timing_, kState,
                "cuda::Event::elapsed_time: both events must be created with "
                "enable_timing");
  CRESSET_CHECK(handle_ != nullptr && end.handle_ != nullptr, kState,
                "cuda::Event::elapsed_time: both events must be recorded");
  CRESSET_CHECK(query() && end.query(), kState,
                "cuda::Event::elapsed_time: both events must be completed; "
                "call synchronize() first");
  return api("cuda::Event").elapsed_time(handle_, end.handle_);
}

// ---- Memory ----

MemoryStats memory_stats(Device device) {
  return api("cuda::memory_stats").memory_stats(device);
}
void reset_peak_memory_stats(Device device) {
  api("cuda::reset_peak_memory_stats").reset_peak_memory_stats(device);
}
int64_t memory_allocated(Device device) {
  return memory_stats(device).allocated;
}
int64_t max_memory_allocated(Device device) {
  return memory_stats(device).peak_allocated;
}
int64_t memory_reserved(Device device) { return memory_stats(device).reserved; }
int64_t max_memory_reserved(Device device) {
  return memory_stats(device).peak_reserved;
}
std::pair<size_t, size_t> mem_get_info(Device device) {
  return api("cuda::mem_get_info").mem_get_info(device);
}

void empty_cache() {
  for (int i = 0; i < device_count(); ++i) {
    allocator_of(Device(DeviceType::kCuda, i)).empty_cache();
  }
}

void set_per_process_memory_fraction(double fraction, Device device) {
  CRESSET_CHECK(fraction >= 0 && fraction <= 1, kValue,
                "cuda::set_per_process_memory_fraction: invalid fraction: ",
                fraction, ". Should be within [0, 1]");
  const size_t total = get_device_properties(device).total_memory;
  api("cuda::set_per_process_memory_fraction")
      .set_memory_limit(
          device, static_cast<size_t>(static_cast<double>(total) * fraction));
}

HostMemoryStats host_memory_stats() {
  return api("cuda::host_memory_stats").host_memory_stats();
}
void reset_peak_host_memory_stats() {
  api("cuda::reset_peak_host_memory_stats").reset_peak_host_memory_stats();
}
void empty_host_cache() {
  if (hook != nullptr) hook->empty_host_cache();
}

Tensor pin_memory(const Tensor& x) {
  CRESSET_CHECK(x.device().is_cpu(), kDevice,
                "cuda::pin_memory: only dense CPU tensors can be pinned; got "
                "one on ",
                x.device());
  internal::CudaApi& calls = api("cuda::pin_memory");
  if (calls.is_pinned(x.storage()->data())) return x;
  const bool dense = internal::is_dense(x.sizes(), x.strides());
  const Tensor y = calls.pinned_empty(
      x.sizes(), dense ? x.strides() : contiguous_strides(x.sizes()),
      x.dtype());
  return y.copy_(x.detach());
}

bool is_pinned(const Tensor& x) {
  return hook != nullptr && x.device().is_cpu() &&
         hook->is_pinned(x.storage()->data());
}

namespace {

class WithoutWaiting {
 public:
  WithoutWaiting()
      : before_(hook != nullptr && hook->set_copies_without_waiting(true)) {}
  ~WithoutWaiting() {
    if (hook != nullptr) hook->set_copies_without_waiting(before_);
  }
  WithoutWaiting(const WithoutWaiting&) = delete;
  WithoutWaiting& operator=(const WithoutWaiting&) = delete;

 private:
  bool before_;
};

}  // namespace

Tensor to_async(const Tensor& x, Device device) {
  const WithoutWaiting mode;
  if (!device.is_cpu() || !x.device().is_cuda()) return x.to(device);
  // The host's side is new here, and must be pinned to be written later.
  const Tensor y =
      api("cuda::to_async")
          .pinned_empty(x.sizes(), contiguous_strides(x.sizes()), x.dtype());
  return y.copy_(x.contiguous());
}

const Tensor& copy_async_(const Tensor& y, const Tensor& x) {
  const WithoutWaiting mode;
  return y.copy_(x);
}

// ---- Random numbers ----

void manual_seed(uint64_t seed, Device device) {
  api("cuda::manual_seed").manual_seed(device, seed);
}
void manual_seed_all(uint64_t seed) {
  if (internal::Backend* backend = internal::find_backend(DeviceType::kCuda)) {
    backend->manual_seed(seed);
  }
}
uint64_t initial_seed(Device device) {
  return api("cuda::initial_seed").initial_seed(device);
}

std::vector<uint8_t> get_rng_state(Device device) {
  const auto [seed, offset] = api("cuda::get_rng_state").random_state(device);
  std::vector<uint8_t> state(kStateBytes);
  std::memcpy(state.data(), &seed, sizeof(seed));
  std::memcpy(state.data() + sizeof(seed), &offset, sizeof(offset));
  return state;
}

void set_rng_state(const std::vector<uint8_t>& state, Device device) {
  CRESSET_CHECK(state.size() == kStateBytes, kValue,
                "cuda::set_rng_state: a state has ", kStateBytes,
                " bytes; got ", state.size());
  uint64_t seed = 0, offset = 0;
  std::memcpy(&seed, state.data(), sizeof(seed));
  std::memcpy(&offset, state.data() + sizeof(seed), sizeof(offset));
  CRESSET_CHECK(offset % 4 == 0, kValue,
                "cuda::set_rng_state: offset must be a multiple of 4; got ",
                offset);
  api("cuda::set_rng_state").set_random_state(device, seed, offset);
}

// ---- TF32 ----

// Without the backend the switches have nothing to switch.
bool matmul_allow_tf32() { return hook != nullptr && hook->allows_tf32(false); }
bool cudnn_allow_tf32() { return hook == nullptr || hook->allows_tf32(true); }
void set_matmul_allow_tf32(bool allow) {
  if (hook != nullptr) hook->set_allows_tf32(false, allow);
}
void set_cudnn_allow_tf32(bool allow) {
  if (hook != nullptr) hook->set_allows_tf32(true, allow);
}
bool cudnn_benchmark() { return hook != nullptr && hook->conv_benchmark(); }
void set_cudnn_benchmark(bool value) {
  if (hook != nullptr) hook->set_conv_benchmark(value);
}
bool cudnn_deterministic() {
  return hook != nullptr && hook->conv_deterministic();
}
void set_cudnn_deterministic(bool value) {
  if (hook != nullptr) hook->set_conv_deterministic(value);
}

// ---- Graphs ----

Graph::Graph() = default;
Graph::~Graph() = default;
Graph::Graph(Graph&&) noexcept = default;
Graph& Graph::operator=(Graph&&) noexcept = default;

void Graph::capture_begin(Device device) {
  CRESSET_CHECK(graph_ == nullptr, kState,
                "cuda::Graph::capture_begin: this graph holds a capture; call "
                "reset() first");
  std::unique_ptr<internal::CudaGraph> graph = api("cuda::Graph").new_graph();
  graph->begin(device);
  graph_ = std::move(graph);
}

void Graph::capture_end() {
  CRESSET_CHECK(graph_ != nullptr, kState,
                "cuda::Graph::capture_end: call capture_begin() first");
  graph_->end();
}

void Graph::capture_cancel() noexcept {
  if (graph_ != nullptr) graph_->cancel();
  graph_.reset();
}

void Graph::replay() const {
  CRESSET_CHECK(graph_ != nullptr, kState,
                "cuda::Graph::replay: capture something first");
  graph_->replay();
}

void Graph::reset() { graph_.reset(); }

namespace {

Stream after_synchronize(Device device) {
  cuda::synchronize(device);
  return Stream(device);
}

}  // namespace

GraphGuard::GraphGuard(Graph& graph, Device device)
    : graph_(graph),
      stream_(after_synchronize(device)),
      exceptions_(std::uncaught_exceptions()) {
  graph_.capture_begin(device);
}

GraphGuard::~GraphGuard() {
  if (std::uncaught_exceptions() != exceptions_) {
    graph_.capture_cancel();
    return;
  }
  try {
    graph_.capture_end();
  } catch (const Error&) {
    // The graph keeps the error for replay().
  }
}

}  // namespace cuda
}  // namespace cresset
