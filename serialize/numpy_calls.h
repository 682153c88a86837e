// NumPy arrays and scalars from the calls that their pickles make.

#ifndef CRESSET_SERIALIZE_NUMPY_CALLS_H_
#define CRESSET_SERIALIZE_NUMPY_CALLS_H_

#include <string>
#include <vector>

#include "cresset/serialize/foreign.h"
#include "cresset/serialize/memory_budget.h"
#include "cresset/serialize/value.h"

namespace cresset::serialize {

/// A dtype of NumPy.
struct NumpyDtype {
  std::string name;      ///< little-endian: "<f4", "|O"
  size_t itemsize = 0;   ///< bytes of an element
  size_t swapped = 0;    ///< bytes of the units to reverse; 0: none
  bool objects = false;  ///< elements are Python objects
};

/// The dtype of a letter and a size ("f4") in a byte order ('<', '>', '|').
/// `bytes` is the size of elements that the letter leaves open ("U2").
/// Errors: kUnsupported for what arrays of numbers, text and times are not.
NumpyDtype numpy_dtype(std::string_view code, char order, int64_t bytes = -1);

/// An array over `data`, the elements in C order or, transposed, in
/// Fortran's. Shares the memory where its bytes are in the right order.
/// Errors: kFormat unless `data` is exactly as long as the shape says.
NumpyArray make_array(const NumpyDtype& dtype, const Shape& shape, bool fortran,
                      const Tensor& data);

/// The result of a call of numpy's; false for any other name.
bool call_numpy(const std::string& name, const Value& callee,
                const std::vector<Value>& args, Value& result);

/// Gives an array that `_reconstruct` made its contents.
void build_array(Value& array, const Value& state, MemoryBudget& budget);

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_NUMPY_CALLS_H_
