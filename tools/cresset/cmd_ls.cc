// cresset ls: the tensors of a file.

#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "cresset/serialize/archive.h"
#include "cresset/serialize/refusal.h"
#include "cresset/tools/cresset/commands.h"
#include "cresset/tools/cresset/exit_code.h"
#include "cresset/tools/cresset/key_tree.h"
#include "cresset/tools/cresset/record_list.h"
#include "cresset/tools/cresset/selection.h"
#include "cresset/tools/cresset/text_table.h"

namespace cresset::cli {
namespace {

struct Settings {
  std::string file;
  Selection selection;
  std::string sort;
  bool tree = false;
  int64_t depth = 0;
  bool fold = false;
  bool records = false;
  bool count = false;
  bool strides = false;
  bool json = false;
};

struct Totals {
  int64_t numel = 0;
  int64_t bytes = 0;
};

Totals totals_of(const std::vector<Entry>& entries) {
  Totals totals;
  for (const Entry& entry : entries) {
    totals.numel += entry_numel(entry.value);
    totals.bytes += entry_bytes(entry.value);
  }
  return totals;
}

std::string totals_line(const std::vector<Entry>& entries) {
  const Totals totals = totals_of(entries);
  return counted(static_cast<int64_t>(entries.size()), "tensor") + ", " +
         counted(totals.numel, "element") + ", " + human_bytes(totals.bytes);
}

std::string stride_text(const Value& value) {
  if (value.is_tensor()) return shape_text(value.as_tensor().strides());
  return "-";
}

nlohmann::ordered_json to_json(const Entry& entry) {
  const Shape shape = entry_shape(entry.value);
  nlohmann::ordered_json json = {
      {"name", entry.name},
      {"dtype", entry_dtype(entry.value)},
      {"shape", std::vector<int64_t>(shape.begin(), shape.end())},
      {"numel", entry_numel(entry.value)},
      {"bytes", entry_bytes(entry.value)}};
  if (entry.value.is_tensor()) {
    const IntSpan strides = entry.value.as_tensor().strides();
    json["stride"] = std::vector<int64_t>(strides.begin(), strides.end());
  }
  return json;
}

// Layer numbers become "#": one line for all that differ in them alone.
void print_folded(Session& session, const std::vector<Entry>& entries) {
  struct Group {
    int64_t count = 0;
    std::string shapes;
    int64_t numel = 0;
  };
  std::map<std::string, Group> groups;
  std::vector<std::string> order;
  for (const Entry& entry : entries) {
    const std::string name = folded_name(entry.name);
    Group& group = groups[name];
    if (group.count++ == 0) order.push_back(name);
    const std::string shape = shape_text(entry_shape(entry.value)) + ' ' +
                              short_dtype(entry_dtype(entry.value));
    if (group.shapes.empty()) {
      group.shapes = shape;
    } else if (group.shapes != shape && !group.shapes.ends_with(" ...")) {
      group.shapes += " ...";
    }
    group.numel += entry_numel(entry.value);
  }
  TextTable table({"name", ">tensors", ">elements", "shape"});
  for (const std::string& name : order) {
    const Group& group = groups[name];
    table.add({name, with_commas(group.count), with_commas(group.numel),
               group.shapes});
  }
  session.out << table.text();
}

void print_table(Session& session, const Settings& settings,
                 const std::vector<Entry>& entries) {
  std::vector<std::string> header = {"name", "shape", "dtype", ">bytes"};
  if (settings.strides) header.push_back("stride");
  TextTable table(header);
  for (const Entry& entry : entries) {
    std::vector<std::string> row = {entry.name,
                                    shape_text(entry_shape(entry.value)),
                                    short_dtype(entry_dtype(entry.value)),
                                    with_commas(entry_bytes(entry.value))};
    if (settings.strides) row.push_back(stride_text(entry.value));
    table.add(std::move(row));
  }
  session.out << table.text();
}

void sort_entries(const std::string& order, std::vector<Entry>& entries) {
  if (order == "name") {
    std::stable_sort(
        entries.begin(), entries.end(),
        [](const Entry& a, const Entry& b) { return a.name < b.name; });
  } else if (order == "size") {
    std::stable_sort(entries.begin(), entries.end(),
                     [](const Entry& a, const Entry& b) {
                       return entry_bytes(a.value) > entry_bytes(b.value);
                     });
  }
}

int run(Session& session, const Settings& settings) {
  if (settings.records) {
    session.out << record_list(session, settings.file);
    return kExitOk;
  }
  // Only names and shapes are wanted, so no data is touched.
  const Value root =
      load_structure(session.input_path(settings.file), session.load_options());
  std::vector<Entry> entries =
      serialize::with_path(settings.file, "listing",
                           [&] { return settings.selection.select(root); });
  sort_entries(settings.sort, entries);
  if (settings.count) {
    session.out << totals_line(entries) << '\n';
  } else if (settings.json) {
    nlohmann::ordered_json json = nlohmann::ordered_json::array();
    for (const Entry& entry : entries) json.push_back(to_json(entry));
    session.out << json.dump(1) << '\n';
  } else {
    if (settings.fold) {
      print_folded(session, entries);
    } else if (settings.tree || settings.depth > 0) {
      session.out << key_tree(entries, settings.depth);
    } else {
      print_table(session, settings, entries);
    }
    session.out << totals_line(entries) << '\n';
  }
  return kExitOk;
}

}  // namespace

Command ls_command(Session& session) {
  auto settings = std::make_shared<Settings>();
  Command command = {
      "ls",
      "List the tensors of a file",
      "Examples:\n"
      "  cresset ls resnet18.pth --sort size\n"
      "  cresset ls last.ckpt --at state_dict --tree --depth 2\n"
      "  cresset ls resnet18.pth --records        where each record lies\n",
      {
          {"FILE", &settings->file, "", "file to look at", true},
          {"--sort",
           &settings->sort,
           "ORDER",
           "name, size (largest first) or offset (as in the file)",
           false,
           {"name", "size", "offset"}},
          {"--tree", &settings->tree, "", "show the modules as a tree"},
          {"--depth", &settings->depth, "N", "levels of the tree; 0: all"},
          {"--fold", &settings->fold, "",
           "one line for tensors that differ in layer numbers only"},
          {"--records", &settings->records, "",
           "list the records of the archive and the tensors in them"},
          {"--count", &settings->count, "", "print only the totals"},
          {"--strides", &settings->strides, "", "show strides"},
          {"--json", &settings->json, "", "print JSON"},
      },
      [&session, settings] { return run(session, *settings); },
  };
  settings->selection.add_options(command.options);
  return command;
}

}  // namespace cresset::cli
