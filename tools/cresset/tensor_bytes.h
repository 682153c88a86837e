// The elements of a tensor in row-major order, as bytes and as texts.

#ifndef CRESSET_TOOLS_CRESSET_TENSOR_BYTES_H_
#define CRESSET_TOOLS_CRESSET_TENSOR_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "cresset/tensor/core/tensor.h"

namespace cresset::cli {

/// Calls `use` with the bytes of all elements, in blocks of whole elements:
/// the tensor's own memory where it is contiguous, otherwise gathered into a
/// small buffer. Nothing of the tensor's size is ever allocated, so a view
/// that repeats its elements costs time alone.
void each_block(const Tensor& tensor,
                const std::function<void(const uint8_t*, size_t)>& use);

/// SHA-256 of those bytes.
std::string content_sha256(const Tensor& tensor);

/// One element as JSON, exactly: a number's text for floats ("0x1.8p+1" in
/// full) and integers, a pair of texts for complex numbers, true or false.
std::string element_json(const void* element, Dtype dtype);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_TENSOR_BYTES_H_
