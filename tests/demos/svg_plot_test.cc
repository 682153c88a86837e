#include "cresset/tools/demos/svg_plot.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cresset/tensor/base/error.h"
#include "cresset/tests/catch.h"

namespace {

using cresset::demos::Plot;
using cresset::demos::to_svg;
using cresset::demos::write_svg;
using cresset::demos::internal::ticks;

size_t count(const std::string& text, const std::string& part) {
  size_t n = 0;
  for (size_t at = text.find(part); at != std::string::npos;
       at = text.find(part, at + part.size())) {
    ++n;
  }
  return n;
}

Plot sample() {
  return {.title = "Loss & accuracy",
          .x_label = "epoch",
          .y_label = "loss",
          .series = {{"train", {1, 2, 3}, {0.9, 0.5, 0.3}},
                     {"test", {1, 2, 3}, {0.8, 0.6, 0.45}}}};
}

TEST_CASE("ticks: round values inside the range", "[demos]") {
  CHECK(ticks(0, 10, 5) == std::vector<double>{0, 2, 4, 6, 8, 10});
  CHECK(ticks(0.3, 4.4, 5) == std::vector<double>{1, 2, 3, 4});
  CHECK(ticks(-1, 1, 4) == std::vector<double>{-1, -0.5, 0, 0.5, 1});
  CHECK(ticks(5, 5, 4) == std::vector<double>{5});
  CHECK(ticks(0.1, 0.35, 5).size() == 6);
  CHECK_FALSE(std::signbit(ticks(-1, 1, 2)[1]));
}

TEST_CASE("svg: every series has a line, a key and its markers", "[demos]") {
  const std::string svg = to_svg({sample()});
  CHECK(svg.rfind("<svg xmlns=", 0) == 0);
  CHECK(svg.substr(svg.size() - 7) == "</svg>\n");
  CHECK(count(svg, "<path ") == 2);
  CHECK(count(svg, "<circle ") == 6);
  CHECK(count(svg, ">train  0.3<") == 1);
  CHECK(count(svg, ">test  0.45<") == 1);
  CHECK(count(svg, "Loss &amp; accuracy") == 1);
  CHECK(count(svg, ">epoch<") == 1);
}

TEST_CASE("svg: plots stand side by side", "[demos]") {
  const std::string svg = to_svg({sample(), sample()});
  CHECK(count(svg, "width=\"1120\"") == 1);
  CHECK(count(svg, "<path ") == 4);
}

TEST_CASE("svg: smaller values are lower", "[demos]") {
  const std::string svg = to_svg({sample()});
  const size_t at = svg.find("d=\"M");
  double x1, y1, x2, y2;
  REQUIRE(std::sscanf(svg.c_str() + at, "d=\"M%lf %lf L%lf %lf", &x1, &y1, &x2,
                      &y2) == 4);
  CHECK(x2 > x1);
  CHECK(y2 > y1);
}

TEST_CASE("svg: values that are not finite leave a gap", "[demos]") {
  Plot plot = sample();
  plot.series.resize(1);
  plot.series[0] = {"a", {1, 2, 3, 4}, {1, NAN, 2, INFINITY}};
  const std::string svg = to_svg({plot});
  CHECK(svg.find("nan") == std::string::npos);
  CHECK(svg.find("\"inf") == std::string::npos);
  CHECK(count(svg, "<circle ") == 2);
  CHECK(count(svg, " M") == 1);
}

TEST_CASE("svg: plots of nothing and of one point are drawn", "[demos]") {
  CHECK(to_svg({}).find("</svg>") != std::string::npos);
  CHECK(to_svg({Plot{}}).find("nan") == std::string::npos);
  Plot point;
  point.series = {{"one", {1}, {7}}};
  const std::string svg = to_svg({point});
  CHECK(svg.find("nan") == std::string::npos);
  CHECK(count(svg, "<circle ") == 1);
}

TEST_CASE("svg: x and y of unequal length are an error", "[demos][error]") {
  Plot plot;
  plot.series = {{"bad", {1, 2}, {1}}};
  CHECK_THROWS_WITH(
      to_svg({plot}),
      "to_svg: a series needs as many x as y; got 2 and 1 in 'bad'");
}

TEST_CASE("svg: a file is replaced as a whole", "[demos]") {
  const char* folder = std::getenv("TEST_TMPDIR");
  const std::string path =
      (folder ? std::string(folder)
              : std::filesystem::temp_directory_path().string()) +
      "/plot.svg";
  write_svg(path, {Plot{}});
  write_svg(path, {sample()});
  std::ifstream in(path);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  CHECK(text == to_svg({sample()}));
  CHECK_FALSE(std::filesystem::exists(path + ".part"));
  CHECK_THROWS_AS(write_svg(path + "/x.svg", {}), cresset::Error);
}

}  // namespace
