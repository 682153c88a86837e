#include <unistd.h>

#include <filesystem>

#include "cresset/serialize/checkpoint.h"
#include "cresset/tensor/ops/random.h"
#include "cresset/tests/bench/bench.h"

namespace cresset::bench {
namespace {

constexpr double kBytes = 546e6;

// The large weights of VGG-16.
Value weights() {
  std::vector<Shape> shapes = {{4096, 25088}, {4096, 4096}, {1000, 4096}};
  shapes.insert(shapes.end(), 5, Shape{512, 512, 3, 3});
  shapes.push_back({512, 256, 3, 3});
  StateDict state;
  for (size_t i = 0; i < shapes.size(); ++i) {
    state.set("p" + std::to_string(i), rand(shapes[i]));
  }
  return state.to_value();
}

void add_load(Rows& rows, const std::string& name, const std::string& folder,
              bool verify) {
  rows.add(name, [=] {
    const std::string path = folder + "/bench_load_cresset.pth";
    if (!std::filesystem::exists(path)) save(weights(), path);
    return Case{[=] { load(path, {.verify = verify}); }, kBytes, "GB/s"};
  });
}

void add_save(Rows& rows, const std::string& name, const std::string& folder,
              bool durable) {
  rows.add(name, [=] {
    const std::string path = folder + "/bench_save_cresset.pth";
    return Case{[=, state = weights()] {
                  // Always a new file, as in PyTorch's row.
                  unlink(path.c_str());
                  save(state, path, {.durable = durable});
                },
                kBytes, "GB/s"};
  });
}

}  // namespace

void add_io_rows(Rows& rows, const std::string& folder) {
  add_load(rows, "io.load_zip", folder, false);
  add_load(rows, "io.load_zip.crc", folder, true);
  add_save(rows, "io.save_zip", folder, false);
  add_save(rows, "io.save_zip.durable", folder, true);
}

}  // namespace cresset::bench
