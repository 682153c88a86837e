#include "cresset/tests/parity/signature.h"

#include "cresset/tests/catch.h"
#include "cresset/tests/parity/op_table.h"
#include "cresset/tests/parity/outcome.h"

namespace cresset::parity {
namespace {

Value tuple(std::vector<Value> elements) {
  return Value::tuple(std::move(elements));
}

std::vector<Value> bind(const char* signature, std::vector<Value> args,
                        const Value& kwargs = Value::dict()) {
  return Signature(signature).bind(tuple(std::move(args)), kwargs);
}

TEST_CASE("signature: literals are read as Python reads them") {
  CHECK(parse_literal("None").is_none());
  CHECK(parse_literal("True").as_bool());
  CHECK(parse_literal("-3").as_int() == -3);
  CHECK(parse_literal("1e-05").as_float() == 1e-5);
  CHECK(parse_literal("'mean'").as_str() == "mean");
  CHECK(parse_literal("(1, (2, 3))").at(1).size() == 2);
  CHECK(parse_literal("()").is_tuple());
}

TEST_CASE("signature: arguments bind by position, by keyword and by default") {
  const auto bound = bind("input, dim=None, keepdim=False", {1, 2});
  REQUIRE(bound.size() == 3);
  CHECK(bound[0].as_int() == 1);
  CHECK(bound[1].as_int() == 2);
  CHECK_FALSE(bound[2].as_bool());
  const auto named = bind("input, dim=(1, 2), *, dtype=None", {1},
                          Value::dict({{"dtype", int64}}));
  CHECK(named[1].at(1).as_int() == 2);
  CHECK(named[2].as_dtype() == int64);
}

TEST_CASE("signature: a starred parameter takes what is left or one list") {
  CHECK(bind("input, *dims", {1, 2, 3})[1].size() == 2);
  CHECK(bind("input, *dims", {1, tuple({2, 3, 4})})[1].size() == 3);
  CHECK(bind("input, *dims", {1})[1].empty());
  const Value kwargs = Value::dict({{"dims", tuple({5})}});
  CHECK(bind("input, *dims", {1}, kwargs)[1].at(0).as_int() == 5);
}

TEST_CASE("signature: what does not bind is named", "[error]") {
  const Value extra = Value::dict({{"out", 1}});
  CHECK_THROWS_WITH(bind("input", {1}, extra), "no argument 'out'");
  const Value twice = Value::dict({{"input", 1}});
  CHECK_THROWS_WITH(bind("input", {1}, twice), "argument 'input' given twice");
  CHECK_THROWS_WITH(bind("input, other", {1}), "argument 'other' is missing");
  CHECK_THROWS_WITH(bind("input", {1, 2}),
                    "takes 1 positional arguments; got 2");
  CHECK_THROWS_AS(bind("input, *, dim=0", {1, 2}), Skip);
}

TEST_CASE("op table: the first row whose types fit is called") {
  OpTable table;
  table.add("f", "n", [](int64_t n) { return n + 1; });
  table.add("f", "n, text='a'", [](const std::string&, const std::string&) {
    return std::vector<int64_t>{1, 2};
  });
  table.add("f", "n", [](Ints list) { return list.size(); });
  const Value none = Value::dict();
  CHECK(table.call("f", tuple({4}), none)[0].as_int() == 5);
  CHECK(table.call("f", tuple({"x"}), none).size() == 2);
  CHECK(table.call("f", tuple({tuple({1, 2, 3})}), none)[0].as_int() == 3);
  CHECK_THROWS_AS(table.call("f", tuple({true}), none), Skip);
  CHECK_THROWS_WITH(table.call("g", tuple({}), none), "Cresset has no g");
}

TEST_CASE("op table: a bool is no int, an int is a float and a list") {
  CHECK_FALSE(Convert<int64_t>::fits(Value(true)));
  CHECK_FALSE(Convert<double>::fits(Value(true)));
  CHECK(Convert<double>::fits(Value(2)));
  CHECK(Convert<Ints>::get(Value(2)) == Ints{2});
  CHECK(Convert<Ints>::get(Value::size({2, 3})) == Ints{2, 3});
  CHECK_FALSE(Convert<Tensors>::fits(Value(2)));
  CHECK(Convert<Absent>::fits(Value()));
  CHECK_FALSE(Convert<Absent>::fits(Value(true)));
}

}  // namespace
}  // namespace cresset::parity
