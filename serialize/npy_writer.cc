#include "cresset/serialize/npy_writer.h"

#include <string_view>
#include <utility>
#include <vector>

#include "cresset/serialize/foreign.h"
#include "cresset/serialize/tensor_bytes.h"
#include "cresset/serialize/zip_writer.h"
#include "cresset/tensor/base/error.h"

namespace cresset::serialize {
namespace {

// The codes of the dtypes in their order; null where NumPy has none.
constexpr const char* kCodes[kNumDtypes] = {
    "|b1", "|u1", "|i1",  "<i2", "<i4", "<i8", "<f2",   nullptr, "<f4",
    "<f8", "<c8", "<c16", "<u2", "<u4", "<u8", nullptr, nullptr};

std::string header(std::string_view code, IntSpan shape) {
  std::string sizes;
  for (const int64_t n : shape) {
    if (!sizes.empty()) sizes += ", ";
    sizes += std::to_string(n);
  }
  if (shape.size() == 1) sizes += ',';
  std::string text =
      internal::concat("{'descr': '", code,
                       "', 'fortran_order': False, 'shape': (", sizes, "), }");
  constexpr size_t kBefore = 10, kAlignment = 64;
  while ((kBefore + text.size() + 1) % kAlignment != 0) text += ' ';
  text += '\n';
  std::string head("\x93NUMPY\x01\x00", 8);
  head += static_cast<char>(text.size() & 0xff);
  head += static_cast<char>(text.size() >> 8);
  return head + text;
}

// What an .npy file of one array consists of.
struct Npy {
  std::string header;
  Tensor elements;
};

// Errors: kValue, as `wrong` says it, unless `value` is an array.
template <class Wrong>
Npy npy_of(const Value& value, Wrong wrong) {
  if (value.is_array() && value.as_array().objects.is_none()) {
    const NumpyArray& array = value.as_array();
    return {header(array.dtype, array.shape), array.bytes};
  }
  if (!value.is_tensor()) wrong();
  const Tensor& tensor = value.as_tensor();
  return {npy_header(tensor.dtype(), tensor.sizes()), tensor};
}

}  // namespace

std::string npy_header(Dtype dtype, IntSpan shape) {
  const char* code = kCodes[static_cast<size_t>(dtype)];
  CRESSET_CHECK(code != nullptr, kUnsupported, "NumPy has no ", dtype,
                "; convert the tensor to float32 first");
  return header(code, shape);
}

void write_npy(const Value& array, Sink& sink) {
  const Npy npy = npy_of(array, [&] {
    internal::throw_error(
        ErrorCode::kUnsupported,
        internal::concat("save: an .npy file holds an array; got a ",
                         to_string(array.kind())));
  });
  sink.write(npy.header.data(), npy.header.size());
  TensorBytes({npy.elements}).next([&](const void* from, size_t bytes) {
    sink.write(from, bytes);
  });
}

void write_npz(const Value& arrays, Sink& sink) {
  CRESSET_CHECK(arrays.is_dict(), kValue,
                "save: an .npz file is a dict; got a ",
                to_string(arrays.kind()));
  std::vector<std::string> names, headers;
  std::vector<Tensor> elements;
  for (const DictItem& item : arrays.items()) {
    CRESSET_CHECK(item.key.is_str(), kValue,
                  "save: names of arrays are text; got ", repr(item.key, 60));
    names.push_back(item.key.as_str() + ".npy");
    Npy npy = npy_of(item.value, [&] {
      internal::throw_error(
          ErrorCode::kValue,
          internal::concat("save: an .npz file holds arrays; ",
                           quoted(item.key.as_str()), " is a ",
                           to_string(item.value.kind())));
    });
    headers.push_back(std::move(npy.header));
    elements.push_back(std::move(npy.elements));
  }
  ZipWriter zip(sink, "");
  TensorBytes data(elements);
  for (size_t i = 0; i < names.size(); ++i) {
    zip.add(names[i], headers[i].size() + elements[i].nbytes(),
            [&](const ByteTake& take) {
              take(headers[i].data(), headers[i].size());
              data.next(take);
            });
  }
  zip.finish();
}

}  // namespace cresset::serialize
