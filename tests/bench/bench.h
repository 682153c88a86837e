// Rows of the speed comparison and the way they are timed.
//
// A row has the name, the shapes and the work of the row of the same name in
// tools/bench/torch_rows.py, and is timed in the same way, so that
// tools/bench/compare can put the two side by side.

#ifndef CRESSET_TESTS_BENCH_BENCH_H_
#define CRESSET_TESTS_BENCH_BENCH_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace cresset::bench {

// What one row times.
struct Case {
  std::function<void()> body;
  double work = 0;  // operations or bytes of one call; 0 for none
  const char* unit = "GFLOP/s";
  std::string note = {};
};

struct Row {
  std::string group;
  std::string name;
  // Makes the data; called only for rows that run, and freed after them.
  std::function<Case()> make;
};

class Rows {
 public:
  // Rows added from now on belong to `group`.
  void set_group(std::string group) { group_ = std::move(group); }
  void add(std::string name, std::function<Case()> make) {
    rows_.push_back({group_, std::move(name), std::move(make)});
  }
  const std::vector<Row>& all() const { return rows_; }

 private:
  std::string group_;
  std::vector<Row> rows_;
};

struct Sampling {
  int samples = 7;     // at least so many
  double budget = 3;   // seconds after which three samples do
  int attempts = 5;    // times that a disturbed row is measured again
  double busy = 0.10;  // cores used by others that disturb a row
};

struct Timing {
  double median = 0;
  double minimum = 0;
  std::string note;
};

// Calls `body` a few times to warm up, then takes samples of at least 5 ms.
Timing measure(const Case& c, const Sampling& sampling);

// The rows of each group, in files of their own.
void add_gemm_rows(Rows& rows);
void add_conv_rows(Rows& rows);
void add_elementwise_rows(Rows& rows);
void add_optim_rows(Rows& rows);
void add_reduce_rows(Rows& rows);
void add_layer_rows(Rows& rows);
void add_layout_rows(Rows& rows);
void add_model_rows(Rows& rows);
void add_train_rows(Rows& rows);
void add_io_rows(Rows& rows, const std::string& folder);
void add_overhead_rows(Rows& rows);

// "8x64x112x112"
std::string join(const std::vector<int64_t>& sizes);

}  // namespace cresset::bench

#endif  // CRESSET_TESTS_BENCH_BENCH_H_
