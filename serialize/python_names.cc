#include <string_view>

#include "cresset/serialize/pickle_format.h"

namespace cresset::serialize {
namespace {

struct ModulePair {
  std::string_view python2;
  std::string_view python3;
  bool both_ways;
};

constexpr ModulePair kModules[] = {
    {"__builtin__", "builtins", true}, {"copy_reg", "copyreg", true},
    {"Queue", "queue", true},          {"ConfigParser", "configparser", true},
    {"repr", "reprlib", true},         {"thread", "_thread", true},
    {"commands", "subprocess", true},  {"_abcoll", "collections.abc", true},
    {"cPickle", "pickle", false},      {"StringIO", "io", false},
};

struct NamePair {
  std::string_view module2;
  std::string_view name2;
  std::string_view module3;
  std::string_view name3;
  bool both_ways;
};

constexpr NamePair kNames[] = {
    {"__builtin__", "long", "builtins", "int", true},
    {"__builtin__", "unicode", "builtins", "str", true},
    {"__builtin__", "basestring", "builtins", "str", false},
    {"__builtin__", "unichr", "builtins", "chr", true},
    {"__builtin__", "xrange", "builtins", "range", true},
    {"itertools", "imap", "builtins", "map", true},
    {"itertools", "izip", "builtins", "zip", true},
    {"itertools", "ifilter", "builtins", "filter", true},
    {"__builtin__", "reduce", "functools", "reduce", true},
    {"__builtin__", "intern", "sys", "intern", true},
    {"itertools", "ifilterfalse", "itertools", "filterfalse", true},
    {"itertools", "izip_longest", "itertools", "zip_longest", true},
    {"UserDict", "IterableUserDict", "collections", "UserDict", true},
    {"UserDict", "UserDict", "collections", "UserDict", false},
    {"UserList", "UserList", "collections", "UserList", true},
    {"UserString", "UserString", "collections", "UserString", true},
};

}  // namespace

void to_python3_names(std::string& module, std::string& name) {
  for (const NamePair& pair : kNames) {
    if (module == pair.module2 && name == pair.name2) {
      module = pair.module3;
      name = pair.name3;
      return;
    }
  }
  for (const ModulePair& pair : kModules) {
    if (module == pair.python2) {
      module = pair.python3;
      return;
    }
  }
}

void to_python2_names(std::string& module, std::string& name) {
  for (const NamePair& pair : kNames) {
    if (pair.both_ways && module == pair.module3 && name == pair.name3) {
      module = pair.module2;
      name = pair.name2;
      return;
    }
  }
  for (const ModulePair& pair : kModules) {
    if (pair.both_ways && module == pair.python3) {
      module = pair.python2;
      return;
    }
  }
}

}  // namespace cresset::serialize
