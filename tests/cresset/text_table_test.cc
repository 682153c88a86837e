#include "cresset/tools/cresset/text_table.h"

#include "cresset/tests/catch.h"

namespace cresset::cli {
namespace {

TEST_CASE("TextTable: cells line up by characters", "[cli]") {
  TextTable table({"name", ">n"});
  table.add({"├─a", "1"});
  table.add({"bb", "1,000"});
  CHECK(table.text() ==
        "name      n\n"
        "├─a       1\n"
        "bb    1,000\n");
  CHECK(table.text(false, "  ") ==
        "  ├─a      1\n"
        "  bb   1,000\n");
}

TEST_CASE("numbers for people: commas, bytes, shapes, dtypes", "[cli]") {
  CHECK(with_commas(0) == "0");
  CHECK(with_commas(999) == "999");
  CHECK(with_commas(1000) == "1,000");
  CHECK(with_commas(-1234567) == "-1,234,567");
  CHECK(with_commas(-100) == "-100");
  CHECK(human_bytes(1) == "1 byte");
  CHECK(human_bytes(1023) == "1,023 bytes");
  CHECK(human_bytes(1536) == "1.50 KiB");
  CHECK(human_bytes(int64_t{44} << 20) == "44.0 MiB");
  CHECK(shape_text({}) == "()");
  CHECK(shape_text({128}) == "(128)");
  CHECK(shape_text({1000, 512}) == "(1000, 512)");
  CHECK(short_dtype("float32") == "f32");
  CHECK(short_dtype("bfloat16") == "bf16");
  CHECK(short_dtype("uint8") == "u8");
  CHECK(short_dtype("complex128") == "c128");
  CHECK(short_dtype("float8_e5m2") == "float8_e5m2");
  CHECK(short_dtype("bool") == "bool");
  CHECK(counted(1, "tensor") == "1 tensor");
  CHECK(counted(2000, "tensor") == "2,000 tensors");
}

}  // namespace
}  // namespace cresset::cli
