#include "cresset/serialize/value.h"

#include "cresset/serialize/state_dict.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/elements.h"

namespace cresset {
namespace {

Tensor counted(IntSpan shape) {
  return testing::generated<float>(shape, [](int64_t i) { return i; });
}

ErrorCode code_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::kInternal;
}

std::string text_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("Value: C++ values become Python's kinds") {
  CHECK(Value().is_none());
  CHECK(Value(nullptr).is_none());
  CHECK(Value(true).is_bool());
  CHECK(Value(3).is_int());
  CHECK(Value(uint8_t{3}).as_int() == 3);
  CHECK(Value(size_t{3}).as_int() == 3);
  CHECK(Value(2.5f).as_float() == 2.5);
  CHECK(Value(3).as_float() == 3.0);
  CHECK(Value("text").as_str() == "text");
  CHECK(Value(std::string("text")).as_str() == "text");
  CHECK(Value(std::complex<double>(1, 2)).as_complex().imag() == 2);
  CHECK(Value(float32).as_dtype() == float32);
  CHECK(Value(Device("cuda:1")).as_device() == Device("cuda:1"));
  CHECK(Value::size({2, 3}).as_shape() == Shape{2, 3});
  CHECK(Value(std::vector<int>{1, 2}).is_list());
  CHECK(testing::element<float>(Value(counted({2})).as_tensor(), 1) == 1.0f);
  CHECK(Value::bytes(std::string("a\0b", 3)).as_bytes().size() == 3);
}

TEST_CASE("Value: an int beyond 64 bits keeps its digits") {
  CHECK(Value(UINT64_MAX).kind() == ValueKind::kBigInt);
  CHECK(Value(UINT64_MAX).as_bytes() == std::string(8, '\xff') + '\0');
  CHECK(Value::big_int(std::string("\x05\0\0", 3)).as_int() == 5);
  CHECK(Value::big_int("\xff\xff").as_int() == -1);
  CHECK(Value::big_int("").as_int() == 0);
  CHECK(Value::big_int(std::string("\xff\0", 2)).as_int() == 255);
}

TEST_CASE("Value: braces make a nested dict that keeps its order") {
  const Value v = {{"epoch", 3},
                   {"optimizer", {{"lr", 0.1}, {"nesterov", false}}},
                   {"losses", std::vector<double>{0.5, 0.25}},
                   {7, "seven"}};
  CHECK(v.is_dict());
  CHECK(v["epoch"].as_int() == 3);
  CHECK(v["epoch"] == 3);
  CHECK(v["optimizer"]["lr"].as_float() == 0.1);
  CHECK(v["losses"][1].as_float() == 0.25);
  CHECK(v["losses"][-1].as_float() == 0.25);
  CHECK(v[7].as_str() == "seven");
  std::string keys;
  for (const auto& [key, value] : v.items()) keys += repr(key) + " ";
  CHECK(keys == "'epoch' 'optimizer' 'losses' 7 ");
  double sum = 0;
  for (const Value& loss : v["losses"]) sum += loss.as_float();
  CHECK(sum == 0.75);
}

TEST_CASE("Value: copies share containers") {
  Value a = Value::list({1});
  Value b = a;
  b.push_back(2);
  CHECK(a.size() == 2);
  CHECK(a.is_same(b));
  CHECK_FALSE(a.is_same(Value::list({1, 2})));
  CHECK(a == Value::list({1, 2}));
}

TEST_CASE("Value: a dict is filled, read and emptied by key") {
  Value v;
  v["a"] = 1;
  v["b"]["c"] = 2;
  v["a"] = v["b"]["c"];
  CHECK(v["a"] == 2);
  CHECK(v.contains("b"));
  CHECK_FALSE(v.contains("c"));
  CHECK(v.get("none", 5) == 5);
  CHECK(v.erase("a"));
  CHECK_FALSE(v.erase("a"));
  CHECK(v.size() == 1);
  for (int i = 0; i < 1000; ++i) v[i] = i * i;
  for (int i = 0; i < 1000; ++i) REQUIRE(v.at(i) == i * i);
  CHECK(v.erase(500));
  CHECK_FALSE(v.contains(500));
  CHECK(v.at(999) == 999 * 999);
  CHECK(v.size() == 1000);
}

TEST_CASE("Value: keys are equal as in Python") {
  Value v = {{1, "int"}, {"1", "text"}};
  v[Value(1.0)] = "float";
  v[Value(true)] = "bool";
  CHECK(v.size() == 2);
  CHECK(v[1] == "bool");
  CHECK(v.items().front().key.is_int());
  v[Value::tuple({1, Value::tuple({"x"})})] = 1;
  CHECK(v.contains(Value::tuple({1.0, Value::tuple({"x"})})));
  CHECK_FALSE(v.contains(Value::tuple({1, Value::tuple({"y"})})));
  v[Value()] = "none";
  CHECK(v[Value()] == "none");
  CHECK(v.contains(Value()));
  CHECK(Value::set({1, 2, 1.0, "a"}).size() == 3);
  CHECK(Value::set({1, 2}) == Value::set({2, 1}));
  v[Value::frozen_set({1, 2})] = 3;
  CHECK(v.contains(Value::frozen_set({2, 1})));
}

TEST_CASE("Value: lists, dicts and endless tuples are no keys", "[error]") {
  Value v = Value::dict();
  CHECK(code_of([&] { v[Value::list()] = 1; }) == ErrorCode::kValue);
  CHECK(code_of([&] { v[Value::tuple({Value::list()})] = 1; }) ==
        ErrorCode::kValue);
  Value deep = Value::tuple();
  for (int i = 0; i < 1000; ++i) deep = Value::tuple({deep, deep});
  CHECK(code_of([&] { v[deep] = 1; }) == ErrorCode::kValue);
}

TEST_CASE("Value: a wrong kind or key is named", "[error]") {
  const Value v = {{"lr", 0.1}, {"steps", Value::list({1, 2})}};
  CHECK(text_of([&] { v["lr"].as_int(); }) ==
        "Value: expected an int; got 0.1 (float)");
  CHECK(text_of([&] { v["rl"]; }) ==
        "Value: the dict has no key 'rl'; its keys are {'lr', 'steps'}");
  CHECK(code_of([&] { v["steps"][2]; }) == ErrorCode::kIndex);
  CHECK(code_of([&] { v["steps"][-3]; }) == ErrorCode::kIndex);
  CHECK(code_of([&] { v["steps"]["x"]; }) == ErrorCode::kValue);
  CHECK(code_of([&] { Value(true).as_int(); }) == ErrorCode::kValue);
  CHECK(code_of([&] { Value().size(); }) == ErrorCode::kValue);
  CHECK(code_of([&] { Value{Tensor()}; }) == ErrorCode::kValue);
}

TEST_CASE("Value: equality compares contents and kinds") {
  const Value a = {{"x", counted({2, 2})}, {"y", Value::tuple({1, 2.0})}};
  const Value b = {{"x", counted({2, 2})}, {"y", Value::tuple({1, 2.0})}};
  CHECK(a == b);
  CHECK_FALSE(Value(1) == Value(1.0));
  CHECK_FALSE(Value(1) == Value(true));
  CHECK_FALSE(Value::list({1}) == Value::tuple({1}));
  CHECK_FALSE(Value::dict() == Value::ordered_dict());
  CHECK_FALSE(a == Value({{"x", counted({4})}, {"y", a["y"]}}));
  CHECK(Value(std::nan("")) == Value(std::nan("")));
  CHECK_FALSE(Value(0.0) == Value(-0.0));
}

TEST_CASE("Value: depth and sharing need neither stack nor time") {
  Value a;
  Value b;
  for (int i = 0; i < 300000; ++i) {
    a = Value::list({a});
    b = Value::list({b});
  }
  CHECK(a == b);
  CHECK(repr(a).size() <= 1000);
  Value wide_a = Value::tuple();
  Value wide_b = Value::tuple();
  for (int i = 0; i < 200; ++i) {
    wide_a = Value::tuple({wide_a, wide_a});
    wide_b = Value::tuple({wide_b, wide_b});
  }
  CHECK(wide_a == wide_b);
}

TEST_CASE("Value: a list may contain itself without a leak") {
  Value a = Value::list();
  a.push_back(a.weak());
  CHECK(a[0].is_list());
  CHECK(a[0][0].is_same(a));
  Value b = Value::list();
  b.push_back(b.weak());
  CHECK(a == b);
}

TEST_CASE("Value: text shows Python's form") {
  CHECK(repr(Value({{"a", 1}, {"b", Value::list({true, nullptr, 1e-5})}})) ==
        "{'a': 1, 'b': [True, None, 1e-05]}");
  CHECK(repr(Value::tuple({1})) == "(1,)");
  CHECK(repr(Value::set()) == "set()");
  CHECK(repr("it's\n\x01") == "'it\\'s\\n\\x01'");
  CHECK(repr(counted({2, 3})) == "tensor(float32[2, 3])");
  CHECK(repr(Value(std::vector<int>(1000, 7)), 20).size() == 20);
}

TEST_CASE("StateDict: names map to tensors in order") {
  StateDict state = {{"b", counted({1})}, {"a", counted({2})}};
  state.set("c", counted({3}));
  state.set("b", counted({4}));
  CHECK(state.keys() == std::vector<std::string>{"b", "a", "c"});
  CHECK(state.at("b").numel() == 4);
  CHECK(state["c"].numel() == 3);
  CHECK(state.find("z") == nullptr);
  CHECK(state.erase("a"));
  CHECK_FALSE(state.erase("a"));
  CHECK(state.at("c").numel() == 3);
  CHECK(state.size() == 2);
  CHECK(code_of([&] { state.at("a"); }) == ErrorCode::kIndex);
}

TEST_CASE("StateDict: metadata travels through a Value") {
  StateDict state = {{"bn.weight", counted({2})}};
  CHECK_FALSE(state.version("bn").has_value());
  state.set_version("", 1);
  state.set_version("bn", 2);
  const Value value = state;
  CHECK(value.dict_type() == DictType::kOrderedDict);
  CHECK(value.attributes()["_metadata"]["bn"]["version"] == 2);
  const StateDict back = value.as_state_dict();
  CHECK(back.version("") == 1);
  CHECK(back.version("bn") == 2);
  CHECK_FALSE(back.version("fc").has_value());
  CHECK(back["bn.weight"].is_same(state["bn.weight"]));
}

TEST_CASE("StateDict: a nested checkpoint is explained", "[error]") {
  const Value checkpoint = {{"epoch", 1},
                            {"model", StateDict{{"w", counted({1})}}}};
  CHECK(text_of([&] { checkpoint.as_state_dict(); }) ==
        "Value: a state dict maps names to tensors; got int under the key "
        "'epoch'; did you mean at('model')");
}

}  // namespace
}  // namespace cresset
