// The program that resume_test kills: a training that saves every few steps,
// goes on from its newest checkpoint and writes a line for every step with the
// hash of all that the next step depends on.
//
//   trainer FOLDER OPTIMIZER SCHEDULER STEPS THREADS

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>

#include "cresset/cresset.h"
#include "cresset/serialize/io_error.h"

namespace cresset {
namespace {

constexpr int64_t kImages = 96, kBatch = 24, kSide = 12, kClasses = 10;
constexpr int64_t kStepsPerSave = 5;

// FNV-1a over all bytes of a tree of values.
class Hash {
 public:
  void add(const Value& value) {
    if (value.is_tensor()) {
      const Tensor tensor = value.as_tensor().contiguous();
      add(tensor.raw_data(), tensor.nbytes());
    } else if (value.is_dict()) {
      for (const DictItem& item : value.items()) {
        add(item.key);
        add(item.value);
      }
    } else if (value.is_list() || value.is_tuple()) {
      for (const Value& element : value) add(element);
    } else {
      const std::string text = repr(value);
      add(text.data(), text.size());
    }
  }
  uint64_t value() const { return value_; }

 private:
  void add(const void* data, size_t bytes) {
    const auto* from = static_cast<const uint8_t*>(data);
    for (size_t i = 0; i < bytes; ++i) {
      value_ = (value_ ^ from[i]) * 0x100000001b3;
    }
  }
  uint64_t value_ = 0xcbf29ce484222325;
};

std::unique_ptr<optim::Optimizer> make_optimizer(
    const std::string& name, const std::vector<Tensor>& parameters) {
  if (name == "sgd") {
    return std::make_unique<optim::SGD>(
        parameters,
        optim::SGDOptions{.lr = 0.05, .momentum = 0.9, .nesterov = true});
  }
  if (name == "adam") return std::make_unique<optim::Adam>(parameters);
  if (name == "adamw") return std::make_unique<optim::AdamW>(parameters);
  CRESSET_CHECK(name == "rmsprop", kValue, "no optimizer ", name);
  return std::make_unique<optim::RMSprop>(
      parameters, optim::RMSpropOptions{.lr = 0.001, .momentum = 0.5});
}

std::unique_ptr<optim::LRScheduler> make_scheduler(
    const std::string& name, optim::Optimizer& optimizer) {
  if (name == "step") {
    return std::make_unique<optim::StepLR>(
        optimizer, optim::StepLROptions{.step_size = 3, .gamma = 0.9});
  }
  CRESSET_CHECK(name == "cosine", kValue, "no scheduler ", name);
  return std::make_unique<optim::CosineAnnealingLR>(
      optimizer, optim::CosineAnnealingLROptions{.T_max = 20});
}

nn::Sequential make_model() {
  return nn::Sequential{nn::Conv2d(1, 8, 3),
                        nn::BatchNorm2d(8),
                        nn::ReLU(),
                        nn::Flatten(),
                        nn::Dropout(0.3),
                        nn::Linear(8 * (kSide - 2) * (kSide - 2), 32),
                        nn::BatchNorm1d(32),
                        nn::ReLU(),
                        nn::Linear(32, kClasses)};
}

class Training {
 public:
  Training(std::string folder, const std::string& optimizer,
           const std::string& scheduler)
      : folder_(std::move(folder)),
        model_(make_model()),
        optimizer_(make_optimizer(optimizer, model_.parameters())),
        scheduler_(make_scheduler(scheduler, *optimizer_)) {
    const std::string path = folder_ + "/last.pth";
    if (std::filesystem::exists(path)) restore(load(path));
    model_.train();
  }

  void run(int64_t steps) {
    const serialize::Descriptor log(::open(
        (folder_ + "/hashes").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644));
    while (step_ < steps) {
      step();
      const Value state = checkpoint();
      Hash hash;
      hash.add(state);
      char line[64];
      const int length = std::snprintf(
          line, sizeof(line), "%lld %016llx\n", static_cast<long long>(step_),
          static_cast<unsigned long long>(hash.value()));
      CRESSET_CHECK(
          ::write(log.get(), line, static_cast<size_t>(length)) == length, kIo,
          folder_, ": the log cannot be written");
      if (step_ % kStepsPerSave == 0) save(state, folder_ + "/last.pth");
    }
  }

 private:
  void step() {
    const int64_t batch = step_ % (kImages / kBatch);
    if (batch == 0) order_ = randperm(kImages);
    const Tensor chosen = narrow(order_, 0, batch * kBatch, kBatch);
    optimizer_->zero_grad();
    const Tensor scores = model_(index_select(images_, 0, chosen));
    cross_entropy(scores, index_select(labels_, 0, chosen)).backward();
    optimizer_->step();
    ++step_;
    if (step_ % (kImages / kBatch) == 0) scheduler_->step();
  }

  Value checkpoint() const {
    const std::vector<uint8_t> rng = default_generator().get_state();
    const Tensor bytes =
        empty({static_cast<int64_t>(rng.size())}, {.dtype = uint8});
    std::copy(rng.begin(), rng.end(), bytes.data<uint8_t>());
    return {{"step", step_},
            {"order", order_},
            {"model", model_.state_dict()},
            {"optimizer", optimizer_->state_dict()},
            {"scheduler", scheduler_->state_dict()},
            {"rng_state", bytes}};
  }

  void restore(const Value& saved) {
    step_ = saved["step"].as_int();
    order_ = saved["order"].as_tensor();
    model_.load_state_dict(saved["model"].as_state_dict());
    optimizer_->load_state_dict(saved["optimizer"]);
    scheduler_->load_state_dict(saved["scheduler"]);
    const Tensor rng = saved["rng_state"].as_tensor();
    default_generator().set_state(rng.data<uint8_t>(),
                                  static_cast<size_t>(rng.numel()));
  }

  std::string folder_;
  // Drawn first, from the seed that every run starts with.
  Tensor images_ = randn({kImages, 1, kSide, kSide});
  Tensor labels_ = randint(kClasses, {kImages});
  nn::Sequential model_;
  std::unique_ptr<optim::Optimizer> optimizer_;
  std::unique_ptr<optim::LRScheduler> scheduler_;
  Tensor order_ = empty({0}, {.dtype = int64});
  int64_t step_ = 0;
};

}  // namespace
}  // namespace cresset

int main(int, char** argv) {
  try {
    cresset::set_num_threads(std::atoi(argv[5]));
    cresset::manual_seed(11);
    cresset::Training training(argv[1], argv[2], argv[3]);
    training.run(std::atoll(argv[4]));
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
