// Files made to harm the program that reads them. Each ends in one error.

#include <cstring>
#include <ctime>
#include <fstream>
#include <functional>
#include <iterator>

#include "cresset/serialize/checkpoint.h"
#include "cresset/serialize/refusal.h"
#include "cresset/serialize/sink.h"
#include "cresset/serialize/zip_writer.h"
#include "cresset/tests/catch.h"

namespace cresset {
namespace {

using namespace std::string_literals;

std::string temporary(const std::string& name) {
  const char* folder = std::getenv("TEST_TMPDIR");
  return std::string(folder == nullptr ? "/tmp" : folder) + "/" + name;
}

// How reading a file ends: "ok", "damaged" or "refused".
struct Outcome {
  std::string kind;
  std::string text;
  double seconds = 0;
};

Outcome read(const std::string& bytes) {
  const std::string path = temporary("hostile.pt");
  std::ofstream(path, std::ios::binary) << bytes;
  Outcome outcome{"ok", "", 0};
  // Time of the processor, which does not depend on what else runs.
  const std::clock_t start = std::clock();
  try {
    load(path);
  } catch (const RefusedError& error) {
    outcome = {"refused", error.what(), 0};
  } catch (const Error& error) {
    outcome = {"damaged", error.what(), 0};
  }
  outcome.seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  // Nothing of a file may make a message long.
  CHECK(outcome.text.size() < 1500);
  return outcome;
}

// Sanitizers make everything slower and larger.
int slowness() {
#if defined(__SANITIZE_ADDRESS__)
  return 8;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  return 8;
#endif
#endif
  return 1;
}

// The most memory that the process has had since restart_peak().
size_t peak_bytes() {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with("VmHWM:")) return std::stoull(line.substr(6)) * 1024;
  }
  return 0;
}

// What the process has now.
size_t restart_peak() {
  std::ofstream("/proc/self/clear_refs") << "5";
  return peak_bytes();
}

std::string number(uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
  return out;
}

// Pieces of pickles.
std::string str(const std::string& text) {
  return "X" + number(text.size(), 4) + text;
}
std::string integer(int64_t value) {
  return "\x8a\x08"s + number(static_cast<uint64_t>(value), 8);
}
std::string tuple(std::initializer_list<int64_t> values) {
  std::string out = "(";
  for (const int64_t value : values) out += integer(value);
  return out + "t";
}
std::string repeated(const std::string& text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += text;
  return out;
}
std::string storage(const std::string& type, const std::string& key,
                    int64_t numel) {
  return "(" + str("storage") + "ctorch\n" + type + "\n" + str(key) +
         str("cpu") + integer(numel) + "tQ";
}
std::string tensor(const std::string& sizes, const std::string& strides,
                   int64_t offset = 0, int64_t numel = 6,
                   const std::string& type = "FloatStorage",
                   const std::string& key = "0", const std::string& bits = "") {
  return "ctorch._utils\n_rebuild_tensor_v2\n(" + storage(type, key, numel) +
         integer(offset) + sizes + strides + "\x89N" + bits + "tR";
}
const std::string kGood = tensor(tuple({2, 3}), tuple({3, 1}));

// A file with that pickle and six floats of zero.
std::string file(const std::string& pickle) {
  serialize::StringSink out;
  serialize::ZipWriter zip(out, "archive");
  zip.add("data.pkl", "\x80\x02" + pickle + ".");
  zip.add("data/0", std::string(24, '\0'));
  zip.add("version", "3\n");
  zip.finish();
  return out.text;
}

void damaged(const std::string& pickle, const std::string& part) {
  INFO(part);
  const Outcome outcome = read(file(pickle));
  CHECK(outcome.kind == "damaged");
  CHECK_THAT(outcome.text, Catch::Contains(part));
}

void refused(const std::string& pickle, const std::string& part) {
  INFO(part);
  const Outcome outcome = read(file(pickle));
  CHECK(outcome.kind == "refused");
  CHECK_THAT(outcome.text, Catch::Contains(part));
  // Sanitizers make everything slower.
  CHECK(outcome.seconds < 20);
}

