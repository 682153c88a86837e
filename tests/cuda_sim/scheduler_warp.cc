// Warp functions: the last lane to come works out what each lane gets.

#include <utility>

#include "cresset/tests/cuda_sim/scheduler.h"
#include "cresset/tests/cuda_sim/thread_sets.h"

namespace cuda_sim {

uint64_t Scheduler::collective(WarpOp op, unsigned mask, uint64_t value,
                               int source, CallSite site) {
  Thread& thread = *self_;
  const unsigned bit = 1u << (thread.number % 32);
  Warp& warp = warps_[thread.number / 32];
  thread.site = site;
  if ((mask & bit) == 0) {
    std::string text = "the lane itself is not in the mask " + hex(mask) +
                       " of a warp function" + at(site);
    fail(cudaErrorLaunchFailure, std::move(text));
  }
  if ((mask & ~warp.lanes) != 0 || (mask & warp.left) != 0) {
    std::string text = "the mask " + hex(mask) +
                       " of a warp function names lanes " +
                       ranges_of(mask & (~warp.lanes | warp.left)) +
                       ", which are not there or have ended" + at(site);
    fail(cudaErrorLaunchFailure, std::move(text));
  }
  thread.value = value;
  thread.source = source;
  thread.mask = mask;
  for (Meeting& meeting : warp.meetings) {
    if (meeting.mask != mask) continue;
    if (meeting.op != op) {
      thread.state = State::kWarp;
      std::string text =
          "lanes of a warp meet in different warp functions: " + who_waits();
      fail(cudaErrorLaunchFailure, std::move(text));
    }
    meeting.arrived |= bit;
    if (meeting.arrived == mask) {
      meeting = warp.meetings.back();
      warp.meetings.pop_back();
      finish_meeting(warp, mask, op);
    } else {
      wait(State::kWarp, site);
    }
    return thread.result;
  }
  if (mask == bit) {
    finish_meeting(warp, mask, op);
    return thread.result;
  }
  warp.meetings.push_back({mask, bit, op});
  wait(State::kWarp, site);
  return thread.result;
}

void Scheduler::finish_meeting(Warp& warp, unsigned mask, WarpOp op) {
  Thread* lanes = &threads_[static_cast<size_t>(&warp - warps_.data()) * 32];
  unsigned ballot = 0;
  if (op == WarpOp::kBallot) {
    for (unsigned i = 0; i < 32; ++i) {
      if ((mask >> i & 1) != 0 && lanes[i].value != 0) ballot |= 1u << i;
    }
  }
  for (unsigned i = 0; i < 32; ++i) {
    if ((mask >> i & 1) == 0) continue;
    Thread& lane = lanes[i];
    switch (op) {
      case WarpOp::kSync:
        break;
      case WarpOp::kShuffle:
        lane.result = (mask >> lane.source & 1) != 0 ? lanes[lane.source].value
                                                     : ~uint64_t{0};
        break;
      case WarpOp::kBallot:
        lane.result = ballot;
        break;
      case WarpOp::kMatch:
        lane.result = 0;
        for (unsigned j = 0; j < 32; ++j) {
          if ((mask >> j & 1) != 0 && lanes[j].value == lane.value) {
            lane.result |= 1u << j;
          }
        }
        break;
    }
  }
  // In the order in which threads start, or the other way round.
  const bool forward = order_.front() <= order_.back();
  for (unsigned i = 0; i < 32; ++i) {
    const unsigned lane = forward ? i : 31 - i;
    if ((mask >> lane & 1) != 0 && &lanes[lane] != self_) {
      make_ready(lanes[lane]);
    }
  }
}

}  // namespace cuda_sim
