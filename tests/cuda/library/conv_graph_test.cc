// The library itself, on a machine that needs no GPU: what cuDNN makes of the
// graphs of convolutions for an H200.

#include "cresset/cuda/ops/conv_graph.h"

#include "cresset/cuda/runtime/conv_settings.h"
#include "cresset/tests/catch.h"

namespace cresset {
namespace {

using namespace internal;        // NOLINT
using namespace internal::cuda;  // NOLINT

constexpr char kH200[] = R"({
  "maxGridSize": [2147483647, 65535, 65535], "maxBlockSize": [1024, 1024, 64],
  "regsPerBlock": 65536, "multiProcessorCount": 132, "warpSize": 32,
  "maxSharedMemoryPerBlock": 49152, "maxSharedMemoryPerBlockOptin": 232448,
  "reservedSharedMemoryPerBlock": 1024, "maxRegistersPerSM": 65536,
  "maxCtasPerSM": 32, "maxThreadsPerBlock": 1024, "maxThreadsPerSM": 2048,
  "pciDeviceId": 9013, "isTccDriver": 0, "supportCoopLaunch": 1,
  "totalGlobalMem": 150000000000, "smClockRateKHz": 1980000,
  "memClockRateKHz": 3201000, "l2CacheSize": 62914560, "cudaDeviceId": 0,
  "deviceVer": 900, "driverVer": 13000, "deviceName": "NVIDIA H200"})";

void* address(uintptr_t value) { return reinterpret_cast<void*>(value); }

ConvShape shape_of(int64_t rank, int64_t groups) {
  ConvShape s{8,         64,        64,        groups,    rank,     {1, 1, 1},
              {1, 1, 1}, {1, 1, 1}, {1, 1, 1}, {0, 0, 0}, {1, 1, 1}};
  for (int64_t d = 3 - rank; d < 3; ++d) {
    s.in[d] = s.out[d] = 14;
    s.kernel[d] = 3;
    s.padding[d] = 1;
  }
  return s;
}

// The first plan that may be used, as run_by_plan() would try it.
bool has_plan(const ConvProblem& problem, bool fuse_bias) {
  const ConvGraph graph = conv_graph(nullptr, problem, fuse_bias);
  for (const DnnDescriptor& part : graph.parts) {
    INFO("status of a part: " << part.status());
    CHECK(part.ok());
  }
  for (const DnnDescriptor& engine : conv_engines(graph, problem)) {
    if (conv_plan(nullptr, problem, engine).ok()) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("cuDNN has a plan for every kind of convolution", "[cuda]") {
  DnnDescriptor h200(CUDNN_BACKEND_DEVICEPROP_DESCRIPTOR);
  h200.set(CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION, CUDNN_TYPE_CHAR,
           sizeof(kH200) - 1, kH200);
  h200.finalize();
  REQUIRE(h200.ok());
  for (const int64_t rank : {1, 2, 3}) {
    for (const int64_t groups : {1, 2, 64}) {
      const ConvShape shape = shape_of(rank, groups);
      for (const Dtype dtype : {float32, float64, float16, bfloat16}) {
        for (const bool tf32 : {false, true}) {
          for (const ConvPass pass :
               {ConvPass::kForward, ConvPass::kXGrad, ConvPass::kWGrad}) {
            CAPTURE(rank, groups, dtype, tf32, static_cast<int>(pass));
            ConvProblem problem{
                pass,
                dtype,
                Device(DeviceType::kCuda, 0),
                shape,
                {address(4096), address(8192), address(16384), nullptr},
                tf32,
                &h200};
            CHECK(has_plan(problem, false));
            if (pass != ConvPass::kForward || groups != 1) continue;
            problem.data.bias = address(32768);
            CHECK(has_plan(problem, true));
          }
        }
      }
    }
  }
}

}  // namespace cresset
