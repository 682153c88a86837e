// Reads NumPy's files: .npy, one array, and .npz, a zip of them.

#ifndef CRESSET_SERIALIZE_NPY_READER_H_
#define CRESSET_SERIALIZE_NPY_READER_H_

#include <memory>

#include "cresset/serialize/input_file.h"
#include "cresset/serialize/options.h"
#include "cresset/serialize/value.h"
#include "cresset/serialize/zip_reader.h"

namespace cresset::serialize {

/// The array of an .npy file, a view of the file's memory where it is in C
/// order and little-endian.
///
/// Errors: kFormat; kUnsupported for structured dtypes; RefusedError for
///         arrays of pickled objects.
///
/// With `structure_only` elements are left in the file's order, untouched.
Value read_npy(const std::shared_ptr<InputFile>& file,
               bool structure_only = false);

/// The arrays of an .npz file by name, a dict. Errors: as read_npy().
Value read_npz(ZipReader& zip, const LoadOptions& options,
               bool structure_only = false);

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_NPY_READER_H_
