#include "cresset/serialize/npy_reader.h"

#include <string>
#include <string_view>
#include <utility>

#include "cresset/serialize/numpy_calls.h"
#include "cresset/serialize/pickle_text.h"
#include "cresset/serialize/zip_format.h"
#include "cresset/tensor/base/error.h"

namespace cresset::serialize {
namespace {

constexpr size_t kMaxHeader = 1 << 20;

// The header's text, a Python dict of three literals.
class Header {
 public:
  explicit Header(std::string_view text) : text_(text) { read(); }

  const std::string& descr() const { return descr_; }
  bool fortran() const { return fortran_; }
  const Shape& shape() const { return shape_; }

 private:
  [[noreturn]] void fail(std::string_view what) const {
    internal::throw_error(
        ErrorCode::kFormat,
        internal::concat(
            "header at byte ", at_, ": ", what, "; got ",
            quoted(text_.substr(std::min(at_, text_.size()), 20), 30)));
  }

  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) {
      ++at_;
    }
  }

  bool take(std::string_view word) {
    skip_space();
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  void expect(std::string_view word) {
    if (!take(word)) fail(internal::concat("expected ", quoted(word)));
  }

  std::string string() {
    skip_space();
    const char quote = at_ < text_.size() ? text_[at_] : '\0';
    if (quote == '[') {
      internal::throw_error(ErrorCode::kUnsupported,
                            "the array has a structured dtype");
    }
    if (quote != '\'' && quote != '"') fail("expected a string");
    const size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) fail("expected a string");
    const std::string result(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return result;
  }

  void read_shape() {
    expect("(");
    while (!take(")")) {
      skip_space();
      const size_t first = at_;
      while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') {
        ++at_;
      }
      const Value size = at_ == first || at_ - first > 20
                             ? Value()
                             : parse_int(text_.substr(first, at_ - first));
      if (!size.is_int()) fail("expected a size");
      // Files of Python 2 have long ints.
      take("L");
      shape_.push_back(size.as_int());
      if (shape_.size() > 64) fail("more than 64 dimensions");
      if (!take(",")) {
        expect(")");
        break;
      }
    }
  }

  void read() {
    bool seen[3] = {};
    expect("{");
    while (!take("}")) {
      const std::string key = string();
      expect(":");
      const int which = key == "descr"           ? 0
                        : key == "fortran_order" ? 1
                        : key == "shape"         ? 2
                                                 : -1;
      if (which < 0 || seen[which]) fail("a key that does not belong here");
      seen[which] = true;
      if (which == 0) {
        descr_ = string();
      } else if (which == 1) {
        fortran_ = take("True");
        if (!fortran_) expect("False");
      } else {
        read_shape();
      }
      if (!take(",")) {
        expect("}");
        break;
      }
    }
    skip_space();
    if (at_ != text_.size()) fail("expected the end");
    if (!seen[0] || !seen[1] || !seen[2]) fail("a key is missing");
  }

  std::string_view text_;
  size_t at_ = 0;
  std::string descr_;
  bool fortran_ = false;
  Shape shape_;
};

NumpyDtype dtype_of(const std::string& descr) {
  std::string_view code = descr;
  char order = '|';
  if (!code.empty() &&
      std::string_view("<>|=").find(code[0]) != std::string_view::npos) {
    order = code[0];
    code.remove_prefix(1);
  }
  std::string unit;
  if (const size_t bracket = code.find('[');
      bracket != std::string_view::npos) {
    unit = code.substr(bracket);
    code = code.substr(0, bracket);
    CRESSET_CHECK((code == "M8" || code == "m8") && unit.size() < 20 &&
                      unit.ends_with(']'),
                  kUnsupported, "the NumPy dtype ", quoted(descr, 40));
  }
  CRESSET_ALLOW(code.empty() || code[0] != 'O',
                "its elements are pickled Python objects");
  NumpyDtype dtype = numpy_dtype(code, order);
  dtype.name += unit;
  return dtype;
}

Value parse_npy(uint8_t* data, size_t size, std::shared_ptr<void> owner,
                bool structure_only) {
  CRESSET_CHECK(
      size >= 10 && std::string_view(reinterpret_cast<const char*>(data), 6) ==
                        "\x93NUMPY",
      kFormat, "it does not begin as an array of NumPy");
  const int major = data[6];
  CRESSET_CHECK(major >= 1 && major <= 3, kUnsupported, "format version ",
                major, "; 1 to 3 are known");
  const size_t fixed = major == 1 ? 10 : 12;
  CRESSET_CHECK(size >= fixed, kFormat, "it ends in its header");
  const size_t length = major == 1 ? read16(data + 8) : read32(data + 8);
  CRESSET_CHECK(length <= size - fixed, kFormat, "the header of ", length,
                " bytes is longer than the ", size - fixed,
                " bytes that are left; the file is truncated");
  CRESSET_ALLOW(length <= kMaxHeader, "a header of ", length, " bytes");
  const Header header({reinterpret_cast<const char*>(data) + fixed, length});
  const size_t begin = fixed + length;
  const auto count = static_cast<int64_t>(size - begin);
  const Tensor bytes = internal::over_storage(
      internal::make_ref<Storage>(data + begin, size - begin, Device(),
                                  std::move(owner)),
      uint8, {count}, {1}, 0);
  NumpyDtype dtype = dtype_of(header.descr());
  if (structure_only) dtype.swapped = 0;
  return internal::array_value(
      make_array(dtype, header.shape(), header.fortran() && !structure_only,
                 bytes),
      {});
}

}  // namespace

Value read_npy(const std::shared_ptr<InputFile>& file, bool structure_only) {
  return with_path(file->path(), "npy", [&] {
    return parse_npy(file->data(), file->size(), file, structure_only);
  });
}

Value read_npz(ZipReader& zip, const LoadOptions& options,
               bool structure_only) {
  Value result = Value::dict();
  for (const ZipEntry& entry : zip.entries()) {
    if (entry.name.ends_with('/')) continue;
    const ZipRecord record =
        zip.read_checked(entry, options.verify && !structure_only);
    std::string name = entry.name;
    const std::string part = "record " + quoted(name);
    with_path(zip.path(), part.c_str(), [&] {
      CRESSET_CHECK(is_utf8(name), kFormat, "its name is not UTF-8");
      if (!name.ends_with(".npy")) {
        result[name] = Value::bytes(std::string(record.text()));
        return;
      }
      name.resize(name.size() - 4);
      result[name] =
          parse_npy(record.data, record.size, record.owner, structure_only);
    });
  }
  return result;
}

}  // namespace cresset::serialize
