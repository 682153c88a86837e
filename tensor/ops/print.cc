#include "cresset/tensor/ops/print.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <mutex>
#include <ostream>
#include <vector>

#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/ops/combine.h"
#include "cresset/tensor/ops/view.h"

namespace cresset {
namespace {

std::string formatted(const char* format, int precision, double value) {
  char text[400];
  const int n = std::snprintf(text, sizeof text, format, precision, value);
  std::string result(text, static_cast<size_t>(std::clamp(n, 0, 399)));
  // C writes the sign of a NaN, Python does not.
  return std::isnan(value) ? "nan" : result;
}

std::string padded(const std::string& text, size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text
                             : text;
}

// How the floating numbers of one tensor look: whole numbers with a point,
// fixed digits, or an exponent; and how wide the widest of them is.
class FloatFormat {
 public:
  FloatFormat(const std::vector<double>& values, const PrintOptions& options)
      : precision_(options.precision) {
    double least = INFINITY, most = 0;
    for (const double value : values) {
      if (value == 0 || !std::isfinite(value)) continue;
      least = std::min(least, std::fabs(value));
      most = std::max(most, std::fabs(value));
      whole_ &= value == std::ceil(value);
    }
    if (most > 0) {
      scientific_ =
          most / least > 1000 || most > 1e8 || (!whole_ && least < 1e-4);
      for (const double value : values) {
        if (value == 0 || !std::isfinite(value)) continue;
        width_ = std::max(width_, bare(value).size());
      }
    }
    scientific_ = options.sci_mode.value_or(scientific_);
  }

  size_t width() const { return width_; }
  std::string operator()(double value) const {
    return padded(bare(value), width_);
  }

 private:
  std::string bare(double value) const {
    if (scientific_) return formatted("%.*e", precision_, value);
    if (!whole_) return formatted("%.*f", precision_, value);
    const std::string digits = formatted("%.*f", 0, value);
    return std::isfinite(value) ? digits + "." : digits;
  }

  int precision_;
  bool whole_ = true, scientific_ = false;
  size_t width_ = 1;
};

// The elements that are shown: of each dimension that a summary shortens, those
// at its two ends.
struct Shown {
  Tensor part;
  std::vector<bool> shortened;

  Shown(const Tensor& x, const PrintOptions& options) {
    const NoGradGuard guard;
    const bool summary = x.numel() > options.threshold;
    const int64_t edge = options.edge_items;
    part = x.detach();
    for (int64_t d = 0; d < x.dim(); ++d) {
      const bool cut = summary && x.size(d) > 2 * edge;
      shortened.push_back(cut);
      if (!cut) continue;
      part = cat(
          {narrow(part, d, 0, edge), narrow(part, d, x.size(d) - edge, edge)},
          d);
    }
    part = part.cpu().contiguous();
  }
};

struct Texts {
  std::vector<std::string> elements;
  size_t width = 1;
};

std::vector<double> doubles(const Tensor& x) {
  const Tensor wide = x.to(float64);
  const double* data = wide.data<double>();
  return {data, data + wide.numel()};
}

Texts float_texts(const Tensor& x, const PrintOptions& options) {
  const std::vector<double> values = doubles(x);
  const FloatFormat format(values, options);
  Texts texts;
  texts.width = format.width();
  for (const double value : values) texts.elements.push_back(format(value));
  return texts;
}

Texts complex_texts(const Tensor& x, const PrintOptions& options) {
  const Tensor wide = x.to(complex128);
  const auto* data = wide.data<std::complex<double>>();
  std::vector<double> real, imaginary;
  for (int64_t i = 0; i < wide.numel(); ++i) {
    real.push_back(data[i].real());
    imaginary.push_back(data[i].imag());
  }
  const FloatFormat real_format(real, options), other(imaginary, options);
  Texts texts;
  texts.width = real_format.width() + other.width() + 1;
  for (size_t i = 0; i < real.size(); ++i) {
    std::string side = other(imaginary[i]) + "j";
    side.erase(0, side.find_first_not_of(' '));
    const bool is_signed = side[0] == '+' || side[0] == '-';
    texts.elements.push_back(real_format(real[i]) + (is_signed ? "" : "+") +
                             side);
  }
  return texts;
}

Texts integer_texts(const Tensor& x) {
  Texts texts;
  for (int64_t i = 0; i < x.numel(); ++i) {
    std::string text;
    if (x.dtype() == bool_) {
      text = x.data<bool>()[i] ? "True" : "False";
    } else if (x.dtype() == uint64) {
      internal::append_uint(text, x.data<uint64_t>()[i]);
    } else {
      visit_dtype(x.dtype(), [&](auto t) {
        using T = decltype(t);
        if constexpr (std::is_integral_v<T>) {
          internal::append_int(text, static_cast<int64_t>(x.data<T>()[i]));
        }
      });
    }
    texts.width = std::max(texts.width, text.size());
    texts.elements.push_back(std::move(text));
  }
  for (std::string& text : texts.elements) text = padded(text, texts.width);
  return texts;
}

// Writes the nested brackets.
class Writer {
 public:
  Writer(const Shown& shown, const Texts& texts, const PrintOptions& options)
      : shown_(shown), texts_(texts), options_(options) {}

