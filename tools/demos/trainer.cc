#include "cresset/tools/demos/trainer.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <vector>

#include "cresset/cuda/cuda.h"
#include "cresset/tools/demos/progress.h"

namespace cresset::demos {
namespace {

// Mean and standard deviation of the training pixels.
constexpr float kMean = 0.28604f, kStddev = 0.35302f;
constexpr int kClasses = 10;
constexpr int64_t kTestBatch = 256;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
      .count();
}

std::string format(const char* pattern, auto... values) {
  char text[240];
  std::snprintf(text, sizeof text, pattern, values...);
  return text;
}

DataLoaderOptions loader_options(const Settings& settings) {
  return {.batch_size = settings.train.batch_size,
          .workers = settings.workers,
          .mean = kMean,
          .stddev = kStddev};
}

ProgressStyle style(const Settings& settings) {
  return settings.quiet ? ProgressStyle::kSilent : default_progress_style();
}

// float16 needs its gradients scaled, and GradScaler looks at them on the host,
// which a graph cannot do; bfloat16, which the CPU takes too, needs no scaling.
bool takes_float16(const Settings& settings) {
  return settings.amp && settings.device.is_cuda() && !settings.graph;
}

// The network where the settings want it.
FashionNet network(const Settings& settings) {
  manual_seed(static_cast<uint64_t>(settings.train.seed));
  FashionNet net;
  net.to(settings.device);
  return net;
}

Batch on_device(const Batch& batch, Device device) {
  return {batch.images.to(device), batch.labels.to(device)};
}

std::vector<int64_t> random_order(int64_t n) {
  const Tensor order = randperm(n, {.device = Device()});
  const auto* data = order.data<int64_t>();
  return {data, data + n};
}

// A generator's state as PyTorch keeps it: a tensor of bytes.
Tensor state_tensor(const std::vector<uint8_t>& state) {
  Tensor out = empty({static_cast<int64_t>(state.size())},
                     {.dtype = uint8, .device = Device()});
  std::copy(state.begin(), state.end(), out.data<uint8_t>());
  return out;
}

std::vector<uint8_t> state_bytes(const Value& state) {
  const Tensor host = state.as_tensor().cpu();
  const auto* data = host.data<uint8_t>();
  return {data, data + host.numel()};
}

// The order of the images comes from the CPU's generator, dropout draws from
// that of the network's device.
void restore_random_state(const Value& saved, Device device) {
  const std::vector<uint8_t> state = state_bytes(saved["rng_state"]);
  default_generator().set_state(state.data(), state.size());
  // A run that goes on from a CPU's checkpoint has none.
  if (!device.is_cuda() || !saved.contains("cuda_rng_state")) return;
  cuda::set_rng_state(state_bytes(saved["cuda_rng_state"]), device);
}

}  // namespace

Trainer::Trainer(const Settings& settings)
    : settings_(settings),
      train_set_(read_image_set(settings.data, "train", kClasses)),
      test_set_(read_image_set(settings.data, "t10k", kClasses)),
      net_(network(settings)),
      optimizer_(net_.parameters(),
                 {.lr = settings.train.lr,
                  .momentum = settings.train.momentum,
                  .weight_decay = settings.train.weight_decay}),
      scheduler_(optimizer_, {.step_size = settings.train.lr_step,
                              .gamma = settings.train.lr_gamma}),
      scaler_({.enabled = takes_float16(settings)}),
      graphed_step_([this](const Batch& batch) { return train_step(batch); }) {
  if (settings.train.limit > 0) {
    train_set_.limit(settings.train.limit);
    test_set_.limit(settings.train.limit);
  }
}

Value Trainer::checkpoint() const {
  Value all = {{"model", net_.state_dict()},
               {"optimizer", optimizer_.state_dict()},
               {"scheduler", scheduler_.state_dict()},
               {"epoch", static_cast<int64_t>(history_.size())},
               {"rng_state", state_tensor(default_generator().get_state())},
               {"history", to_value(history_)},
               {"settings", settings_.train.to_value()}};
  if (settings_.device.is_cuda()) {
    all["cuda_rng_state"] = state_tensor(cuda::get_rng_state(settings_.device));
  }
  if (scaler_.is_enabled()) all["scaler"] = scaler_.state_dict();
  return all;
}

