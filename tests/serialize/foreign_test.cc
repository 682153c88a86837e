#include "cresset/serialize/foreign.h"

#include <cmath>

#include "cresset/tests/catch.h"
#include "cresset/tests/elements.h"

namespace cresset {
namespace {

using testing::element;
using testing::generated;
using Complex = std::complex<float>;

Tensor complex_pair() {
  const Complex numbers[] = {{1, 2}, {3, -4}};
  return generated<Complex>({2}, [&](int64_t i) { return numbers[i]; });
}

TEST_CASE("foreign: a dtype keeps its name, known to Cresset or not",
          "[format]") {
  CHECK(Value(float32).dtype_name() == "float32");
  CHECK(Value::dtype("float32").as_dtype() == float32);
  const Value packed = Value::dtype("qint8");
  CHECK(packed.dtype_name() == "qint8");
  CHECK(packed == Value::dtype("qint8"));
  CHECK_FALSE(packed == Value::dtype("quint8"));
  CHECK_THROWS_AS(packed.as_dtype(), Error);
  CHECK(repr(packed) == "torch.qint8");
}

TEST_CASE("foreign: layouts and memory formats are kinds of their own",
          "[format]") {
  const Value layout = Value::layout("torch.strided");
  CHECK(layout.kind() == ValueKind::kLayout);
  CHECK(layout.format_name() == "torch.strided");
  CHECK_FALSE(layout == Value::memory_format("torch.strided"));
  CHECK_THROWS_AS(Value("torch.strided").format_name(), Error);
}

TEST_CASE(
    "foreign: conjugation and negation are resolved, the stored "
    "elements stay at hand",
    "[format]") {
  const Tensor stored = complex_pair();
  const Value conj = Value::with_bits(stored, true, false);
  CHECK(element<Complex>(conj.as_tensor(), 1) == Complex(3, 4));
  CHECK(conj.stored_conj());
  CHECK_FALSE(conj.stored_neg());
  CHECK(conj.stored_tensor().is_same(stored));
  const Value neg = Value::with_bits(stored, false, true);
  CHECK(element<Complex>(neg.as_tensor(), 1) == Complex(-3, 4));
  const Tensor ints =
      generated<int16_t>({2}, [](int64_t i) { return i == 0 ? 5 : -300; });
  const Value minus = Value::with_bits(ints, true, true);
  CHECK(element<int16_t>(minus.as_tensor(), 0) == -5);
  CHECK(element<int16_t>(minus.as_tensor(), 1) == 300);
  CHECK_FALSE(minus.stored_conj());
  CHECK_FALSE(Value(stored).stored_conj());
  CHECK(Value(stored).stored_tensor().is_same(stored));
}

TEST_CASE("foreign: a NumPy array is a tensor over the same memory",
          "[format]") {
  NumpyArray array;
  array.dtype = "<i2";
  array.shape = {2, 3};
  array.bytes =
      generated<uint8_t>({12}, [](int64_t i) { return i % 2 == 0 ? i : 0; });
  const Tensor tensor = array.tensor();
  CHECK(tensor.dtype() == int16);
  CHECK(tensor.sizes() == IntSpan({2, 3}));
  CHECK(element<int16_t>(tensor, 5) == 10);
  CHECK(tensor.raw_data() == array.bytes.raw_data());
  array.dtype = "<U2";
  CHECK_THROWS_AS(array.tensor(), Error);
  const Value value = internal::array_value(array, {});
  CHECK(value.is_array());
  CHECK(value.as_array().dtype == "<U2");
  CHECK_FALSE(Value::dict() == value);
  CHECK_THROWS_AS(Value::set({value}), Error);
}

TEST_CASE("foreign: tensors have attributes", "[format]") {
  Value tensor = complex_pair();
  CHECK(tensor.attributes().is_none());
  tensor.set_attributes({{"tag", 1}});
  CHECK(tensor.attributes()["tag"] == 1);
  CHECK_FALSE(tensor == Value(tensor.as_tensor()));
}

TEST_CASE("foreign: every not-a-number is a key of its own", "[format]") {
  Value dict = Value::dict();
  for (int i = 0; i < 20000; ++i) dict[Value(std::nan(""))] = i;
  CHECK(dict.size() == 20000);
  CHECK(dict.items().back().value == 19999);
}

}  // namespace
}  // namespace cresset
