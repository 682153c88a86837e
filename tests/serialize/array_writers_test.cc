#include <cstring>

#include "cresset/serialize/npy_writer.h"
#include "cresset/serialize/safetensors_writer.h"
#include "cresset/tensor/base/error.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/elements.h"

namespace cresset::serialize {
namespace {

Tensor counting(IntSpan shape) {
  return testing::generated<float>(shape, [](int64_t i) { return i; });
}

std::string safetensors(const Value& tensors) {
  StringSink sink;
  write_safetensors(tensors, sink);
  return sink.text;
}

TEST_CASE("write_safetensors: widest dtypes first, then by name", "[format]") {
  const Tensor flags =
      testing::generated<bool>({3}, [](int64_t) { return true; });
  const Tensor base = counting({2, 3});
  const std::string text =
      safetensors(Value::dict({{"flags", flags},
                               {"b\"", base},
                               {"a", internal::alias(base, {3, 2}, {1, 3}, 0)},
                               {"count", empty({}, {.dtype = int64})}}));
  const std::string header =
      "{\"__metadata__\":{\"format\":\"pt\"},"
      "\"count\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]},"
      "\"a\":{\"dtype\":\"F32\",\"shape\":[3,2],\"data_offsets\":[8,32]},"
      "\"b\\\"\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[32,56]},"
      "\"flags\":{\"dtype\":\"BOOL\",\"shape\":[3],\"data_offsets\":[56,59]}}";
  uint64_t length = 0;
  std::memcpy(&length, text.data(), 8);
  REQUIRE(length % 8 == 0);
  CHECK(text.substr(8, header.size()) == header);
  CHECK(text.substr(8 + header.size(), length - header.size())
            .find_first_not_of(' ') == std::string::npos);
  CHECK(text.size() == 8 + length + 59);
  // "a" is row-major: 0 3 1 4 2 5.
  float second = 0;
  std::memcpy(&second, text.data() + 8 + length + 8 + 4, 4);
  CHECK(second == 3);
}

TEST_CASE("write_safetensors: says what the format cannot hold", "[format]") {
  CHECK_THROWS_AS(safetensors(Value::dict({{"epoch", 3}})), Error);
  CHECK_THROWS_AS(safetensors(Value::list()), Error);
  Value numbered = Value::dict();
  numbered[1] = counting({1});
  CHECK_THROWS_AS(safetensors(numbered), Error);
  CHECK_THROWS_AS(
      safetensors(Value::dict({{"c", empty({1}, {.dtype = complex128})}})),
      Error);
}

TEST_CASE("split_tensors: parts in order, large tensors alone", "[format]") {
  const Value all = Value::dict({{"a", counting({2})},
                                 {"b", counting({2})},
                                 {"c", counting({9})},
                                 {"d", counting({1})}});
  const std::vector<Value> parts = split_tensors(all, 16);
  REQUIRE(parts.size() == 3);
  CHECK(parts[0].size() == 2);
  CHECK(parts[1].contains("c"));
  CHECK(parts[2].contains("d"));
  CHECK(shard_index(parts, {"x-1", "x-2", "x-3"}) ==
        "{\n  \"metadata\": {\n    \"total_size\": 56\n  },\n"
        "  \"weight_map\": {\n    \"a\": \"x-1\",\n    \"b\": \"x-1\",\n"
        "    \"c\": \"x-2\",\n    \"d\": \"x-3\"\n  }\n}\n");
}

TEST_CASE("npy_header: Python's text at a multiple of 64 bytes", "[format]") {
  const std::string head = npy_header(float32, {2, 3});
  CHECK(head.size() % 64 == 0);
  CHECK(head.substr(10, 58) ==
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), ");
  CHECK(npy_header(int64, {}).find("'shape': (), }") != std::string::npos);
  CHECK(npy_header(bool_, {5})
            .find("'|b1', 'fortran_order': False, 'shape': "
                  "(5,), }") != std::string::npos);
  CHECK_THROWS_AS(npy_header(bfloat16, {1}), Error);
}

TEST_CASE("write_npz: a zip of arrays without a folder", "[format]") {
  StringSink sink;
  write_npz(Value::dict({{"w", counting({2})}}), sink);
  CHECK(sink.text.starts_with("PK\x03\x04"));
  CHECK(sink.text.substr(30, 5) == "w.npy");
  CHECK(sink.text.substr(64, 6) == "\x93NUMPY");
  StringSink other;
  CHECK_THROWS_AS(write_npz(Value::dict({{"n", 3}}), other), Error);
}

}  // namespace
}  // namespace cresset::serialize