void Trainer::restore(const Value& saved) {
  net_.load_state_dict(saved["model"].as_state_dict());
  optimizer_.load_state_dict(saved["optimizer"]);
  scheduler_.load_state_dict(saved["scheduler"]);
  history_ = history_from_value(saved["history"]);
  restore_random_state(saved, settings_.device);
  if (scaler_.is_enabled() && saved.contains("scaler")) {
    scaler_.load_state_dict(saved["scaler"]);
  }
}

StepResult Trainer::train_step(const Batch& batch) {
  optimizer_.zero_grad();
  StepResult result;
  {
    const AutocastGuard autocast(
        settings_.device.type,
        {.dtype = takes_float16(settings_) ? float16 : bfloat16,
         .enabled = settings_.amp});
    result.scores = net_(batch.images);
    result.loss = cross_entropy(result.scores, batch.labels);
  }
  scaler_.scale(result.loss).backward();
  scaler_.step(optimizer_);
  scaler_.update();
  return result;
}

Score Trainer::train_epoch(int64_t epoch, int64_t epochs) {
  const DataLoader loader(train_set_, loader_options(settings_));
  Progress progress(
      format("epoch %lld/%lld", (long long)epoch, (long long)epochs),
      loader.batches(), style(settings_), std::cerr);
  net_.train();
  Tally tally(settings_.device);
  int64_t step = 0;
  for (const Batch& batch : loader.epoch(random_order(train_set_.count))) {
    const Batch there = on_device(batch, settings_.device);
    const StepResult result =
        settings_.graph ? graphed_step_(there) : train_step(there);
    tally.add(result.loss, result.scores, there.labels);
    progress.update(++step, [&] {
      const Score score = tally.score();
      return format("loss %.4f  acc %.3f  lr %.3g", score.loss, score.accuracy,
                    scheduler_.get_last_lr()[0]);
    });
  }
  progress.finish();
  return tally.score();
}

Score Trainer::test() {
  const NoGradGuard no_grad;
  DataLoaderOptions options = loader_options(settings_);
  options.batch_size = kTestBatch;
  const DataLoader loader(test_set_, options);
  net_.eval();
  Tally tally(settings_.device);
  for (const Batch& host : loader.epoch()) {
    const Batch batch = on_device(host, settings_.device);
    const Tensor scores = net_(batch.images);
    tally.add(cross_entropy(scores, batch.labels), scores, batch.labels);
  }
  return tally.score();
}

void Trainer::run(int64_t epochs) {
  const std::string& out = settings_.out;
  std::filesystem::create_directories(out);
  EventWriter events(out + "/events");
  for (auto epoch = int64_t(history_.size()) + 1; epoch <= epochs; ++epoch) {
    const double lr = scheduler_.get_last_lr()[0];
    const auto start = std::chrono::steady_clock::now();
    const Score train = train_epoch(epoch, epochs);
    const double seconds = seconds_since(start);
    scheduler_.step();
    graphed_step_.reset();
    const Score tested = test();

    const bool best = tested.accuracy > best_accuracy(history_);
    history_.push_back(
        {epoch, train.loss, train.accuracy, tested.loss, tested.accuracy, lr});
    // last.pth comes last: a run that was killed before it does this epoch
    // again, and then writes the same once more.
    const Value state = checkpoint();
    if (best) save(state, out + "/best.pth");
    write_curves(out + "/curves.svg", history_);
    write_events(events, history_.back());
    save(state, out + "/last.pth");
    std::printf(
        "epoch %lld/%lld  loss %.4f  train %.2f %%  test %.2f %%%s  "
        "lr %.3g  %.0f images/s  %.0f s\n",
        (long long)epoch, (long long)epochs, train.loss, 100 * train.accuracy,
        100 * tested.accuracy, best ? " (best)" : "", lr,
        double(train_set_.count) / seconds, seconds);
    std::fflush(stdout);
  }
}

void run_fashion_mnist(Settings settings) {
  if (settings.threads > 0) set_num_threads(settings.threads);
  Value saved;
  if (!settings.evaluate.empty()) {
    saved = load(settings.evaluate, {.map_location = settings.device});
  } else if (settings.resume) {
    saved = load(settings.resume->empty() ? settings.out + "/last.pth"
                                          : *settings.resume,
                 {.map_location = settings.device});
  }
  if (!saved.is_none()) {
    settings.adopt(TrainSettings::from_value(saved["settings"]));
  }
  Trainer trainer(settings);
  if (!saved.is_none()) trainer.restore(saved);
  if (settings.evaluate.empty()) trainer.run(settings.epochs.value_or(10));
  std::printf("test accuracy %.2f %%\n", 100 * trainer.test().accuracy);
}

}  // namespace cresset::demos
