#include "cresset/tests/cuda_sim/host_memory.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>

namespace cuda_sim {
namespace {

struct Piece {
  size_t bytes;
  bool owned;
};

using Pieces = std::map<uintptr_t, Piece>;

Pieces& pieces() {
  static Pieces all;
  return all;
}

Pieces::iterator piece_of(const void* data) {
  const auto p = reinterpret_cast<uintptr_t>(data);
  auto it = pieces().upper_bound(p);
  if (it == pieces().begin()) return pieces().end();
  --it;
  return p <= it->first + it->second.bytes ? it : pieces().end();
}

bool forget(void* data, bool owned) {
  const auto it = pieces().find(reinterpret_cast<uintptr_t>(data));
  if (it == pieces().end() || it->second.owned != owned) return false;
  pieces().erase(it);
  return true;
}

}  // namespace

void* allocate_pinned(size_t bytes) {
  void* data = nullptr;
  if (posix_memalign(&data, 4096, bytes) != 0) return nullptr;
  std::memset(data, 0xff, bytes);
  pieces()[reinterpret_cast<uintptr_t>(data)] = {bytes, true};
  return data;
}

bool release_pinned(void* data) {
  if (!forget(data, true)) return false;
  std::free(data);
  return true;
}

void register_pinned(void* data, size_t bytes) {
  pieces()[reinterpret_cast<uintptr_t>(data)] = {bytes, false};
}

bool unregister_pinned(void* data) { return forget(data, false); }

bool is_pinned(const void* data) { return piece_of(data) != pieces().end(); }

std::string pinned_problem(const void* data, size_t bytes) {
  const auto it = piece_of(data);
  if (it == pieces().end()) return "it is host memory that is not pinned";
  const uintptr_t end = it->first + it->second.bytes;
  const auto last = reinterpret_cast<uintptr_t>(data) + bytes;
  if (last <= end) return "";
  return "it runs " + std::to_string(last - end) +
         " bytes past the end of a piece of pinned memory (" +
         std::to_string(it->second.bytes) + " bytes)";
}

}  // namespace cuda_sim
