// How the stand-in for cuDNN behaves where the real one may do this or that;
// tests change it to reach every path of a caller.

#ifndef CRESSET_TESTS_CUDA_SIM_DNN_BEHAVIOUR_H_
#define CRESSET_TESTS_CUDA_SIM_DNN_BEHAVIOUR_H_

#include <cstdint>

namespace cuda_sim::dnn {

struct Behaviour {
  bool refuses_all = false;     // heuristics find no engine
  bool refuses_bias = false;    // or none for a graph with a bias
  int plans_that_fail = 0;      // so many of the next plans are refused
  int runs_that_fail = 0;       // so many of the next runs are refused
  int64_t workspace = 1 << 16;  // bytes that most engines want
};
Behaviour& behaviour();

// The engine that ran last: its number, as heuristics count them.
//   0  tensor cores         2  plain, with a workspace
//   1  not deterministic    3  plain, without one    4  compiled when it runs
int last_engine();
void set_last_engine(int engine);

}  // namespace cuda_sim::dnn

#endif  // CRESSET_TESTS_CUDA_SIM_DNN_BEHAVIOUR_H_
