// cuda.h: what it does without a GPU, devices, streams and events.

#include "cresset/cuda/cuda.h"

#include <thread>

#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tests/cuda/device.h"
#include "cresset/tests/ops/values.h"

namespace cresset {

TEST_CASE("cuda: without a GPU the errors say what is missing",
          "[cuda][error]") {
  if (cuda::is_available()) return;
  CHECK(cuda::device_count() == 0);
  CHECK(cuda::current_device() == Device("cuda:0"));
  CHECK_ERROR(cuda::get_device_name(), kDevice, "cuda");
  CHECK_ERROR(cuda::synchronize(), kDevice, "cuda");
  CHECK_ERROR(cuda::Stream(), kDevice, "cuda");
  CHECK_ERROR(cuda::memory_allocated(), kDevice, "cuda");
  CHECK_ERROR(cuda::pin_memory(empty({2}, {.device = "cpu"})), kDevice, "");
  CHECK_ERROR(cuda::Graph().capture([] {}), kDevice, "cuda");
  CHECK_ERROR(empty({2}, {.device = "cuda"}), kDevice, "cuda");
  CHECK_FALSE(cuda::is_pinned(empty({2}, {.device = "cpu"})));
  CHECK_NOTHROW(cuda::empty_cache());
  CHECK_NOTHROW(cuda::manual_seed_all(1));
}

TEST_CASE("cuda: devices and their properties", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  const int count = cuda::device_count();
  CHECK(count == device_count(DeviceType::kCuda));
  const cuda::DeviceProperties p = cuda::get_device_properties();
  CHECK(p.name == cuda::get_device_name("cuda:0"));
  CHECK(p.major >= 5);
  CHECK(p.multi_processor_count > 0);
  CHECK(p.total_memory > 0);
  CHECK(p.shared_memory_per_block >= size_t{48} << 10);
  const Device missing(DeviceType::kCuda, count);
  CHECK_ERROR(cuda::set_device(missing), kDevice, "invalid device ordinal");
  CHECK_ERROR(empty({1}, {.device = missing}), kDevice, "invalid device");
  CHECK_ERROR(cuda::get_device_name("cpu"), kDevice, "got cpu");
  {
    const Device last(DeviceType::kCuda, count - 1);
    const cuda::DeviceGuard guard(last);
    CHECK(cuda::current_device() == last);
    std::thread([] {
      if (!(cuda::current_device() == Device("cuda:0"))) std::terminate();
    }).join();
  }
  CHECK(cuda::current_device() == Device("cuda:0"));
}

TEST_CASE("cuda streams: guards, order, events", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  const cuda::Stream before = cuda::current_stream();
  CHECK(before == cuda::default_stream());
  const cuda::Stream side;
  CHECK_FALSE(side == before);
  const Tensor x = full({1000}, 2, {.dtype = float32, .device = "cuda"});
  Tensor y;
  cuda::Event begin(true), end(true);
  {
    const cuda::StreamGuard guard(side);
    CHECK(cuda::current_stream() == side);
    side.wait_stream(before);
    begin.record();
    y = mul(x, 3);
    cuda::record_stream(x, side);
    end.record();
  }
  CHECK(cuda::current_stream() == before);
  before.wait_event(end);
  cuda::record_stream(y, before);
  const Tensor z = add(y, 1);
  CHECK(list(z.cpu()) == Values(1000, 7));
  end.synchronize();
  CHECK(end.query());
  CHECK(begin.elapsed_time(end) >= 0);
  side.synchronize();
  CHECK(side.query());
  CHECK(cuda::Event().query());
  CHECK_ERROR(cuda::Event().elapsed_time(end), kState, "enable_timing");
  CHECK_ERROR(cuda::Event(true).elapsed_time(end), kState, "recorded");
  CHECK_ERROR(cuda::Stream(Device("cuda:0"), 3), kValue, "priority");
}

TEST_CASE("cuda: pinned memory and copies that do not wait", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  const Tensor x = arange(5000, {.dtype = float32, .device = "cpu"});
  CHECK_FALSE(cuda::is_pinned(x));
  const Tensor pinned = cuda::pin_memory(x);
  CHECK(cuda::is_pinned(pinned));
  CHECK(cuda::pin_memory(pinned).is_same(pinned));
  CHECK(list(pinned) == list(x));
  const Tensor y = cuda::to_async(pinned, "cuda");
  const Tensor back = cuda::to_async(add(y, 1), "cpu");
  CHECK(cuda::is_pinned(back));
  cuda::synchronize();
  CHECK(back.data<float>()[4999] == 5000);
  const Tensor again = empty({5000}, {.dtype = float32, .device = "cuda"});
  cuda::copy_async_(again, pinned);
  CHECK(list(again.cpu()) == list(x));
  CHECK_ERROR(cuda::pin_memory(y), kDevice, "cuda:0");
  CHECK(cuda::pin_memory(empty({0}, {.device = "cpu"})).numel() == 0);
  const Tensor turned =
      cuda::pin_memory(internal::alias(x, {50, 100}, {1, 50}, 0));
  CHECK(list(turned) == list(internal::alias(x, {50, 100}, {1, 50}, 0)));
}

TEST_CASE("cuda: TF32 switches", "[cuda]") {
  CHECK_FALSE(cuda::matmul_allow_tf32());
  CHECK(cuda::cudnn_allow_tf32());
  CRESSET_NEEDS_CUDA();
  cuda::set_matmul_allow_tf32(true);
  cuda::set_cudnn_allow_tf32(false);
  CHECK(cuda::matmul_allow_tf32());
  CHECK_FALSE(cuda::cudnn_allow_tf32());
  cuda::set_matmul_allow_tf32(false);
  cuda::set_cudnn_allow_tf32(true);
}

}  // namespace cresset
