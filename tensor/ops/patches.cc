#include "cresset/tensor/ops/patches.h"

#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/index_dim.h"
#include "cresset/tensor/ops/pad.h"
#include "cresset/tensor/ops/view.h"

namespace cresset {
namespace {

struct Patches {
  Shape kernel, dilation, padding, stride;
};

Patches patches_of(const Ints& kernel_size, const PatchOptions& options,
                   const char* op) {
  Patches p{kernel_size.expanded(2, {}, op, "kernel_size"),
            options.dilation.expanded(2, {}, op, "dilation"),
            options.padding.expanded(2, {}, op, "padding"),
            options.stride.expanded(2, {}, op, "stride")};
  for (size_t d = 0; d < 2; ++d) {
    CRESSET_CHECK(p.kernel[d] > 0 && p.dilation[d] > 0 && p.stride[d] > 0 &&
                      p.padding[d] >= 0,
                  kValue, op,
                  ": kernel_size, dilation and stride must be greater than "
                  "zero and padding not negative; got ",
                  IntSpan(p.kernel), ", ", IntSpan(p.dilation), ", ",
                  IntSpan(p.stride), " and ", IntSpan(p.padding));
  }
  return p;
}

// Patches along one dimension of an image of `size`.
int64_t patch_count(const Patches& p, size_t d, int64_t size, const char* op) {
  const int64_t room =
      size + 2 * p.padding[d] - p.dilation[d] * (p.kernel[d] - 1) - 1;
  CRESSET_CHECK(room >= 0, kShape, op,
                ": the kernel is larger than the padded image; got size ", size,
                ", kernel ", p.kernel[d], ", dilation ", p.dilation[d],
                ", padding ", p.padding[d]);
  return room / p.stride[d] + 1;
}

// Element k of patch i along one dimension lies at [k, i].
Tensor line_places(const Patches& p, size_t d, int64_t patches, Device device) {
  const TensorOptions options{.dtype = int64, .device = device};
  return add(mul(unsqueeze(arange(p.kernel[d], options), 1), p.dilation[d]),
             mul(arange(patches, options), p.stride[d]));
}

int64_t checked_factor(int64_t r, const Tensor& x, const char* op) {
  CRESSET_CHECK(r > 0, kValue, op, ": the factor must be positive; got ", r);
  CRESSET_CHECK(x.dim() >= 3, kShape, op,
                ": expected input to have at least 3 dimensions; got ",
                x.sizes());
  return r;
}

// x's leading sizes followed by `last`.
Shape with_image(const Tensor& x, IntSpan last) {
  Shape sizes(x.sizes().begin(), x.sizes().end() - 3);
  for (const int64_t n : last) sizes.push_back(n);
  return sizes;
}

// The leading dimensions of x, and behind them five in the given order.
Shape order_of(const Tensor& x, IntSpan last) {
  const int64_t leading = x.dim() - 3;
  Shape order;
  for (int64_t d = 0; d < leading; ++d) order.push_back(d);
  for (const int64_t d : last) order.push_back(leading + d);
  return order;
}

}  // namespace

Tensor im2col(const Tensor& x, const Ints& kernel_size,
              const PatchOptions& options) {
  CRESSET_CHECK(x.dim() == 3 || x.dim() == 4, kShape,
                "im2col: expected an image [N, C, H, W] or [C, H, W]; got ",
                x.sizes());
  if (x.dim() == 3) {
    return squeeze(im2col(unsqueeze(x, 0), kernel_size, options), 0);
  }
  const Patches p = patches_of(kernel_size, options, "im2col");
  const int64_t rows = patch_count(p, 0, x.size(2), "im2col");
  const int64_t columns = patch_count(p, 1, x.size(3), "im2col");
  Tensor y = x;
  if (p.padding[0] != 0 || p.padding[1] != 0) {
    y = pad(x, {p.padding[1], p.padding[1], p.padding[0], p.padding[0]});
  }
  for (size_t d = 0; d < 2; ++d) {
    const int64_t span = p.dilation[d] * (p.kernel[d] - 1) + 1;
    y = unfold(y, static_cast<int64_t>(d) + 2, span, p.stride[d]);
    if (p.dilation[d] != 1) y = slice(y, -1, 0, span, p.dilation[d]);
  }
  // [N, C, rows, columns, kernel, kernel] -> [N, C, kernel, kernel, ...].
  return reshape(
      permute(y, {0, 1, 4, 5, 2, 3}),
      {x.size(0), x.size(1) * p.kernel[0] * p.kernel[1], rows * columns});
}

Tensor col2im(const Tensor& x, const Ints& output_size, const Ints& kernel_size,
              const PatchOptions& options) {
  CRESSET_CHECK(x.dim() == 2 || x.dim() == 3, kShape,
                "col2im: expected columns [N, C * kernel, patches]; got ",
                x.sizes());
  if (x.dim() == 2) {
    return squeeze(col2im(unsqueeze(x, 0), output_size, kernel_size, options),
                   0);
  }
  const Patches p = patches_of(kernel_size, options, "col2im");
  const Shape size = output_size.expanded(2, {}, "col2im", "output_size");
  const int64_t rows = patch_count(p, 0, size[0], "col2im");
  const int64_t columns = patch_count(p, 1, size[1], "col2im");
  const int64_t area = p.kernel[0] * p.kernel[1];
  CRESSET_CHECK(x.size(1) % area == 0 && x.size(2) == rows * columns, kShape,
                "col2im: expected [N, C * ", area, ", ", rows * columns,
                "] for an output of ", IntSpan(size), "; got ", x.sizes());
  const int64_t height = size[0] + 2 * p.padding[0];
  const int64_t width = size[1] + 2 * p.padding[1];
  // Where the elements of the patches lie in the padded image.
  const Tensor down = line_places(p, 0, rows, x.device());
  const Tensor across = line_places(p, 1, columns, x.device());
  const Tensor places =
      add(mul(reshape(down, {p.kernel[0], 1, rows, 1}), width),
          reshape(across, {1, p.kernel[1], 1, columns}));
  const int64_t n = x.size(0), channels = x.size(1) / area;
  const Tensor flat = reshape(x, {n, channels, area * rows * columns});
  const Tensor image = index_add(new_zeros(x, {n, channels, height * width}), 2,
                                 reshape(places, {-1}), flat);
  return pad(reshape(image, {n, channels, height, width}),
             {-p.padding[1], -p.padding[1], -p.padding[0], -p.padding[0]});
}

Tensor pixel_shuffle(const Tensor& x, int64_t upscale_factor) {
  const int64_t r = checked_factor(upscale_factor, x, "pixel_shuffle");
  CRESSET_CHECK(x.size(-3) % (r * r) == 0, kShape,
                "pixel_shuffle: expects its input's 'channel' dimension to be "
                "divisible by the square of upscale_factor ",
                r, "; got ", x.sizes());
  const int64_t channels = x.size(-3) / (r * r);
  const int64_t height = x.size(-2), width = x.size(-1);
  const Tensor squares =
      reshape(x, with_image(x, {channels, r, r, height, width}));
  return reshape(permute(squares, order_of(x, {0, 3, 1, 4, 2})),
                 with_image(x, {channels, height * r, width * r}));
}

Tensor pixel_unshuffle(const Tensor& x, int64_t downscale_factor) {
  const int64_t r = checked_factor(downscale_factor, x, "pixel_unshuffle");
  CRESSET_CHECK(x.size(-1) % r == 0 && x.size(-2) % r == 0, kShape,
                "pixel_unshuffle: expects height and width to be divisible by "
                "downscale_factor ",
                r, "; got ", x.sizes());
  const int64_t channels = x.size(-3);
  const int64_t height = x.size(-2) / r, width = x.size(-1) / r;
  const Tensor squares =
      reshape(x, with_image(x, {channels, height, r, width, r}));
  return reshape(permute(squares, order_of(x, {0, 2, 4, 1, 3})),
                 with_image(x, {channels * r * r, height, width}));
}

Tensor channel_shuffle(const Tensor& x, int64_t groups) {
  CRESSET_CHECK(x.dim() >= 3 && groups > 0 && x.size(1) % groups == 0, kShape,
                "channel_shuffle: channels must be divisible by groups = ",
                groups, "; got ", x.sizes());
  const Tensor split = unflatten(x, 1, {groups, x.size(1) / groups});
  return reshape(transpose(split, 1, 2), x.sizes());
}

}  // namespace cresset