TEST_CASE("hostile: the good file is read", "[format]") {
  CHECK(read(file(kGood)).kind == "ok");
}

TEST_CASE("hostile: tensors beyond their storage", "[format][error]") {
  damaged(tensor(tuple({2, 4}), tuple({4, 1})), "reaches element 7");
  damaged(tensor(tuple({2, 3}), tuple({3, 1}), 1), "reaches element 6");
  damaged(tensor(tuple({2, 3}), tuple({-3, 1}), 5), "negative size or stride");
  damaged(tensor(tuple({-2, 3}), tuple({3, 1})), "negative size or stride");
  damaged(tensor(tuple({2, 3}), tuple({3})), "2 sizes, but 1 strides");
  damaged(tensor(tuple({2, 3}), tuple({3, 1}), -1), "begins at element -1");
  damaged(tensor(tuple({2, 3}), tuple({3, 1}), INT64_MAX),
          "larger than memory");
  damaged(tensor(tuple({1l << 62, 1l << 62}), tuple({1, 1})), "larger than");
  damaged(tensor(tuple({2}), tuple({1l << 62})), "larger than");
  damaged(tensor(tuple({2, 3}), tuple({3, 1}), 0, 1l << 40), "24 bytes");
  damaged(tensor(tuple({2, 3}), tuple({3, 1}), 0, -1), "24 bytes");
  damaged(tensor(tuple({2, 3}), tuple({3, 1}), 0, 6, "DoubleStorage"),
          "24 bytes");
  damaged(tensor(tuple({2, 3}), tuple({3, 1}), 0, 6, "FloatStorage", "../0"),
          "has no record");
  damaged(tensor("(" + repeated("K\x01", 70) + "t",
                 "(" + repeated("K\x01", 70) + "t"),
          "70 dimensions");
}

TEST_CASE("hostile: calls of what is not data are refused by name",
          "[format][error]") {
  for (const char* name :
       {"os\nsystem", "posix\nsystem", "subprocess\nPopen", "builtins\neval",
        "__builtin__\ngetattr", "sys\nexit", "runpy\nrun_path", "pip\nmain",
        "torch.hub\nload", "operator\nattrgetter", "__main__\nModel",
        "functools\npartial", "torch._utils\n_rebuild_everything"}) {
    INFO(name);
    std::string shown(name);
    shown = shown.substr(shown.find('\n') + 1);
    const std::string global = "c"s + name + "\n";
    refused(global + str("x") + "\x85R", shown);
    refused(global + ")R", shown);
    refused(global + str("x") + "\x85\x81", shown);
    refused("(" + global + str("x") + "o", shown);
    refused("(" + str("x") + "i" + name + "\n", shown);
    CHECK(read(file(global)).kind == "ok");
  }
  // What is called may come through a tensor's own functions.
  refused("ctorch._tensor\n_rebuild_from_type_v2\n(cos\nsystem\ncos\nsystem\n" +
              str("x") + "\x85Nt" + "R",
          "os.system");
  // A class without arguments is data, but no function is.
  refused("cposix\nsystem\n)\x81", "posix.system");
  CHECK(read(file("c__main__\nModel\n)\x81}b")).kind == "ok");
}

TEST_CASE("hostile: the stack and the memo", "[format][error]") {
  damaged("0", "empty stack");
  damaged("a", "empty stack");
  damaged("(", "0 values");
  damaged("NN", "2 values");
  damaged("1", "no mark");
  damaged("h\x05", "memo entry 5");
  damaged("\xff", "not one of pickle's");
  damaged("X\xff\xff\xff\xff", "are left");
  damaged("\x8e" + number(UINT64_MAX, 8), "are left");
  damaged("\x96" + number(1ull << 60, 8), "are left");
  damaged("\x8b" + number(0x7fffffff, 4), "are left");
  damaged("\x8b" + number(0xfffffffb, 4), "negative length");
  damaged("\x95" + number(1ull << 60, 8), "frame");
  damaged("I" + std::string(5000, '9') + "\n", "4300 digits");
  CHECK(read(file("Nr\xff\xff\xff\x7f")).kind == "ok");
}

