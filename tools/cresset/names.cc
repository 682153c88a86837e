#include "cresset/tools/cresset/names.h"

#include <algorithm>

#include "cresset/serialize/value.h"

namespace cresset::cli {
namespace {

// Longer texts are names of nobody's typing.
constexpr size_t kMaxLength = 200;

}  // namespace

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<size_t>> cost(a.size() + 1,
                                        std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) {
    for (size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = i + j;
        continue;
      }
      cost[i][j] =
          std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1,
                    cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[a.size()][b.size()];
}

std::string nearest_name(std::string_view word,
                         const std::vector<std::string>& names) {
  if (word.empty() || word.size() > kMaxLength) return "";
  std::string best;
  // A third of the letters may be wrong.
  size_t limit = std::max<size_t>(2, word.size() / 3) + 1;
  limit = std::min(limit, word.size());
  for (const std::string& name : names) {
    if (name.size() > kMaxLength) continue;
    const size_t gap = name.size() > word.size() ? name.size() - word.size()
                                                 : word.size() - name.size();
    if (gap >= limit) continue;
    const size_t distance = edit_distance(word, name);
    if (distance < limit) {
      limit = distance;
      best = name;
    }
  }
  if (!best.empty()) return best;
  // "weight" for "layer1.0.conv1.weight", if there is only one of them.
  for (const std::string& name : names) {
    if (name.size() <= word.size() || name.find(word) == std::string::npos) {
      continue;
    }
    if (!best.empty()) return "";
    best = name;
  }
  return best;
}

std::string did_you_mean(std::string_view word,
                         const std::vector<std::string>& names) {
  const std::string near = nearest_name(word, names);
  return near.empty() ? "" : "; did you mean " + quoted(near) + "?";
}

}  // namespace cresset::cli
