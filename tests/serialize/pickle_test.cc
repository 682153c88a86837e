// Streams in these tests were written by CPython's pickle unless they are
// hostile ones made by hand.

#include <functional>
#include <string>
#include <string_view>

#include "cresset/serialize/pickle_reader.h"
#include "cresset/serialize/pickle_writer.h"
#include "cresset/tensor/base/error.h"
#include "cresset/tests/catch.h"

namespace cresset::serialize {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

Value read(std::string_view bytes, PickleOptions options = {}) {
  PickleHooks hooks;
  PickleReader reader(bytes, "m.pt", "data.pkl", hooks, options);
  return reader.read();
}

std::string write(const Value& value) {
  PickleWriterHooks hooks;
  return PickleWriter(hooks).write(value);
}

std::string error_of(std::string_view bytes, PickleOptions options = {}) {
  try {
    read(bytes, options);
  } catch (const Error& error) {
    const bool expected = error.code() == ErrorCode::kFormat ||
                          error.code() == ErrorCode::kUnsupported;
    CHECK(expected);
    return error.what();
  }
  return "no error";
}

TEST_CASE("pickle: scalars of protocol 0") {
  CHECK(read("I42\n.") == 42);
  CHECK(read("I01\n.") == true);
  CHECK(read("I00\n.") == false);
  CHECK(read("L-5L\n.") == -5);
  CHECK(read("F0.5\n.") == 0.5);
  CHECK(read("Finf\n.") == HUGE_VAL);
  CHECK(read("F1e999\n.") == HUGE_VAL);
  CHECK(read("S'a\\n\\x41\\''\n.") == "a\nA'");
  CHECK(read("V\\u00e9\\U0001f600x\n.") == "\xc3\xa9\xf0\x9f\x98\x80x");
  CHECK(read("N.").is_none());
  const Value big = read("L1267650600228229401496703205376L\n.");
  CHECK(big == Value::big_int(std::string(12, '\0') + "\x10"));
  CHECK(read("L-18446744073709551616L\n.") ==
        Value::big_int(std::string(8, '\0') + "\xff"));
}

TEST_CASE("pickle: containers of protocols 0 and 1") {
  CHECK(read("(lp0\nI1\naI2\na.") == Value::list({1, 2}));
  CHECK(read("(I1\nI2\ntp0\n.") == Value::tuple({1, 2}));
  CHECK(read("(dp0\nS'a'\np1\nI1\ns.") == Value({{"a", 1}}));
  CHECK(read("]q\x00(K\x01K\x02"
             "e."sv) == Value::list({1, 2}));
  CHECK(read("}q\x00(K\x01K\x02K\x03K\x04u."sv) == Value({{1, 2}, {3, 4}}));
  CHECK(read("(K\x01K\x02l."sv) == Value::list({1, 2}));
  CHECK(read("(K\x01K\x02"
             "d."sv) == Value({{1, 2}}));
  CHECK(read("K\x01K\x02"
             "0."sv) == 1);
  CHECK(read("K\x01(K\x02"
             "1."sv) == 1);
  CHECK(read("K\x01"
             "2\x86."sv) == Value::tuple({1, 1}));
}

TEST_CASE("pickle: protocols 4 and 5") {
  // pickle.dumps([b'ab', {'k': 'v'}, {1}, frozenset({2}), 'x'], 4)
  CHECK(read("\200\004\225$\000\000\000\000\000\000\000]\224(C\002ab\224}"
             "\224\214\001k\224\214\001v\224s\217\224(K\001\220(K\002\221"
             "\224\214\001x\224e."sv) ==
        Value::list({Value::bytes("ab"), Value({{"k", "v"}}), Value::set({1}),
                     Value::frozen_set({2}), "x"}));
  // pickle.dumps(bytearray(b'xy'), 5)
  CHECK(read("\200\005\225\015\000\000\000\000\000\000\000\226\002\000\000"
             "\000\000\000\000\000xy\224."sv) == Value::byte_array("xy"));
  // pickle.dumps(collections.OrderedDict(a=1), 4)
  CHECK(read("\200\004\225)\000\000\000\000\000\000\000\214\013collections"
             "\224\214\013OrderedDict\224\223\224)R\224\214\001a\224K\001s"
             "."sv) == Value::ordered_dict({{"a", 1}}));
}

TEST_CASE("pickle: Python 2 wrote OrderedDict as pairs and state") {
  const Value v = read(
      "\x80\x02"
      "ccollections\nOrderedDict\n]](U\x01"
      "aK\x01"
      "ea\x85R}U\x09"
      "_metadata}sb."sv);
  CHECK(v.dict_type() == DictType::kOrderedDict);
  CHECK(v["a"] == 1);
  CHECK(v.attributes()["_metadata"] == Value::dict());
}

TEST_CASE("pickle: what is read is written back") {
  Value dict = {{"a", 1},
                {"b", Value::list({1.5, nullptr, true, -1, 70000, 1LL << 40})},
                {"c", Value::tuple({1, 2, 3, 4})},
                {"d", Value::tuple()},
                {"e", Value::bytes("\xff"
                                   "a")},
                {"f", Value::set({1})},
                {"g", std::complex<double>(1, 2)},
                {"h", Value::ordered_dict({{"x", 1}})},
                {"i", Value::global("builtins", "int")},
                {"j", Value::big_int(std::string(300, '\x11'))}};
  dict["again"] = dict["b"];
  const Value back = read(write(dict));
  CHECK(back == dict);
  CHECK(back["again"].is_same(back["b"]));
  CHECK(write(back) == write(dict));
}

TEST_CASE("pickle: CPython's own bytes") {
  CHECK(write({{"a", 1}}) ==
        "\x80\x02}q\x00X\x01\x00\x00\x00"
        "aq\x01K\x01s."s);
  CHECK(write(Value::list({1, 2})) ==
        "\x80\x02]q\x00(K\x01K\x02"
        "e."s);
  CHECK(write(Value::list({1})) ==
        "\x80\x02]q\x00K\x01"
        "a."s);
  CHECK(write(Value(int64_t{1} << 31)) ==
        "\x80\x02\x8a\x05\x00\x00\x00\x80\x00."s);
  CHECK(write(Value(INT64_MIN)) ==
        "\x80\x02\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x80."s);
  CHECK(write(Value(-129)) == "\x80\x02J\x7f\xff\xff\xff."s);
  CHECK(write(0.5) == "\x80\x02G?\xe0\x00\x00\x00\x00\x00\x00."s);
  CHECK(write(Value::tuple({"a", "a"})) ==
        "\x80\x02X\x01\x00\x00\x00"
        "aq\x00h\x00\x86q\x01."s);
  CHECK(write(Value::bytes("")) ==
        "\x80\x02"
        "c__builtin__\nbytes\nq\x00)Rq\x01."s);
}

TEST_CASE("pickle: an unknown class without arguments is kept as it is") {
  // class A of __main__ with x = 1
  const std::string bytes =
      "\x80\x02"
      "c__main__\nA\nq\x00)\x81q\x01}q\x02X\x01\x00\x00\x00xq\x03K\x01"
      "sb."s;
  const Value v = read(bytes);
  CHECK(v.qualified_name() == "__main__.A");
  CHECK(v.as_object().state["x"] == 1);
  CHECK(write(v) == bytes);
}

TEST_CASE("pickle: calls of unknown functions are refused by name", "[error]") {
  const std::string attack = "cos\nsystem\n(S'echo'\ntR."s;
  CHECK_THAT(error_of(attack), Catch::StartsWith("m.pt: data.pkl at byte 21: "
                                                 "the call of 'os.system' is "
                                                 "refused"));
  CHECK_THAT(error_of("c__builtin__\neval\n(S'1'\ntR."),
             Catch::Contains("'builtins.eval'"));
  CHECK_THAT(error_of("(S'echo'\nios\nsystem\n."),
             Catch::Contains("os.system"));
  CHECK_THAT(error_of("(cos\nsystem\nS'echo'\no."),
             Catch::Contains("os.system"));
  CHECK_THAT(error_of("cbuiltins\ngetattr\n(cos\nos\nS'system'\ntR(S'a'\ntR."),
             Catch::Contains("builtins.getattr"));
  const Value inert = read(attack, {.opaque_calls = true});
  CHECK(inert.qualified_name() == "os.system");
  CHECK(inert.as_object().args[0] == "echo");
}

TEST_CASE("pickle: members of known enumerations and named tuples are data",
          "[error]") {
  const std::string mode =
      "torchvision.transforms.functional\nInterpolationMode";
  const std::string call =
      "\x80\x02"
      "c" +
      mode +
      "\nq\x00X\x08\x00\x00\x00"
      "bilinearq\x01\x85q\x02Rq\x03."s;
  const Value made = read(call);
  CHECK(made.is_object());
  CHECK(made.as_object().args[0] == "bilinear");
  CHECK(write(made) == call);
  // Python 3.11 looks the member up by its name.
  const std::string named =
      "\x80\x02"
      "c__builtin__\ngetattr\nq\x00"
      "c"s +
      mode +
      "\nq\x01X\x08\x00\x00\x00"
      "BILINEARq\x02\x86q\x03Rq\x04."s;
  CHECK(read(named).as_object().args[1] == "BILINEAR");
  CHECK(write(read(named)) == named);
  CHECK_THAT(error_of("c__builtin__\ngetattr\n(cmine\nMode\nS'A'\ntR."),
             Catch::Contains("builtins.getattr"));
  CHECK_THAT(error_of("cmine\nMode\n(S'a'\ntR."), Catch::Contains("mine.Mode"));
  // What a member is cannot be called.
  CHECK_THAT(
      error_of("c__builtin__\ngetattr\n(c" + mode + "\nS'__class__'\ntR(tR."),
      Catch::Contains("not a global"));
  CHECK(read("ctorch.return_types\nmax\n((I1\nI2\nt(dtR.").is_object());
}

TEST_CASE("pickle: broken streams name the byte and the rule", "[error]") {
  CHECK(error_of("") ==
        "m.pt: data.pkl at byte 0: needs 1 bytes, but only 0 "
        "are left; the data is truncated");
  CHECK(error_of("\x80\x02\xff"sv) ==
        "m.pt: data.pkl at byte 2: opcode 0xff is not one of pickle's");
  CHECK_THAT(error_of("\x80\x06N."sv), Catch::Contains("protocol 6"));
  CHECK_THAT(error_of("."), Catch::Contains("0 values on the stack"));
  CHECK_THAT(error_of("NN."), Catch::Contains("2 values on the stack"));
  CHECK_THAT(error_of("N(."), Catch::Contains("on the stack"));
  CHECK_THAT(error_of("0."), Catch::Contains("empty stack"));
  CHECK_THAT(error_of("N(\x85."sv), Catch::Contains("empty stack"));
  CHECK_THAT(error_of("t."), Catch::Contains("no mark"));
  CHECK_THAT(error_of("h\x05."sv), Catch::Contains("memo entry 5"));
  CHECK_THAT(error_of("(I1\nd."), Catch::Contains("without a value"));
  CHECK_THAT(error_of("NNs."), Catch::Contains("the stack is empty"));
  CHECK_THAT(error_of("NNNs."), Catch::Contains("not a dict"));
  CHECK_THAT(error_of("NNa."), Catch::Contains("not a list"));
  CHECK_THAT(error_of("}]Ns."), Catch::Contains("dict key"));
  CHECK_THAT(error_of("]Nb."), Catch::Contains("takes none"));
  CHECK_THAT(error_of("NQ."), Catch::Contains("persistent id"));
  CHECK_THAT(error_of("N)R."), Catch::Contains("not a global"));
  CHECK_THAT(error_of("X\xff\xff\xff\xff"
                      "abc."sv),
             Catch::Contains("truncated"));
  CHECK_THAT(error_of("\x8d\xff\xff\xff\xff\xff\xff\xff\xff."sv),
             Catch::Contains("truncated"));
  CHECK_THAT(error_of("X\x01\x00\x00\x00\xff."sv), Catch::Contains("UTF-8"));
  CHECK_THAT(error_of("\x8b\xff\xff\xff\xff."sv),
             Catch::Contains("negative length"));
  CHECK_THAT(error_of("\x82\x01."sv), Catch::Contains("extension"));
  CHECK_THAT(error_of("\x97."sv), Catch::Contains("outside the pickle"));
  CHECK_THAT(error_of("I" + std::string(5000, '1') + "\n."),
             Catch::Contains("4300 digits"));
  CHECK_THAT(error_of("Ix\n."), Catch::Contains("decimal"));
  CHECK_THAT(error_of("I1"), Catch::Contains("line"));
}

TEST_CASE("pickle: huge memo indices cost nothing") {
  CHECK(read("K\x01r\xff\xff\xff\xff"
             "0j\xff\xff\xff\xff."sv) == 1);
}

TEST_CASE("pickle: depth and sharing cost neither stack nor time") {
  std::string deep(1000000, ']');
  deep += std::string(999999, 'a') + ".";
  CHECK(read(deep).size() == 1);
  // A list of two references to a list of two references to ...
  std::string wide = "]q\x01"s;
  for (int i = 1; i < 200; ++i) {
    wide += "]q"s + static_cast<char>(i + 1) + "h" + static_cast<char>(i) +
            "ah" + static_cast<char>(i) + "a";
  }
  wide = "(" + wide + "l.";
  const Value list = read(wide);
  CHECK(list.size() == 200);
  CHECK(read(write(list)) == list);
}

TEST_CASE("pickle: values that hold themselves are read and written") {
  // l = []; l.append(l)
  const std::string list =
      "\x80\x02]q\x00h\x00"
      "a."s;
  const Value v = read(list);
  CHECK(v[0].is_same(v));
  CHECK(write(v) == list);
  // t = ([],); t[0].append(t)
  const std::string tuple =
      "\x80\x02]q\x00h\x00\x85q\x01"
      "a0h\x01."s;
  const Value t = read(tuple);
  CHECK(t[0][0].is_same(t));
  CHECK(write(t) == tuple);
  // A cycle that is thrown away, and one in a stream that breaks off.
  CHECK(read("]q\x00h\x00"
             "a0N."sv)
            .is_none());
  CHECK_THAT(error_of("]q\x00h\x00"
                      "a\xff"sv),
             Catch::Contains("opcode"));
}

TEST_CASE("pickle: an object made from itself cannot be written", "[error]") {
  PythonObject object;
  object.form = PythonObject::Form::kCall;
  object.callee = Value::global("m", "f");
  Value list = Value::list();
  object.args = Value::tuple({list});
  const Value value = Value::object(object);
  list.push_back(value.weak());
  CHECK_THROWS_AS(write(value), Error);
}

}  // namespace
}  // namespace cresset::serialize