TEST_CASE("hostile: operations on the wrong kind of object",
          "[format][error]") {
  damaged("]K\x01K\x02s", "not a dict");
  damaged(
      "}K\x01"
      "a",
      "not a list");
  damaged("}(K\x01u", "key without a value");
  damaged(kGood + "K\x01K\x02s", "not a dict");
  damaged(kGood +
              "K\x01"
              "a",
          "not a list");
  damaged("}]K\x01s", "cannot be a dict key");
  damaged("NNb", "takes none");
  damaged("}}b", "takes none");
  damaged("K\x01)R", "not a global");
  damaged("ccollections\nOrderedDict\nK\x01R", "not a tuple");
  damaged("ccollections\nCounter\nK\x01\x85R", "Counter");
  damaged("NQ", "persistent id");
  damaged("\x82\x01", "extension code");
  damaged("\x97", "outside the pickle");
}

TEST_CASE("hostile: nesting of any depth takes no stack", "[format]") {
  const int depth = 300000;
  CHECK(read(file(repeated("]", depth) + repeated("a", depth - 1))).kind ==
        "ok");
  CHECK(read(file(")" + repeated("\x85", depth))).kind == "ok");
  CHECK(read(file(repeated("(", depth))).kind == "damaged");
}

TEST_CASE("hostile: sharing stays sharing", "[format]") {
  std::string laughs = ")q"s + '\0' + '0';
  for (int i = 0; i < 100; ++i) {
    const std::string get = "h"s + static_cast<char>(i);
    laughs += get + get + "\x86q" + static_cast<char>(i + 1) + '0';
  }
  laughs += "h\x64";
  CHECK(read(file(laughs)).kind == "ok");
  damaged("}" + laughs + "Ns", "cannot be a dict key");
}

TEST_CASE("hostile: a few bytes that ask for much memory or time",
          "[format][error]") {
  const std::string text = str(std::string(500000, 'a'));
  refused("c_codecs\nencode\nq\x01" + text + "q\x02" + str("latin1") +
              "q\x03(" + repeated("h\x01h\x02h\x03\x86R", 20000) + "t",
          "out of proportion");
  const std::string numbers = repeated("K\x01K\x02\x86", 60000);
  refused("ccollections\nOrderedDict\nq\x01(" + numbers + "lq\x02(" +
              repeated("h\x01h\x02\x85R", 20000) + "t",
          "its objects need more");
  // Two equal keys of a million letters, compared again and again.
  refused("}q\x05" + text + "q\x01" + "Ns" + text + "q\x02" + "0h\x05(" +
              repeated("h\x01Nh\x02N", 100000) + "u",
          "its objects need more");
  // A billion conjugated numbers over one.
  refused(tensor(tuple({1000000000}), tuple({0}), 0, 3, "ComplexFloatStorage",
                 "0", "}" + str("conj") + "\x88s"),
          "out of proportion");
  CHECK(read(file(tensor(tuple({1000000000}), tuple({0})))).kind == "ok");
}

