// cresset summary: the layers of a ready-made network.

#include <charconv>
#include <functional>
#include <map>
#include <memory>

#include "cresset/nn/models/models.h"
#include "cresset/tools/cresset/commands.h"
#include "cresset/tools/cresset/exit_code.h"
#include "cresset/tools/cresset/model_table.h"
#include "cresset/tools/cresset/names.h"

namespace cresset::cli {
namespace {

using Maker = std::function<std::shared_ptr<nn::Module>(int64_t classes)>;

template <class Model, class Options>
Maker maker(Model (*make)(const Options&)) {
  return [make](int64_t classes) -> std::shared_ptr<nn::Module> {
    Options options;
    if (classes > 0) options.num_classes = classes;
    // The function's result is built in place: modules are never moved.
    return std::shared_ptr<nn::Module>(new Model(make(options)));
  };
}

const std::map<std::string, Maker>& zoo() {
  using namespace nn::models;
  static const std::map<std::string, Maker> all = {
      {"lenet",
       [](int64_t classes) -> std::shared_ptr<nn::Module> {
         return std::make_shared<LeNet>(classes > 0 ? classes : 10);
       }},
      {"resnet18", maker(resnet18)},
      {"resnet34", maker(resnet34)},
      {"resnet50", maker(resnet50)},
      {"resnet101", maker(resnet101)},
      {"resnet152", maker(resnet152)},
      {"vgg11", maker(vgg11)},
      {"vgg11_bn", maker(vgg11_bn)},
      {"vgg13", maker(vgg13)},
      {"vgg13_bn", maker(vgg13_bn)},
      {"vgg16", maker(vgg16)},
      {"vgg16_bn", maker(vgg16_bn)},
      {"vgg19", maker(vgg19)},
      {"vgg19_bn", maker(vgg19_bn)},
  };
  return all;
}

std::vector<std::string> model_names() {
  std::vector<std::string> names;
  for (const auto& [name, make] : zoo()) names.push_back(name);
  return names;
}

// "1,3,32,32"; the usual input of the network for an empty text.
Shape input_shape(const std::string& text, const std::string& model) {
  if (text.empty()) {
    return model == "lenet" ? Shape{1, 1, 32, 32} : Shape{1, 3, 224, 224};
  }
  Shape shape;
  const char* at = text.data();
  const char* end = at + text.size();
  while (at < end) {
    int64_t n = 0;
    const auto [next, error] = std::from_chars(at, end, n);
    if (error != std::errc() || n < 1 || (next < end && *next != ',')) break;
    shape.push_back(n);
    at = next + (next < end ? 1 : 0);
  }
  if (at != end || shape.size() != 4) {
    throw CliError(
        kExitUsage,
        "--input takes four sizes such as 1,3,224,224; got '" + text + "'");
  }
  return shape;
}

}  // namespace

Command summary_command(Session& session) {
  struct Settings {
    std::string model;
    std::string input;
    int64_t classes = 0;
  };
  auto settings = std::make_shared<Settings>();
  return {
      "summary",
      "Show the layers of a ready-made network",
      "Examples:\n"
      "  cresset summary resnet18\n"
      "  cresset summary vgg11 --input 16,3,32,32 --classes 10\n",
      {
          {"MODEL", &settings->model, "",
           "lenet, resnet18 to resnet152, vgg11 to vgg19_bn", true},
          {"--input", &settings->input, "N,C,H,W", "shape of the input"},
          {"--classes", &settings->classes, "N", "number of classes"},
      },
      [&session, settings]() -> int {
        const auto found = zoo().find(settings->model);
        if (found == zoo().end()) {
          throw CliError(kExitUsage,
                         "there is no network '" + settings->model + "'" +
                             did_you_mean(settings->model, model_names()));
        }
        const Shape input = input_shape(settings->input, settings->model);
        const auto model = found->second(settings->classes);
        session.out << model_table(*model, input);
        return kExitOk;
      },
  };
}

}  // namespace cresset::cli
