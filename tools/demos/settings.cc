#include "cresset/tools/demos/settings.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "cresset/tensor/base/error.h"

namespace cresset::demos {
namespace {

// Calls f(name, member, what it is) for every training setting; the name is
// that of the option and, with underscores, of the checkpoint's entry.
template <class T, class F>
void each_setting(T& s, F&& f) {
  f("batch_size", s.batch_size, "images per step");
  f("lr", s.lr, "learning rate of the first epoch");
  f("momentum", s.momentum, "momentum of SGD");
  f("weight_decay", s.weight_decay, "weight decay of SGD");
  f("lr_step", s.lr_step, "epochs until the learning rate changes");
  f("lr_gamma", s.lr_gamma, "factor by which it changes");
  f("seed", s.seed, "seed of weights, order and dropout");
  f("limit", s.limit, "use the first N images of each set; 0: all");
}

std::string option_name(std::string name) {
  std::replace(name.begin(), name.end(), '_', '-');
  return "--" + name;
}

// Accepts numbers from `low` on.
CLI::Validator at_least(int low) {
  return CLI::Validator(
      [low](std::string& text) -> std::string {
        double number = 0;
        if (CLI::detail::lexical_cast(text, number) && number >= low) return "";
        return "must be a number from " + std::to_string(low) + " on; got " +
               text;
      },
      "");
}

void get(const Value& value, int64_t& out) { out = value.as_int(); }
void get(const Value& value, double& out) { out = value.as_float(); }

}  // namespace

Value TrainSettings::to_value() const {
  Value out = Value::dict();
  each_setting(*this, [&](const char* name, const auto& member, const char*) {
    out[name] = member;
  });
  return out;
}

TrainSettings TrainSettings::from_value(const Value& value) {
  TrainSettings out;
  each_setting(out, [&](const char* name, auto& member, const char*) {
    get(value.at(name), member);
  });
  return out;
}

void Settings::adopt(const TrainSettings& saved) {
  const Value mine = train.to_value(), theirs = saved.to_value();
  for (const std::string& name : given) {
    CRESSET_CHECK(mine.at(name) == theirs.at(name), kValue, option_name(name),
                  ": a resumed run keeps its settings; the checkpoint has ",
                  repr(theirs.at(name)), "; got ", repr(mine.at(name)));
  }
  train = saved;
}

std::optional<Settings> parse_settings(int argc, const char* const* argv,
                                       int& status) {
  Settings s;
  CLI::App app(
      "Trains a convolutional network on Fashion-MNIST. Writes last.pth and\n"
      "best.pth, which PyTorch opens, and curves.svg, after every epoch.");
  app.get_formatter()->column_width(30);
  app.option_defaults()->always_capture_default();
  app.add_option("--data", s.data, "folder of the data set")->type_name("DIR");
  app.add_option("--out", s.out, "folder of checkpoints and curves")
      ->type_name("DIR");
  app.add_option("--epochs", s.epochs, "train until N epochs are done (10)")
      ->check(at_least(1));
  auto* resume =
      app.add_option("--resume",
                     "go on from last.pth in the output folder, or from FILE")
          ->expected(0, 1)
          ->type_name("[FILE]");
  app.add_option("--evaluate", s.evaluate, "only test the checkpoint FILE")
      ->type_name("FILE");
  std::string device = "cpu";
  app.add_option("--device", device,
                 "where the network runs: cpu, cuda, cuda:1")
      ->type_name("DEVICE")
      ->check(CLI::Validator(
          [](std::string& text) -> std::string {
            try {
              Device{text};
            } catch (const Error& error) {
              return error.what();
            }
            return "";
          },
          ""));
  app.add_flag("--amp", s.amp, "compute in 16 bits where that is safe");
  app.add_flag("--graph", s.graph, "run steps as a CUDA graph (with cuda)");
  app.add_option("--threads", s.threads, "threads of an op; 0: one a core")
      ->check(at_least(0));
  app.add_option("--workers", s.workers, "threads that prepare batches")
      ->check(at_least(0));
  app.add_flag("--quiet,-q", s.quiet, "print no progress");
  std::vector<std::pair<std::string, CLI::Option*>> training;
  each_setting(s.train, [&](const char* name, auto& member, const char* what) {
    const bool counts =
        name == std::string("batch_size") || name == std::string("lr_step");
    CLI::Option* option = app.add_option(option_name(name), member, what)
                              ->check(at_least(counts ? 1 : 0));
    training.emplace_back(name, option);
  });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    status = app.exit(e) == 0 ? 0 : 2;
    return std::nullopt;
  }
  s.device = Device(device);
  if (s.graph && !s.device.is_cuda()) {
    std::cerr << "--graph: needs --device cuda; got " << device << '\n';
    status = 2;
    return std::nullopt;
  }
  if (resume->count() > 0) {
    s.resume = resume->results().empty() ? "" : resume->results().back();
  }
  for (const auto& [name, option] : training) {
    if (option->count() > 0) s.given.push_back(name);
  }
  return s;
}

}  // namespace cresset::demos