// Thousands of files are refused for their size, so that none takes more than
// 256 MiB or two seconds: what a byte of a pickle can ask for is bounded.
TEST_CASE("hostile: millions of small objects end in an error, not in memory",
          "[format][error]") {
  const auto many = [](const std::string& what, size_t count) {
    std::string out = what;
    const size_t size = what.size() * count;
    while (out.size() < size) out.append(out, 0, size - out.size());
    return out;
  };
  constexpr size_t kMillion = 1000000;
  struct Case {
    const char* name;
    std::string pickle;
  };
  const Case cases[] = {
      {"None in a list", "](" + many("N", 20 * kMillion) + "e"},
      {"None in batches", "]" + many("(" + many("N", 1000) + "e", 8000)},
      {"lists in a list", "](" + many("]", 5 * kMillion) + "e"},
      {"lists in lists", many("]", 3 * kMillion) + many("a", 3 * kMillion - 1)},
      {"dicts of one item", "](" + many("}NNs", kMillion) + "e"},
      {"tuples around tuples", "N" + many("\x85", 5 * kMillion)},
      {"marks", many("(", 10 * kMillion)},
      {"memo entries", "N" + many("\x94", 8 * kMillion)},
      {"scattered memo entries",
       [] {
         std::string out = "N";
         for (uint32_t i = 1; i < 3 * kMillion; ++i) {
           out += 'r' + number(2 * i, 4);
         }
         return out;
       }()},
      {"one list fetched again", "]q\x01(" + many("h\x01", 8 * kMillion) + "e"},
      {"letters", "](" +
                      many("\x8c\x01"
                           "a",
                           3 * kMillion) +
                      "e"},
      {"globals", "(" + many("cm\nC\n", 3 * kMillion) + "t"},
      {"objects", "cm\nC\nq\x01(" + many("h\x01)\x81", kMillion) + "t"},
      {"steps that leave nothing", "N" + many("N0", 6 * kMillion)},
  };
  for (const Case& hostile : cases) {
    INFO(hostile.name);
    const std::string bytes = file(hostile.pickle);
    const size_t before = restart_peak();
    const Outcome outcome = read(bytes);
    CHECK(outcome.kind == "refused");
    CHECK(outcome.text.find("--max-pickle-ops") != std::string::npos);
    CHECK(outcome.seconds < 2 * slowness());
    CHECK(peak_bytes() - before < (size_t{224} << 20) * slowness());
  }
}

TEST_CASE("hostile: a million numbers, and more if the caller says so",
          "[format]") {
  std::string list = "](";
  for (uint32_t i = 0; i < 1000000; ++i) list += 'J' + number(i, 4);
  const std::string bytes = file(list + "e");
  CHECK(read(bytes).kind == "ok");
  const std::string path = temporary("numbers.pt");
  std::ofstream(path, std::ios::binary) << bytes;
  CHECK(load(path, {.max_pickle_ops = 4000000})[999999].as_int() == 999999);
  CHECK_THROWS_AS(load(path, {.max_pickle_ops = 1000000}), RefusedError);
}

TEST_CASE("hostile: a header of JSON that asks for much", "[format][error]") {
  std::string header = "{\"a\":[";
  for (int i = 0; i < 4000000; ++i) header += "[],";
  header += "0]}";
  const Outcome outcome = read(number(header.size(), 8) + header);
  CHECK(outcome.kind == "refused");
  CHECK(outcome.seconds < 2 * slowness());
}

TEST_CASE("hostile: files within files", "[format][error]") {
  std::string inner =
      "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."
      "\x80\x02M\xe9\x03.\x80\x02}.\x80\x02N.\x80\x02].";
  for (int i = 0; i < 6; ++i) {
    const std::string body = "ctorch.storage\n_load_from_bytes\nB" +
                             number(inner.size(), 4) + inner + "\x85R";
    if (i < 4) {
      CHECK(read(file(body)).kind == "ok");
    } else {
      refused(body, "files within files");
    }
    inner =
        "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."
        "\x80\x02M\xe9\x03.\x80\x02}.\x80\x02" +
        body + ".\x80\x02].";
  }
}

std::string safetensors(const std::string& header, size_t data) {
  return number(header.size(), 8) + header + std::string(data, '\0');
}

