#include "cresset/tools/cresset/key_edit.h"

#include "cresset/tests/catch.h"
#include "cresset/tools/cresset/exit_code.h"

namespace cresset::cli {
namespace {

TEST_CASE("KeyEdit: names, prefixes and substitutions in order", "[cli]") {
  KeyEdit edit;
  edit.add_map("# a comment\nold.weight\tmodule.new.weight\r\n");
  edit.strip_prefix("module.");
  edit.add_substitution("s/\\.(\\d+)\\./.b\\1./");
  edit.add_prefix("net.");
  CHECK(edit("old.weight") == "net.new.weight");
  CHECK(edit("module.layer.3.bias") == "net.layer.b3.bias");
  CHECK(edit("module.a.1.b.2.c") == "net.a.b1.b.2.c");
  CHECK(edit("fc.bias") == "net.fc.bias");
}

TEST_CASE("KeyEdit: g replaces everywhere, any separator serves", "[cli]") {
  KeyEdit edit;
  edit.add_substitution("s|a/b|$1|g");
  CHECK(edit("a/b.a/b") == "$1.$1");
  KeyEdit slashes;
  slashes.add_substitution("s/a\\/b/c/");
  CHECK(slashes("a/b.a/b") == "c.a/b");
}

TEST_CASE("KeyEdit: names of modules follow those of tensors", "[cli]") {
  KeyEdit edit;
  edit.strip_prefix("module.");
  CHECK(edit.module_name("").empty());
  CHECK(edit.module_name("module").empty());
  CHECK(edit.module_name("module.fc") == "fc");
}

TEST_CASE("KeyEdit: broken edits are refused", "[cli]") {
  KeyEdit edit;
  for (const char* text :
       {"", "s", "s/a/b", "s//b/", "s/a/b/x", "s/(/b/", "y/a/b/"}) {
    CHECK_THROWS_AS(edit.add_substitution(text), CliError);
  }
  CHECK_THROWS_AS(edit.add_map("no tab"), CliError);
  CHECK_THROWS_AS(edit.add_map("\tnew"), CliError);
}

}  // namespace
}  // namespace cresset::cli
