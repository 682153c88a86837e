#include "cresset/tools/demos/metrics.h"

#include <algorithm>

#include "cresset/tools/demos/svg_plot.h"

namespace cresset::demos {
namespace {

struct Measure {
  const char* name;
  double EpochResult::*member;
  const char* tag;  // of TensorBoard
};

constexpr Measure kMeasures[] = {
    {"train_loss", &EpochResult::train_loss, "loss/train"},
    {"train_accuracy", &EpochResult::train_accuracy, "acc/train"},
    {"test_loss", &EpochResult::test_loss, "loss/test"},
    {"test_accuracy", &EpochResult::test_accuracy, "acc/test"},
    {"lr", &EpochResult::lr, "lr"},
};

Series curve(const History& history, const char* name,
             double EpochResult::*member, double scale) {
  Series out{.name = name, .x = {}, .y = {}};
  for (const EpochResult& result : history) {
    out.x.push_back(static_cast<double>(result.epoch));
    out.y.push_back(scale * result.*member);
  }
  return out;
}

}  // namespace

Value to_value(const History& history) {
  Value out = Value::list();
  for (const EpochResult& result : history) {
    Value row = {{"epoch", result.epoch}};
    for (const Measure& m : kMeasures) row[m.name] = result.*m.member;
    out.push_back(row);
  }
  return out;
}

History history_from_value(const Value& value) {
  History out;
  for (const Value& row : value) {
    EpochResult result{.epoch = row.at("epoch").as_int()};
    for (const Measure& m : kMeasures) {
      result.*m.member = row.at(m.name).as_float();
    }
    out.push_back(result);
  }
  return out;
}

void write_curves(const std::string& path, const History& history) {
  using R = EpochResult;
  write_svg(path,
            {{.title = "Fashion-MNIST: loss",
              .x_label = "epoch",
              .y_label = "cross entropy",
              .series = {curve(history, "train", &R::train_loss, 1),
                         curve(history, "test", &R::test_loss, 1)}},
             {.title = "Fashion-MNIST: accuracy",
              .x_label = "epoch",
              .y_label = "%",
              .series = {curve(history, "train", &R::train_accuracy, 100),
                         curve(history, "test", &R::test_accuracy, 100)}}});
}

void write_events(EventWriter& writer, const EpochResult& result) {
  for (const Measure& m : kMeasures) {
    writer.scalar(m.tag, result.*m.member, result.epoch);
  }
}

double best_accuracy(const History& history) {
  double best = 0;
  for (const EpochResult& result : history) {
    best = std::max(best, result.test_accuracy);
  }
  return best;
}

}  // namespace cresset::demos
