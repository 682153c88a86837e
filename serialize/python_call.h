// A call that Python would make, kept as data.

#ifndef CRESSET_SERIALIZE_PYTHON_CALL_H_
#define CRESSET_SERIALIZE_PYTHON_CALL_H_

#include <utility>

#include "cresset/serialize/value.h"

namespace cresset::serialize {

/// `callee(*args)`: a global and a tuple. Nothing is called.
inline PythonObject python_call(Value callee, Value args) {
  PythonObject object;
  object.form = PythonObject::Form::kCall;
  object.callee = std::move(callee);
  object.args = std::move(args);
  return object;
}

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_PYTHON_CALL_H_
