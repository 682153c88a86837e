// The memory of one simulated device.
//
// The same pages are mapped twice: at the addresses that programs see, which
// nothing may touch unless work of the device runs, and at an alias by which
// the simulator itself copies, fills and checks. Blocks are filled with 0xff,
// which floats read as NaN, and each is followed by a guard that nothing may
// write.

#ifndef CRESSET_TESTS_CUDA_SIM_ARENA_H_
#define CRESSET_TESTS_CUDA_SIM_ARENA_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>

namespace cuda_sim {

class Arena {
 public:
  Arena(int device, size_t bytes);
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  struct Block {
    size_t bytes;  // as asked for
    size_t span;   // with the guard
    int64_t serial;
    bool live;
  };

  // nullptr if the device has not that much left. Multiples of 256.
  void* allocate(size_t bytes);
  // Frees a block unless `refused` says why it cannot; `damage` tells what
  // was written past its end.
  struct Release {
    std::string refused;
    std::string damage;
  };
  Release release(void* data);

  bool holds(const void* data) const;
  // The live block that `data` is in, or just past the end of; nullptr if
  // there is none. `*begin` is where it starts.
  const Block* find(const void* data, const char** begin) const;
  // Where an address lies: "8 bytes past the end of allocation 3 (400 bytes)".
  std::string describe(const void* data) const;

  // The simulator's own view of an address of a live block.
  char* alias(const void* data) const;

  // Lets work of the device touch its memory, and ends that.
  void open();
  void close();

  // Empty, or what was written past the end of a block; says so once.
  std::string overrun();
  // Empty, or what was written to memory after it had been freed. Looks at all
  // freed memory that is watched, or at some of it, and at the rest next time.
  enum class Look { kAtSome, kAtAll };
  std::string late_write(Look look);

  size_t used() const { return used_; }
  size_t total() const { return total_; }

 private:
  std::string check_guard(uintptr_t begin, Block& block);
  std::string check_freed(uintptr_t begin, const Block& block) const;
  void forget_oldest();
  void add_hole(uintptr_t begin, size_t span);
  uintptr_t take_hole(size_t span);

  const int device_;
  const size_t total_;
  const size_t reserved_;
  int file_ = -1;
  uintptr_t base_ = 0;
  char* alias_ = nullptr;
  uintptr_t end_ = 0;  // of what was ever handed out
  bool is_open_ = false;
  size_t used_ = 0;
  int64_t serial_ = 0;
  std::map<uintptr_t, Block> blocks_;  // live, and freed not long ago
  std::map<uintptr_t, size_t> holes_;  // to hand out again
  std::deque<uintptr_t> freed_;        // oldest first
  size_t freed_bytes_ = 0;
  size_t next_look_ = 0;     // at which of them
  std::string late_damage_;  // found when a block was reused
};

}  // namespace cuda_sim

#endif  // CRESSET_TESTS_CUDA_SIM_ARENA_H_
