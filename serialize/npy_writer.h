// Writes NumPy's files: .npy, one array, and .npz, a zip of them.

#ifndef CRESSET_SERIALIZE_NPY_WRITER_H_
#define CRESSET_SERIALIZE_NPY_WRITER_H_

#include <string>

#include "cresset/serialize/sink.h"
#include "cresset/serialize/value.h"
#include "cresset/tensor/base/dtype.h"
#include "cresset/tensor/base/shape.h"

namespace cresset::serialize {

/// What comes before the elements (C order, little-endian) of an .npy file of
/// version 1.0.
/// Errors: kUnsupported for dtypes that NumPy has not, such as bfloat16.
std::string npy_header(Dtype dtype, IntSpan shape);

/// Writes a tensor or NumPy array as numpy.save does.
/// Errors: kUnsupported for any other value and for dtypes that NumPy has not.
void write_npy(const Value& array, Sink& sink);

/// Writes a dict from names to tensors and NumPy arrays as an .npz archive,
/// whose records are stored and begin at multiples of 64 bytes. At most one
/// tensor is copied at a time.
///
/// Errors: kValue if keys are not text or values not tensors; kUnsupported for
///         dtypes that NumPy has not; what the sink throws.
/// Torch:  numpy.savez(path, **arrays)
void write_npz(const Value& arrays, Sink& sink);

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_NPY_WRITER_H_
