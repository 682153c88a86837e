#include "cresset/tools/cresset/key_tree.h"

#include <algorithm>
#include <cctype>

#include "cresset/tools/cresset/text_table.h"

namespace cresset::cli {
namespace {

// The end of the first `level` steps of a name, or npos if it has fewer.
size_t end_of_level(std::string_view name, int64_t level) {
  size_t end = std::string_view::npos;
  size_t begin = 0;
  for (int64_t i = 0; i < level; ++i) {
    end = name.find('.', begin);
    if (end == std::string_view::npos) return end;
    begin = end + 1;
  }
  return end;
}

class Tree {
 public:
  Tree(const std::vector<Entry>& entries, int64_t depth)
      : entries_(entries),
        depth_(depth),
        table_({"name", ">tensors", ">elements", "shape"}) {}

  std::string run() {
    size_t at = 0;
    // Depth is at most that of the names, which no file makes deep: the
    // levels are walked in a loop.
    std::string open;
    while (at < entries_.size()) at = line(at, open);
    return table_.text();
  }

 private:
  // Writes the modules that begin with entry `at`, then the entry; returns the
  // next entry that is not part of what was written.
  size_t line(size_t at, std::string& open) {
    const std::string& name = entries_[at].name;
    for (int64_t level = 1;; ++level) {
      const size_t end = end_of_level(name, level);
      if (end == std::string::npos) break;
      const std::string prefix = name.substr(0, end + 1);
      const bool last = depth_ > 0 && level >= depth_;
      if (open.starts_with(prefix)) continue;
      const size_t stop = module_line(at, prefix, level);
      open = prefix;
      if (last) return stop;
    }
    const Value& value = entries_[at].value;
    const int64_t level = std::count(name.begin(), name.end(), '.');
    table_.add({indented(name.substr(name.rfind('.') + 1), level), "",
                with_commas(entry_numel(value)),
                shape_text(entry_shape(value)) + ' ' +
                    short_dtype(entry_dtype(value))});
    return at + 1;
  }

  size_t module_line(size_t at, const std::string& prefix, int64_t level) {
    size_t stop = at;
    int64_t numel = 0;
    for (; stop < entries_.size() && entries_[stop].name.starts_with(prefix);
         ++stop) {
      numel += entry_numel(entries_[stop].value);
    }
    const std::string whole = prefix.substr(0, prefix.size() - 1);
    table_.add({indented(whole.substr(whole.rfind('.') + 1), level - 1),
                with_commas(static_cast<int64_t>(stop - at)),
                with_commas(numel), ""});
    return stop;
  }

  static std::string indented(const std::string& name, int64_t level) {
    return std::string(static_cast<size_t>(std::min<int64_t>(level, 40)) * 2,
                       ' ') +
           name;
  }

  const std::vector<Entry>& entries_;
  int64_t depth_;
  TextTable table_;
};

}  // namespace

std::string key_tree(const std::vector<Entry>& entries, int64_t depth) {
  return Tree(entries, depth).run();
}

std::string folded_name(std::string_view name) {
  std::string folded;
  for (size_t i = 0; i < name.size(); ++i) {
    const bool digit = std::isdigit(static_cast<unsigned char>(name[i])) != 0;
    if (!digit) {
      folded += name[i];
    } else if (folded.empty() || folded.back() != '#') {
      folded += '#';
    }
  }
  return folded;
}

}  // namespace cresset::cli
