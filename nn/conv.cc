#include "cresset/nn/conv.h"

#include <algorithm>
#include <cmath>

#include "cresset/nn/init.h"
#include "cresset/nn/text.h"
#include "cresset/tensor/ops/conv.h"
#include "cresset/tensor/ops/pad.h"
#include "cresset/tensor/ops/view.h"

namespace cresset::nn {
namespace {

using cresset::internal::concat;
using cresset::internal::python_tuple;

Shape list_of(const Ints& value, size_t rank, const char* argument) {
  return value.expanded(rank, {}, "Conv", argument);
}

Shape weight_shape(bool transposed, int64_t in, int64_t out, int64_t groups,
                   const Shape& kernel) {
  Shape shape = transposed ? Shape{in, out / groups} : Shape{out, in / groups};
  for (const int64_t k : kernel) shape.push_back(k);
  return shape;
}

bool all_are(const Shape& values, int64_t value) {
  return std::all_of(values.begin(), values.end(),
                     [value](int64_t v) { return v == value; });
}

void check(int64_t in, int64_t out, const ConvOptions& options) {
  CRESSET_CHECK(options.groups > 0, kValue,
                "groups must be a positive integer");
  CRESSET_CHECK(in % options.groups == 0, kValue,
                "in_channels must be divisible by groups");
  CRESSET_CHECK(out % options.groups == 0, kValue,
                "out_channels must be divisible by groups");
  const std::string& mode = options.padding_mode;
  CRESSET_CHECK(mode == "zeros" || mode == "reflect" || mode == "replicate" ||
                    mode == "circular",
                kValue,
                "padding_mode must be one of {'zeros', 'reflect', "
                "'replicate', 'circular'}, but got padding_mode='",
                mode, "'");
  const std::string& name = options.padding.mode;
  CRESSET_CHECK(name.empty() || name == "same" || name == "valid", kValue,
                "Invalid padding string '", name,
                "', should be one of {'same', 'valid'}");
}

}  // namespace

ConvBase::ConvBase(size_t rank, int64_t in, int64_t out, const Ints& kernel,
                   const ConvOptions& options, const Ints& extra,
                   bool is_transposed)
    : in_channels(in),
      out_channels(out),
      kernel_size(list_of(kernel, rank, "kernel_size")),
      stride(list_of(options.stride, rank, "stride")),
      padding(options.padding.mode.empty()
                  ? list_of(options.padding.sizes, rank, "padding")
                  : Shape(rank, 0)),
      padding_name(options.padding.mode),
      dilation(list_of(options.dilation, rank, "dilation")),
      output_padding(list_of(extra, rank, "output_padding")),
      groups((check(in, out, options), options.groups)),
      padding_mode(options.padding_mode),
      transposed(is_transposed),
      weight(parameter("weight", empty(weight_shape(transposed, in, out, groups,
                                                    kernel_size)))),
      bias(parameter("bias", options.bias ? empty({out}) : Tensor())) {
  CRESSET_CHECK(padding_name != "same" || all_are(stride, 1), kValue,
                "padding='same' is not supported for strided convolutions");
  reset_parameters();
}

void ConvBase::reset_parameters() {
  init::kaiming_uniform_(weight, {.a = std::sqrt(5.0)});
  if (!bias.defined()) return;
  const int64_t fan_in = init::fan_in_and_out(weight).first;
  if (fan_in == 0) return;
  const double bound = 1 / std::sqrt(static_cast<double>(fan_in));
  init::uniform_(bias, -bound, bound);
}

// Pads by what is not zeros; the last dimension comes first in `sizes`.
Tensor ConvBase::pad_by_mode(const Tensor& x) const {
  Shape sizes;
  for (size_t d = kernel_size.size(); d-- > 0;) {
    const int64_t total = dilation[d] * (kernel_size[d] - 1);
    const bool same = padding_name == "same";
    sizes.push_back(same ? total / 2 : padding[d]);
    sizes.push_back(same ? total - total / 2 : padding[d]);
  }
  return all_are(sizes, 0) ? x : pad(x, sizes, padding_mode);
}

Tensor ConvBase::convolve(const Tensor& input) const {
  const size_t rank = kernel_size.size();
  Tensor x = input;
  cresset::ConvOptions options{.stride = stride,
                               .padding = padding,
                               .dilation = dilation,
                               .groups = groups};
  Shape cut(rank, 0);
  if (padding_mode != "zeros") {
    x = pad_by_mode(x);
    options.padding = 0;
  } else if (padding_name == "same") {
    // An odd number of zeros has one more on the right; padding the left as
    // much gives one output element too many there.
    Shape same(rank, 0);
    for (size_t d = 0; d < rank; ++d) {
      const int64_t total = dilation[d] * (kernel_size[d] - 1);
      same[d] = (total + 1) / 2;
      cut[d] = total % 2;
    }
    options.padding = same;
  }
  Tensor y = rank == 1   ? conv1d(x, weight, bias, options)
             : rank == 2 ? conv2d(x, weight, bias, options)
                         : conv3d(x, weight, bias, options);
  for (size_t d = 0; d < rank; ++d) {
    if (cut[d] == 0) continue;
    const int64_t dim = y.dim() - static_cast<int64_t>(rank - d);
    y = narrow(y, dim, 1, y.size(dim) - 1);
  }
  return y;
}

Tensor ConvBase::convolve_transposed(const Tensor& x,
                                     IntSpan output_size) const {
  const size_t rank = kernel_size.size();
  Shape extra = output_padding;
  if (!output_size.empty()) {
    CRESSET_CHECK(output_size.size() >= rank, kShape, name(),
                  ": output_size must have ", rank, " sizes; got ",
                  output_size);
    for (size_t d = 0; d < rank; ++d) {
      const int64_t wanted = output_size[output_size.size() - rank + d];
      const int64_t size = x.size(x.dim() - static_cast<int64_t>(rank - d));
      const int64_t least = (size - 1) * stride[d] - 2 * padding[d] +
                            dilation[d] * (kernel_size[d] - 1) + 1;
      CRESSET_CHECK(wanted >= least && wanted < least + stride[d], kValue,
                    name(), ": output size ", output_size,
                    " is not one that the input allows; dimension ", d,
                    " takes ", least, " to ", least + stride[d] - 1);
      extra[d] = wanted - least;
    }
  }
  const cresset::ConvTransposeOptions options{.stride = stride,
                                              .padding = padding,
                                              .output_padding = extra,
                                              .groups = groups,
                                              .dilation = dilation};
  return rank == 1   ? conv_transpose1d(x, weight, bias, options)
         : rank == 2 ? conv_transpose2d(x, weight, bias, options)
                     : conv_transpose3d(x, weight, bias, options);
}

std::string ConvBase::extra_repr() const {
  std::string out = concat(in_channels, ", ", out_channels,
                           ", kernel_size=", python_tuple(kernel_size),
                           ", stride=", python_tuple(stride));
  if (!padding_name.empty()) {
    out += ", padding=" + padding_name;
  } else if (!all_are(padding, 0)) {
    out += ", padding=" + python_tuple(padding);
  }
  if (!all_are(dilation, 1)) out += ", dilation=" + python_tuple(dilation);
  if (!all_are(output_padding, 0)) {
    out += ", output_padding=" + python_tuple(output_padding);
  }
  if (groups != 1) out += concat(", groups=", groups);
  if (!bias.defined()) out += ", bias=False";
  if (padding_mode != "zeros") out += ", padding_mode=" + padding_mode;
  return out;
}

Conv1d::Conv1d(int64_t in, int64_t out, const Ints& kernel,
               const ConvOptions& options)
    : ConvBase(1, in, out, kernel, options, 0, false) {}
Conv2d::Conv2d(int64_t in, int64_t out, const Ints& kernel,
               const ConvOptions& options)
    : ConvBase(2, in, out, kernel, options, 0, false) {}
Conv3d::Conv3d(int64_t in, int64_t out, const Ints& kernel,
               const ConvOptions& options)
    : ConvBase(3, in, out, kernel, options, 0, false) {}

namespace {

ConvOptions common(const ConvTransposeOptions& options) {
  return {.stride = options.stride,
          .padding = options.padding,
          .dilation = options.dilation,
          .groups = options.groups,
          .bias = options.bias};
}

}  // namespace

ConvTranspose1d::ConvTranspose1d(int64_t in, int64_t out, const Ints& kernel,
                                 const ConvTransposeOptions& options)
    : ConvBase(1, in, out, kernel, common(options), options.output_padding,
               true) {}
ConvTranspose2d::ConvTranspose2d(int64_t in, int64_t out, const Ints& kernel,
                                 const ConvTransposeOptions& options)
    : ConvBase(2, in, out, kernel, common(options), options.output_padding,
               true) {}
ConvTranspose3d::ConvTranspose3d(int64_t in, int64_t out, const Ints& kernel,
                                 const ConvTransposeOptions& options)
    : ConvBase(3, in, out, kernel, common(options), options.output_padding,
               true) {}

}  // namespace cresset::nn
