#include "cresset/serialize/npy_writer.h"

#include <string_view>

#include "cresset/serialize/foreign.h"
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

void add_array(const std::string& name, const Value& value, ZipWriter& zip) {
  Tensor elements;
  std::string bytes;
  if (value.is_array() && value.as_array().objects.is_none()) {
    const NumpyArray& array = value.as_array();
    bytes = header(array.dtype, array.shape);
    elements = array.bytes;
  } else {
    CRESSET_CHECK(value.is_tensor(), kValue,
                  "save: an .npz file holds arrays; ", quoted(name), " is a ",
                  to_string(value.kind()));
    elements = value.as_tensor();
    bytes = npy_header(elements.dtype(), elements.sizes());
  }
  elements = elements.cpu().contiguous();
  if (elements.numel() > 0) {
    bytes.append(static_cast<const char*>(elements.raw_data()),
                 elements.nbytes());
  }
  zip.add(name + ".npy", bytes);
}

}  // namespace

std::string npy_header(Dtype dtype, IntSpan shape) {
  const char* code = kCodes[static_cast<size_t>(dtype)];
  CRESSET_CHECK(code != nullptr, kUnsupported, "NumPy has no ", dtype,
                "; convert the tensor to float32 first");
  return header(code, shape);
}

void write_npy(const Value& array, Sink& sink) {
  std::string head;
  Tensor elements;
  if (array.is_array() && array.as_array().objects.is_none()) {
    head = header(array.as_array().dtype, array.as_array().shape);
    elements = array.as_array().bytes;
  } else {
    CRESSET_CHECK(array.is_tensor(), kUnsupported,
                  "save: an .npy file holds an array; got a ",
                  to_string(array.kind()));
    elements = array.as_tensor().detach().cpu().contiguous();
    head = npy_header(elements.dtype(), elements.sizes());
  }
  sink.write(head.data(), head.size());
  if (elements.nbytes() != 0) {
    sink.write(elements.raw_data(), elements.nbytes());
  }
}

void write_npz(const Value& arrays, Sink& sink) {
  CRESSET_CHECK(arrays.is_dict(), kValue,
                "save: an .npz file is a dict; got a ",
                to_string(arrays.kind()));
  ZipWriter zip(sink, "");
  for (const DictItem& item : arrays.items()) {
    CRESSET_CHECK(item.key.is_str(), kValue,
                  "save: names of arrays are text; got ", repr(item.key, 60));
    add_array(item.key.as_str(), item.value, zip);
  }
  zip.finish();
}

}  // namespace cresset::serialize