  std::string write(size_t dim, size_t indent) {
    const size_t rank = shown_.part.sizes().size();
    if (rank == 0) return texts_.elements[0];
    const auto n = static_cast<size_t>(shown_.part.sizes()[dim]);
    const size_t half = shown_.shortened[dim] ? n / 2 : n;
    std::vector<std::string> items;
    const bool inner = dim + 1 == rank;
    for (size_t i = 0; i < n; ++i) {
      if (i == half) items.push_back(inner ? " ..." : "...");
      items.push_back(inner ? texts_.elements[next_++]
                            : write(dim + 1, indent + 1));
    }
    return inner ? row(items, indent)
                 : joined(items, "," + std::string(rank - dim - 1, '\n') +
                                     std::string(indent + 1, ' '));
  }

 private:
  static std::string joined(const std::vector<std::string>& items,
                            const std::string& between) {
    std::string text = "[";
    for (size_t i = 0; i < items.size(); ++i) {
      if (i != 0) text += between;
      text += items[i];
    }
    return text + "]";
  }

  std::string row(const std::vector<std::string>& items, size_t indent) const {
    const auto room = options_.line_width - static_cast<int64_t>(indent);
    const auto length = static_cast<int64_t>(texts_.width) + 2;
    const auto per_line =
        static_cast<size_t>(std::max<int64_t>(1, room / length));
    std::string text = "[";
    for (size_t i = 0; i < items.size(); ++i) {
      if (i != 0) {
        text += i % per_line == 0 ? ",\n" + std::string(indent + 1, ' ') : ", ";
      }
      text += items[i];
    }
    return text + "]";
  }

  const Shown& shown_;
  const Texts& texts_;
  const PrintOptions& options_;
  size_t next_ = 0;
};

// The tuple of sizes as Python writes it.
std::string tuple(IntSpan sizes) {
  std::string text = to_string(sizes);
  text.front() = '(';
  text.back() = ')';
  if (sizes.size() == 1) text.insert(text.size() - 1, ",");
  return text;
}

// PyTorch numbers the variants of an op's gradient; 0 where no name says more.
std::string node_name(std::string name) {
  return name.ends_with("Backward") ? name + "0" : name;
}

std::mutex options_mutex;
PrintOptions current_options;

constexpr size_t kIndent = 7;  // "tensor("

std::string contents(const Tensor& x, const PrintOptions& options) {
  if (x.device().is_meta()) return "...";
  if (x.numel() == 0) return "[]";
  const Shown shown(x, options);
  const Texts texts = is_floating(x.dtype()) ? float_texts(shown.part, options)
                      : is_complex(x.dtype())
                          ? complex_texts(shown.part, options)
                          : integer_texts(shown.part);
  return Writer(shown, texts, options).write(0, kIndent);
}

std::vector<std::string> suffixes(const Tensor& x) {
  std::vector<std::string> list;
  if (!x.device().is_cpu()) {
    list.push_back("device='" + to_string(x.device()) + "'");
  }
  const bool meta = x.device().is_meta();
  const bool empty = meta || x.numel() == 0;
  if (meta || (empty && x.dim() != 1)) {
    list.push_back("size=" + tuple(x.sizes()));
  }
  const Dtype usual = get_default_dtype(), dtype = x.dtype();
  const bool implied =
      dtype == usual ||
      (!empty && (dtype == int64 || dtype == bool_ ||
                  dtype == (usual == float64 ? complex128 : complex64)));
  if (!implied) list.push_back(internal::concat("dtype=torch.", dtype));
  const std::string node = x.grad_fn();
  if (!node.empty()) {
    list.push_back("grad_fn=<" + node_name(node) + ">");
  } else if (x.requires_grad()) {
    list.push_back("requires_grad=True");
  }
  return list;
}

}  // namespace

void set_print_options(const PrintOptions& options) {
  const std::lock_guard lock(options_mutex);
  current_options = options;
}
PrintOptions get_print_options() {
  const std::lock_guard lock(options_mutex);
  return current_options;
}

std::string to_string(const Tensor& x, const PrintOptions& options) {
  std::string text = "tensor(" + contents(x, options);
  const size_t line = text.rfind('\n');
  // PyTorch's measure of the last line counts two characters more than it has.
  auto length = static_cast<int64_t>(
      line == std::string::npos ? text.size() + 2 : text.size() - line + 1);
  for (const std::string& suffix : suffixes(x)) {
    const auto size = static_cast<int64_t>(suffix.size());
    if (length + size + 2 > options.line_width) {
      text += ",\n" + std::string(kIndent, ' ') + suffix;
      length = static_cast<int64_t>(kIndent) + size;
    } else {
      text += ", " + suffix;
      length += size + 2;
    }
  }
  return text + ")";
}

std::string to_string(const Tensor& x) {
  return to_string(x, get_print_options());
}

std::ostream& operator<<(std::ostream& out, const Tensor& x) {
  return out << (x.defined() ? to_string(x) : "undefined tensor");
}

void print(const Tensor& x) {
  const std::string text = to_string(x) + "\n";
  std::fwrite(text.data(), 1, text.size(), stdout);
}

}  // namespace cresset
