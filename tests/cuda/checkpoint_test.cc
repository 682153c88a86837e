// Checkpoints to and from devices: what is loaded and saved, and how much
// memory of the host that takes.

#include "cresset/serialize/checkpoint.h"

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <string>

#include "cresset/cuda/cuda.h"
#include "cresset/serialize/archive.h"
#include "cresset/serialize/foreign.h"
#include "cresset/serialize/storage_loader.h"
#include "cresset/serialize/zip_reader.h"
#include "cresset/tensor/core/allocator.h"
#include "cresset/tensor/core/transfer.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/random.h"
#include "cresset/tests/cuda/device.h"
#include "cresset/tests/ops/values.h"

namespace cresset {
namespace {

constexpr auto kHalf = static_cast<int64_t>(internal::StagingArea::kHalf);

std::string temporary(const std::string& name) {
  const char* folder = std::getenv("TEST_TMPDIR");
  return std::string(folder == nullptr ? "/tmp" : folder) + "/" + name;
}

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Elements that differ everywhere.
Tensor counted(IntSpan shape, Dtype dtype = float32) {
  const Tensor x = empty(shape, {.dtype = int64, .device = Device()});
  for (int64_t i = 0; i < x.numel(); ++i) {
    x.data<int64_t>()[i] = (i * 2654435761) % 65521;
  }
  return x.to(dtype);
}

// All dtypes, views, an empty tensor, and one that is larger than both halves
// of the staging area.
Value sample() {
  const Tensor base = counted({1000, 10});
  Value value = {{"large", counted({5 * kHalf / 8})},
                 {"base", base},
                 {"row", internal::alias(base, {10}, {1}, 50)},
                 {"turned", internal::alias(base, {10, 1000}, {1, 10}, 0)},
                 {"repeated", internal::alias(base, {7, 10}, {0, 1}, 30)},
                 {"none", counted({0, 3})},
                 {"parameter", Value::parameter(counted({2}))},
                 {"epoch", 3}};
  for (int i = 0; i < kNumDtypes; ++i) {
    const auto dtype = static_cast<Dtype>(i);
    const Tensor x = empty({37}, {.dtype = dtype, .device = Device()});
    auto* bytes = static_cast<uint8_t*>(x.raw_data());
    for (size_t n = 0; n < x.nbytes(); ++n) {
      bytes[n] = static_cast<uint8_t>(dtype == bool_ ? n % 2 : 29 * n + i);
    }
    value[to_string(dtype)] = x;
  }
  return value;
}

// The same with every tensor on `device`, views as views.
Value on_device(const Value& value, Device device) {
  const std::string path = temporary("moved.pt");
  save(value, path);
  return load(path, {.map_location = device});
}

// Whether all tensors lie on `device` and have the bytes of the others.
void check_same(const Value& loaded, const Value& wanted, Device device) {
  REQUIRE(loaded.size() == wanted.size());
  for (const DictItem& item : wanted.items()) {
    INFO(repr(item.key));
    if (!item.value.is_tensor()) {
      CHECK(loaded[item.key] == item.value);
      continue;
    }
    const Tensor x = loaded[item.key].as_tensor();
    const Tensor y = item.value.as_tensor();
    CHECK(x.device() == device);
    CHECK(x.strides() == y.strides());
    CHECK(x.storage_offset() == y.storage_offset());
    CHECK(x.requires_grad() == y.requires_grad());
    REQUIRE(x.dtype() == y.dtype());
    REQUIRE(x.sizes() == y.sizes());
    const Tensor a = x.detach().cpu().contiguous();
    const Tensor b = y.detach().cpu().contiguous();
    CHECK((a.nbytes() == 0 ||
           std::memcmp(a.raw_data(), b.raw_data(), a.nbytes()) == 0));
  }
}

// The host's memory, pinned and not, that is taken while f runs.
struct HostPeaks {
  int64_t pageable, pinned;
};
template <class F>
HostPeaks host_peaks(F&& f) {
  cuda::empty_host_cache();
  cuda::reset_peak_host_memory_stats();
  const int64_t pinned = cuda::host_memory_stats().allocated;
  // As much as was ever used is in use, so that whatever f takes shows.
  const MemoryStats cpu = cpu_memory_stats();
  const Tensor ballast = empty({cpu.peak_allocated - cpu.allocated + 1},
                               {.dtype = uint8, .device = Device()});
  const int64_t before = cpu_memory_stats().peak_allocated;
  f();
  return {cpu_memory_stats().peak_allocated - before,
          cuda::host_memory_stats().peak_reserved - pinned};
}

// Pinned memory that is in use when all copies are done.
int64_t pinned_in_use() {
  for (int i = 0; i < cuda::device_count(); ++i) {
    cuda::synchronize(Device(DeviceType::kCuda, i));
  }
  return cuda::host_memory_stats().allocated;
}

Device last_device() {
  return Device(DeviceType::kCuda, cuda::device_count() - 1);
}

}  // namespace

TEST_CASE("cuda checkpoint: a storage is one allocation, filled from the file",
          "[cuda][format]") {
  CRESSET_NEEDS_CUDA();
  const Value value = sample();
  for (const SaveFormat format : {SaveFormat::kZip, SaveFormat::kLegacy}) {
    const std::string path = temporary("sample.pt");
    save(value, path, {.format = format});
    for (const bool mmap : {true, false}) {
      const cuda::MemoryStats before = cuda::memory_stats();
      const Value loaded = load(path, {.map_location = "cuda:0", .mmap = mmap});
      const cuda::MemoryStats after = cuda::memory_stats();
      // large, base, parameter and the dtypes; an empty one takes none.
      CHECK(after.allocations - before.allocations == 3 + kNumDtypes);
      check_same(loaded, value, "cuda:0");
      for (const char* name : {"row", "turned", "repeated"}) {
        CHECK(loaded[name].as_tensor().storage() ==
              loaded["base"].as_tensor().storage());
      }
      CHECK(loaded["parameter"].is_parameter());
    }
    check_same(load(path, {.map_location = last_device(), .verify = false}),
               value, last_device());
  }
}

TEST_CASE("cuda checkpoint: loading takes the staging area of the host",
          "[cuda][format]") {
  CRESSET_NEEDS_CUDA();
  const std::string path = temporary("large.pt");
  save({{"a", counted({kHalf})}, {"b", counted({kHalf / 2})}}, path);
  Value loaded;
  const HostPeaks peaks =
      host_peaks([&] { loaded = load(path, {.map_location = "cuda"}); });
  CHECK(peaks.pageable == 0);
  CHECK(peaks.pinned == 2 * kHalf);
  CHECK(pinned_in_use() == 0);
  // A small file takes less.
  save({{"a", counted({1000})}}, path);
  const HostPeaks small =
      host_peaks([&] { loaded = load(path, {.map_location = "cuda"}); });
  CHECK(small.pinned > 0);
  CHECK(small.pinned <= 8192);
}

TEST_CASE("cuda checkpoint: saving takes the staging area of the host",
          "[cuda][format]") {
  CRESSET_NEEDS_CUDA();
  const Tensor a = full({kHalf}, 2.5, {.dtype = float32, .device = "cuda"});
  const Tensor b = arange(0, kHalf / 2, 1, {.dtype = int64, .device = "cuda"});
  const Tensor turned =
      internal::alias(b, {4, kHalf / 8}, {kHalf / 8, 1}, 0).transpose(0, 1);
  const Value value = {{"a", a}, {"b", b}, {"c", turned}};
  const struct {
    const char* name;
    SaveFormat format;
  } cases[] = {{"x.pt", SaveFormat::kZip},
               {"x.pth", SaveFormat::kLegacy},
               {"x.safetensors", SaveFormat::kSafetensors},
               {"x.npz", SaveFormat::kNpz}};
  for (const auto& one : cases) {
    INFO(one.name);
    const std::string path = temporary(one.name);
    const HostPeaks peaks =
        host_peaks([&] { save(value, path, {.format = one.format}); });
    CHECK(peaks.pageable == 0);
    CHECK(peaks.pinned == 2 * kHalf);
    const Value loaded = load(path, {.map_location = "cpu"});
    const auto same = [&](const char* name, const Tensor& x) {
      const Value& found = loaded[name];
      const Tensor y =
          found.is_array() ? found.as_array().tensor() : found.as_tensor();
      const Tensor z = x.cpu().contiguous();
      REQUIRE(y.nbytes() == z.nbytes());
      CHECK(y.sizes() == z.sizes());
      const Tensor w = y.contiguous();
      CHECK(std::memcmp(w.raw_data(), z.raw_data(), z.nbytes()) == 0);
    };
    same("a", a);
    same("b", b);
    same("c", turned);
  }
  const HostPeaks one = host_peaks(
      [&] { save(turned, temporary("x.npy"), {.format = SaveFormat::kNpy}); });
  CHECK(one.pageable == 0);
  CHECK(one.pinned == 2 * kHalf);
}

TEST_CASE("cuda checkpoint: the records are those of a save from the CPU",
          "[cuda][format]") {
  CRESSET_NEEDS_CUDA();
  const Value host = sample();
  const Value there = on_device(host, "cuda:0");
  for (const SaveLayout layout :
       {SaveLayout::kTorch113, SaveLayout::kTorch21, SaveLayout::kTorch27}) {
    const std::string a = temporary("a/"), b = temporary("b/");
    std::system(("mkdir -p " + a + " " + b).c_str());
    save(host, a + "x.pt", {.layout = layout});
    save(there, b + "x.pt", {.layout = layout});
    serialize::ZipReader on_host(serialize::InputFile::map(a + "x.pt"));
    serialize::ZipReader on_gpu(serialize::InputFile::map(b + "x.pt"));
    REQUIRE(on_host.entries().size() == on_gpu.entries().size());
    for (size_t i = 0; i < on_host.entries().size(); ++i) {
      const auto& x = on_host.entries()[i];
      const auto& y = on_gpu.entries()[i];
      INFO(x.name);
      CHECK(x.name == y.name);
      // The pickle names the device, and the id is a hash of all.
      if (x.name.ends_with("data.pkl") || x.name.ends_with("_id")) continue;
      CHECK((on_host.read_checked(x).text() == on_gpu.read_checked(y).text()));
    }
    // Back on the host, nothing tells where it has been.
    const Value back = load(b + "x.pt", {.map_location = "cpu"});
    check_same(back, host, "cpu");
    const std::string again = temporary("b/again.pt");
    save(back, again, {.layout = layout});
    const std::string before = temporary("a/again.pt");
    save(load(a + "x.pt"), before, {.layout = layout});
    CHECK((contents(again) == contents(before)));
  }
}

TEST_CASE("cuda checkpoint: every form of map_location", "[cuda][format]") {
  CRESSET_NEEDS_CUDA();
  const Device far = last_device();
  const std::string path = temporary("devices.pt");
  const Value host = {{"c", counted({5})}, {"g", counted({6})}};
  Value value = {{"c", counted({5})}, {"g", counted({6}).to(far)}};
  save(value, path);
  const auto devices = [&](const MapLocation& map) {
    const Value loaded = load(path, {.map_location = map});
    check_same({{"c", loaded["c"]}}, {{"c", host["c"]}},
               loaded["c"].as_tensor().device());
    check_same({{"g", loaded["g"]}}, {{"g", host["g"]}},
               loaded["g"].as_tensor().device());
    return to_string(loaded["c"].as_tensor().device()) + " " +
           to_string(loaded["g"].as_tensor().device());
  };
  const std::string there = to_string(far);
  CHECK(devices({}) == "cpu " + there);       // as saved
  CHECK(devices("cpu") == "cpu cpu");         // GPU -> CPU
  CHECK(devices("cuda") == "cuda:0 cuda:0");  // CPU, GPU -> GPU
  CHECK(devices(Device("cuda:0")) == "cuda:0 cuda:0");
  CHECK(devices(far) == there + " " + there);
  using Map = std::map<std::string, std::string>;
  CHECK(devices(Map{{there, "cuda:0"}}) == "cpu cuda:0");  // GPU -> GPU
  CHECK(devices(Map{{there, "cpu"}}) == "cpu cpu");
  CHECK(devices(Map{{"cpu", "cuda:0"}}) == "cuda:0 " + there);
  CHECK(devices(Map{{"cuda:7", "cpu"}}) == "cpu " + there);
  CHECK(devices([](const std::string&) { return Device(); }) == "cpu cpu");
  CHECK(devices([&](const std::string& saved) {
          return saved == "cpu" ? far : Device();
        }) == there + " cpu");
  const Device none(DeviceType::kCuda, cuda::device_count());
  CHECK_ERROR(load(path, {.map_location = none}), kDevice, "invalid device");
  // To the meta device nothing but shapes go.
  CHECK(load(path, {.map_location = "meta"})["g"].as_tensor().sizes() ==
        IntSpan({6}));
}

TEST_CASE("cuda checkpoint: an archive stays on the host unless told otherwise",
          "[cuda][format]") {
  CRESSET_NEEDS_CUDA();
  const std::string path = temporary("archive.pt");
  save({{"x", counted({10}).to(Device("cuda:0"))}}, path);
  const int64_t before = cuda::memory_stats().allocations;
  const Archive archive(path);
  CHECK(archive.tensor("x").device() == Device());
  CHECK(cuda::memory_stats().allocations == before);
  const Archive there(path, {.map_location = last_device()});
  CHECK(there.tensor("x").device() == last_device());
}

TEST_CASE("cuda checkpoint: other formats go to a device, too",
          "[cuda][format]") {
  CRESSET_NEEDS_CUDA();
  const Value value = {{"b", counted({5, 7}).to(bool_)},
                       {"f", counted({3, kHalf / 4})}};
  const std::string path = temporary("x.safetensors");
  save(value, path, {.format = SaveFormat::kSafetensors});
  check_same(load(path, {.map_location = "cuda:0"}), value, "cuda:0");
  const std::string index = temporary("y.safetensors.index.json");
  save_shards(on_device(value, "cuda:0"), index, 100);
  check_same(load(index, {.map_location = last_device()}), value,
             last_device());
}

TEST_CASE("cuda checkpoint: bytes are turned around and bools made sound",
          "[cuda][format]") {
  CRESSET_NEEDS_CUDA();
  std::string bytes;
  for (int i = 0; i < 16; ++i) bytes += static_cast<char>(i);
  const auto file = serialize::InputFile::from_bytes(bytes, "bytes");
  serialize::StorageLoader loader(file);
  uint32_t crc = 1;
  const Tensor ints =
      loader.upload(file->data(), 4, int32, "cuda:0", true, &crc);
  const Tensor bools = loader.load(file->data(), 16, bool_, "cuda:0");
  const Tensor complexes =
      loader.upload(file->data(), 2, complex64, "cuda:0", true);
  loader.finish();
  CHECK(crc == 0xcecee288);  // of the bytes as they were
  CHECK(list(ints.cpu()) ==
        Values({0x00010203, 0x04050607, 0x08090a0b, 0x0c0d0e0f}));
  Values ones(16, 1);
  ones[0] = 0;
  CHECK(list(bools.cpu().to(int32)) == ones);
  CHECK(std::memcmp(complexes.cpu().raw_data(), ints.cpu().raw_data(), 16) ==
        0);
}

TEST_CASE("cuda checkpoint: an error leaves nothing behind",
          "[cuda][format][error]") {
  CRESSET_NEEDS_CUDA();
  const std::string path = temporary("bad.pt");
  save({{"a", counted({kHalf / 2})}, {"z", counted({1000})}}, path);
  const std::string good = contents(path);
  const int64_t before = cuda::memory_allocated();
  const std::string end(
      reinterpret_cast<const char*>(counted({1000}).raw_data()) + 3900, 100);
  std::string bad = good;
  const size_t place = bad.rfind(end);
  REQUIRE(place != std::string::npos);
  bad[place] ^= 0x10;
  std::ofstream(path, std::ios::binary) << bad;
  CHECK_ERROR(load(path, {.map_location = "cuda:0"}), kFormat, "damaged");
  CHECK(cuda::memory_allocated() == before);
  CHECK(pinned_in_use() == 0);
  // Not looked at, it is loaded.
  CHECK_NOTHROW(load(path, {.map_location = "cuda:0", .verify = false}));

  // No memory for the second storage.
  std::ofstream(path, std::ios::binary) << good;
  cuda::empty_cache();
  const auto total =
      static_cast<double>(cuda::get_device_properties().total_memory);
  const auto limit =
      static_cast<double>(cuda::memory_reserved() + 2 * kHalf + 1000);
  cuda::set_per_process_memory_fraction(limit / total);
  CHECK_ERROR(load(path, {.map_location = "cuda:0"}), kValue, "out of memory");
  cuda::set_per_process_memory_fraction(1);
  CHECK(cuda::memory_allocated() == before);
  CHECK(pinned_in_use() == 0);
  CHECK(load(path, {.map_location = "cuda:0"})["z"].as_tensor().numel() ==
        1000);

  // A save that fails leaves the file that was there.
  const Tensor x = counted({10}).to(Device("cuda:0"));
  CHECK_ERROR(save({{"x", x}}, path, {.alignment = 3}), kValue, "alignment");
  CHECK((contents(path) == good));
}

TEST_CASE("cuda checkpoint: it waits, so a graph cannot hold it",
          "[cuda][graph][error]") {
  CRESSET_NEEDS_CUDA();
  const std::string path = temporary("captured.pt");
  const Tensor x = counted({10}).to(Device("cuda:0"));
  save({{"x", x}}, path);
  cuda::Graph graph;
  CHECK_ERROR(graph.capture([&] { save({{"x", x}}, path); }), kState, "graph");
  CHECK_ERROR(graph.capture([&] { load(path, {.map_location = "cuda:0"}); }),
              kState, "graph");
  CHECK(load(path).contains("x"));
}

TEST_CASE("cuda checkpoint: work that is queued comes before the save",
          "[cuda][format]") {
  CRESSET_NEEDS_CUDA();
  const std::string path = temporary("queued.pt");
  const cuda::Stream side;
  Tensor x = zeros({1000}, {.dtype = float32, .device = "cuda"});
  cuda::synchronize();
  {
    const cuda::StreamGuard guard(side);
    x.fill_(4);
    save({{"x", x}}, path);
    x.fill_(5);
  }
  CHECK(list(load(path, {.map_location = "cpu"})["x"].as_tensor()) ==
        Values(1000, 4));
  // And what is loaded can be used at once, there and by other streams.
  Tensor y;
  {
    const cuda::StreamGuard guard(side);
    y = load(path, {.map_location = "cuda:0"})["x"].as_tensor();
  }
  CHECK(list(y.cpu()) == Values(1000, 4));
}

TEST_CASE("cuda memory: the cache of pinned memory is given back by itself",
          "[cuda][memory]") {
  CRESSET_NEEDS_CUDA();
  cuda::empty_host_cache();
  const cuda::HostMemoryStats before = cuda::host_memory_stats();
  {
    const Tensor pinned = cuda::pin_memory(counted({3000}));
    const Tensor x = cuda::to_async(pinned, "cuda:0");
    CHECK(cuda::host_memory_stats().allocated == before.allocated + 16384);
  }
  CHECK(pinned_in_use() == before.allocated);
  CHECK(cuda::host_memory_stats().reserved == before.reserved + 16384);
  // As PyTorch's, empty_cache() is for the memory of devices.
  cuda::empty_cache();
  CHECK(cuda::host_memory_stats().reserved == before.reserved + 16384);
  cuda::empty_host_cache();
  CHECK(cuda::host_memory_stats().reserved == before.reserved);
  cuda::reset_peak_host_memory_stats();
  CHECK(cuda::host_memory_stats().peak_reserved == before.reserved);
  CHECK(cuda::host_memory_stats().peak_allocated == before.allocated);
}

}  // namespace cresset
