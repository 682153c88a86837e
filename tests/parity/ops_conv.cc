// Rows of convolutions.

#include "cresset/tensor/ops/conv.h"
#include "cresset/tests/parity/op_table.h"

namespace cresset::parity {
namespace {

using OptTensor = std::optional<Tensor>;

// The numbers that PyTorch's padding "same" and "valid" stand for.
Ints padding_of(const std::string& text, const Tensor& weight,
                const Ints& dilation) {
  Ints padding = Shape(static_cast<size_t>(weight.dim() - 2));
  if (text == "valid") return padding;
  for (size_t i = 0; i < padding.size(); ++i) {
    const int64_t step = dilation[dilation.size() == 1 ? 0 : i];
    const int64_t total = step * (weight.size(static_cast<int64_t>(i) + 2) - 1);
    if (total % 2 != 0) throw Skip("padding 'same' that differs by side");
    padding[i] = total / 2;
  }
  return padding;
}

template <class F>
void add_conv(OpTable& t, const std::string& name, F f) {
  constexpr char kSignature[] =
      "input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1";
  t.add(name, kSignature,
        [f](const Tensor& x, const Tensor& weight, const OptTensor& bias,
            const Ints& stride, const Ints& padding, const Ints& dilation,
            int64_t groups) {
          return f(x, weight, bias.value_or(Tensor()),
                   ConvOptions{.stride = stride,
                               .padding = padding,
                               .dilation = dilation,
                               .groups = groups});
        });
  t.add(name, kSignature,
        [f](const Tensor& x, const Tensor& weight, const OptTensor& bias,
            const Ints& stride, const std::string& padding,
            const Ints& dilation, int64_t groups) {
          return f(x, weight, bias.value_or(Tensor()),
                   ConvOptions{.stride = stride,
                               .padding = padding_of(padding, weight, dilation),
                               .dilation = dilation,
                               .groups = groups});
        });
}

template <class F>
void add_conv_transpose(OpTable& t, const std::string& name, F f) {
  t.add(name,
        "input, weight, bias=None, stride=1, padding=0, output_padding=0, "
        "groups=1, dilation=1",
        [f](const Tensor& x, const Tensor& weight, const OptTensor& bias,
            const Ints& stride, const Ints& padding, const Ints& output_padding,
            int64_t groups, const Ints& dilation) {
          return f(x, weight, bias.value_or(Tensor()),
                   ConvTransposeOptions{.stride = stride,
                                        .padding = padding,
                                        .output_padding = output_padding,
                                        .groups = groups,
                                        .dilation = dilation});
        });
}

}  // namespace

void add_conv_ops(OpTable& t) {
  const std::string nn = "nn.functional.";
  add_conv(t, nn + "conv1d", conv1d);
  add_conv(t, nn + "conv2d", conv2d);
  add_conv(t, nn + "conv3d", conv3d);
  add_conv_transpose(t, nn + "conv_transpose1d", conv_transpose1d);
  add_conv_transpose(t, nn + "conv_transpose2d", conv_transpose2d);
  add_conv_transpose(t, nn + "conv_transpose3d", conv_transpose3d);
}

}  // namespace cresset::parity
