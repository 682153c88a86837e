#include "cresset/tools/cresset/python_text.h"

#include <cmath>
#include <limits>

#include "cresset/tests/catch.h"

namespace cresset::cli {
namespace {

// The expected texts are those of Python 3.11.

TEST_CASE("float_hex: every kind of double as Python prints it", "[cli]") {
  CHECK(float_hex(1.5) == "0x1.8000000000000p+0");
  CHECK(float_hex(0.1) == "0x1.999999999999ap-4");
  CHECK(float_hex(-3.0) == "-0x1.8000000000000p+1");
  CHECK(float_hex(0.0) == "0x0.0p+0");
  CHECK(float_hex(-0.0) == "-0x0.0p+0");
  CHECK(float_hex(5e-324) == "0x0.0000000000001p-1022");
  CHECK(float_hex(std::numeric_limits<double>::max()) ==
        "0x1.fffffffffffffp+1023");
  CHECK(float_hex(INFINITY) == "inf");
  CHECK(float_hex(-INFINITY) == "-inf");
  CHECK(float_hex(-std::nan("")) == "nan");
}

TEST_CASE("twos_complement_text: ints of any size in decimal", "[cli]") {
  using namespace std::string_literals;
  CHECK(twos_complement_text("") == "0");
  CHECK(twos_complement_text("\x00"s) == "0");
  CHECK(twos_complement_text("\xff") == "-1");
  CHECK(twos_complement_text("\x00\xff"s) == "-256");
  CHECK(twos_complement_text("\x00\x00\x00\x00\x00\x00\x00\x00\x01"s) ==
        "18446744073709551616");
  CHECK(twos_complement_text("\x00\x00\x00\x00\x00\x00\x00\x80\xff"s) ==
        "-9223372036854775808");
  // 10**18 + 7: zeros inside are kept.
  CHECK(twos_complement_text("\x07\x00\x64\xa7\xb3\xb6\xe0\x0d"s) ==
        "1000000000000000007");
}

TEST_CASE("json_text: ASCII as json.dumps writes it", "[cli]") {
  using namespace std::string_literals;
  CHECK(json_text("a\"b\\c/") == "\"a\\\"b\\\\c/\"");
  CHECK(json_text("\n\r\t\b\f\x01\x7f"s) ==
        "\"\\n\\r\\t\\b\\f\\u0001\\u007f\"");
  CHECK(json_text("\xc3\xbc") == "\"\\u00fc\"");
  CHECK(json_text("\xe6\x97\xa5") == "\"\\u65e5\"");
  CHECK(json_text("\xf0\x9f\x98\x80") == "\"\\ud83d\\ude00\"");
  // A lone surrogate, which Python's strings may hold.
  CHECK(json_text("\xed\xa0\x80") == "\"\\ud800\"");
  CHECK(json_text("a\0b"s) == "\"a\\u0000b\"");
}

TEST_CASE("text_length: characters, not bytes", "[cli]") {
  CHECK(text_length("") == 0);
  CHECK(text_length("a\xc3\xbc\xe6\x97\xa5\xf0\x9f\x98\x80") == 4);
}

TEST_CASE("hex_text: two digits a byte", "[cli]") {
  CHECK(hex_text(std::string("\x00\x0f\xff", 3)) == "000fff");
}

}  // namespace
}  // namespace cresset::cli