TEST_CASE("hostile: safetensors that do not fill their data",
          "[format][error]") {
  const auto entry = [](const char* shape, const char* offsets,
                        const char* dtype = "F32") {
    return "{\"dtype\":\""s + dtype + "\",\"shape\":" + shape +
           ",\"data_offsets\":" + offsets + "}";
  };
  const auto check = [](const std::string& bytes, const std::string& part) {
    INFO(part);
    const Outcome outcome = read(bytes);
    CHECK(outcome.kind == "damaged");
    CHECK_THAT(outcome.text, Catch::Contains(part));
  };
  CHECK(read(safetensors("{\"a\":" + entry("[1]", "[0,4]") + "}  ", 4)).kind ==
        "ok");
  check(safetensors("{\"a\":" + entry("[1]", "[4,8]") + "}", 8), "begins at 4");
  check(safetensors("{\"a\":" + entry("[2]", "[0,8]") +
                        ",\"b\":" + entry("[1]", "[4,8]") + "}",
                    8),
        "begins at 4");
  check(safetensors("{\"a\":" + entry("[1]", "[0,4]") + "}", 8), "end at byte");
  check(safetensors("{\"a\":" + entry("[2]", "[0,4]") + "}", 4), "8 bytes");
  check(safetensors("{\"a\":" + entry("[4611686018427387904,4]", "[0,0]") + "}",
                    0),
        "larger than memory");
  check(safetensors("{\"a\":" + entry("[-1]", "[0,4]") + "}", 4), "whole");
  check(safetensors("{\"a\":" + entry("[1]", "[0,4]", "F33") + "}", 4), "F33");
  check(safetensors("{\"a\":" + entry("[1]", "[0,4]") +
                        ",\"a\":" + entry("[1]", "[0,4]") + "}",
                    4),
        "twice");
  check(safetensors(repeated("{\"a\":", 100000), 0), "too deeply");
  check(safetensors("{\"\xff\":1}", 0), "UTF-8");
  check(number(1ull << 39, 8) + "{}", "header");
  check(safetensors("{\"__metadata__\":{\"a\":1}}", 0), "text to text");
}

TEST_CASE("hostile: arrays of NumPy that lie", "[format][error]") {
  const auto npy = [](const std::string& header) {
    return "\x93NUMPY\x01"s + '\0' + number(header.size(), 2) + header +
           "\0\0\0\0"s;
  };
  const auto of = [&](const char* descr, const char* shape) {
    return npy("{'descr': "s + descr +
               ", 'fortran_order': False, 'shape': " + shape + ", }");
  };
  CHECK(read(of("'<f4'", "(1,)")).kind == "ok");
  const Outcome nothing = read(
      npy("{'descr': '<U0', 'fortran_order': True, 'shape': (99999999, 9999), "
          "}")
          .substr(0, 10 + 68));
  CHECK(nothing.kind == "ok");
  CHECK(nothing.seconds < 5);
  CHECK(read(of("'|O'", "(1,)")).kind == "refused");
  CHECK(read(of("'<f4'", "(2,)")).kind == "damaged");
  CHECK(read(of("'<f4'", "(-1,)")).kind == "damaged");
  CHECK(read(of("'<f4'", "(4611686018427387904, 4)")).kind == "damaged");
  CHECK(read(of("[('a', '<f4')]", "(1,)")).kind == "damaged");
  CHECK(read(of("'<q9'", "(1,)")).kind == "damaged");
  CHECK(read(npy("{'descr': '<f4', 'fortran_order': open('x'), }")).kind ==
        "damaged");
}

TEST_CASE("hostile: truncated at any byte", "[format][error]") {
  for (const char* name :
       {"views.pt", "views_deflated.pt", "array.npy", "arrays.npz",
        "all.safetensors", "sparse_legacy.pt", "sparse.pt"}) {
    std::ifstream in("tests/golden/checkpoints/"s + name, std::ios::binary);
    const std::string whole{std::istreambuf_iterator<char>(in), {}};
    REQUIRE(read(whole).kind == "ok");
    const size_t step = whole.size() / 150 + 1;
    for (size_t size = 0; size < whole.size(); size += step) {
      INFO(name << " " << size);
      CHECK(read(whole.substr(0, size)).kind == "damaged");
    }
    CHECK(read(whole.substr(0, whole.size() - 1)).kind == "damaged");
  }
}

TEST_CASE("hostile: what is no checkpoint at all", "[format][error]") {
  const auto check = [](const std::string& bytes, const std::string& part) {
    const Outcome outcome = read(bytes);
    CHECK(outcome.kind == "damaged");
    CHECK_THAT(outcome.text, Catch::Contains(part));
  };
  check("", "empty");
  check("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "LFS");
  check("<!DOCTYPE html><html></html>", "web page");
  check(
      "\x1f\x8b\x08"
      "zzzzzzzz",
      "gzip");
  check("{\"weight_map\": 3}", "weight_map");
  check(std::string(100000, '\0'), "no PyTorch file");
  const Outcome outside = read("{\"weight_map\": {\"a\": \"../b\"}}");
  CHECK(outside.kind == "refused");
}

}  // namespace
}  // namespace cresset
