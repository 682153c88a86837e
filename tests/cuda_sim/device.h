// The simulated device as its libraries see it: what the stand-ins of cuBLAS
// and cuDNN are written with, and what tests ask it.

#ifndef CRESSET_TESTS_CUDA_SIM_DEVICE_H_
#define CRESSET_TESTS_CUDA_SIM_DEVICE_H_

#include <cuda_runtime_api.h>

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

namespace cuda_sim {

// Held by every call of the API and while work of a device runs, so state that
// a stand-in keeps under it needs no lock of its own. May be taken repeatedly.
std::recursive_mutex& lock();

// The device that this thread's calls go to, as cudaGetDevice tells it.
int current_device();

// The device that a stream belongs to; the current one for the default stream
// (0, cudaStreamLegacy), -1 for a handle that is no stream.
int device_of(cudaStream_t stream);

// Appends `work` to the stream, or to the graph that the stream is captured
// into. It runs when something waits for the stream, once or, from a graph,
// many times; only then is the device's memory readable and writable, and only
// that of the stream's device. `what` names it in messages ("cublasSgemm").
// Capture all by value. Use of host memory is up to the caller: what the
// library reads during the call must be read before `enqueue`.
// In `work`, report failures by fault(); exceptions count as one.
cudaError_t enqueue(cudaStream_t stream, std::string what,
                    std::function<void()> work);

// Why work on `device` must not use [data, data + bytes): it is host memory
// that is not pinned, memory of another device, freed, or runs past its
// allocation. Empty if nothing is wrong; 0 bytes may lie anywhere.
// Ask during the call, and again in `work` for memory that may be freed early.
std::string range_problem(int device, const void* data, size_t bytes);

// Ends the work that runs now. From here on every call for its device returns
// `error`, as after a fault of a GPU. Only from inside `work` and kernels; the
// stack of a kernel's thread is left as it is, so nothing on it may own memory.
[[noreturn]] void fault(cudaError_t error, std::string text);

// Says on stderr what a returned status cannot: "cuda_sim: <text>".
void complain(const std::string& text);

// The last text of complain() or fault(); tests compare it.
std::string last_complaint();

// Bytes in live allocations of the device.
size_t bytes_in_use(int device);

// How often the host has waited for a device so far (streams, events, devices,
// synchronous copies, cudaFree).
int64_t wait_count();

// Forgets the sticky error of every device, as a new process would, and the
// work that was queued. Memory stays as it is.
void forget_faults();

}  // namespace cuda_sim

#endif  // CRESSET_TESTS_CUDA_SIM_DEVICE_H_
