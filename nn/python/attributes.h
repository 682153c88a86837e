// The attributes that PyTorch keeps in a module's __dict__, read into the
// fields of a layer and written from them.
//
// A layer tells its attributes once, in PyTorch's order, to a visitor that
// is one of the two:
//
//   template <class A>
//   void visit(A& a, Linear& m) {
//     a("in_features", m.in_features);
//     a("out_features", m.out_features);
//   }

#ifndef CRESSET_NN_PYTHON_ATTRIBUTES_H_
#define CRESSET_NN_PYTHON_ATTRIBUTES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cresset/serialize/value.h"
#include "cresset/tensor/base/scalar.h"
#include "cresset/tensor/base/shape.h"
#include "cresset/tensor/ops/loss.h"

namespace cresset::internal {

// How a field that holds sizes looks in Python.

// A tuple with one int for each dimension.
struct TupleField {
  Shape& sizes;
  size_t rank;
};
// A tuple of any length.
struct ShapeField {
  Shape& sizes;
};
// A tuple even for a single int.
struct SingleField {
  Ints& sizes;
};
// An int or a tuple, in which None stands for -1.
struct SizesOrNoneField {
  Ints& sizes;
};
// None for none, else an int or a tuple.
struct OptionalSizesField {
  Ints& sizes;
};
// None for none, else a float or a tuple of them.
struct FactorsField {
  std::vector<double>& factors;
};
// None for false.
struct FlagOrNoneField {
  bool& flag;
};
// The sizes, or the name, of a convolution's padding.
struct PaddingField {
  Shape& sizes;
  std::string& name;
  size_t rank;
};

/// Fills fields from the __dict__ of a pickled module.
///
/// Errors: kValue that names the class, its place in the network and the
///         attribute if that is missing or of another type.
class AttributeReader {
 public:
  static constexpr bool kReads = true;

  AttributeReader(const Value& attributes, const std::string& where)
      : attributes_(attributes), where_(where) {}

  template <class Field>
  void operator()(const char* name, Field&& field) {
    read(name, required(name), field);
  }
  /// An attribute that older files lack.
  template <class Field>
  void optional(const char* name, Field&& field) {
    if (attributes_.contains(name)) read(name, attributes_.at(name), field);
  }
  /// An attribute of which Cresset knows one value only.
  void only(const char* name, bool value);
  /// An attribute that follows from the others.
  template <class Make>
  void derived(const char*, const Make&) {}
  /// Refuses the value that an attribute has.
  void require(bool ok, const char* name, const char* rule);
  /// Whether the file has a parameter of this name, and not None.
  bool has_parameter(const char* name) const;
  /// An attribute as it is in the file, None if it is not there.
  Value raw(const char* name) const { return attributes_.get(name); }
  /// One that PyTorch puts before those of Module.
  template <class Field>
  void first(const char* name, Field&& field) {
    (*this)(name, field);
  }

 private:
  const Value& required(const char* name);
  [[noreturn]] void wrong(const char* name, const char* wanted,
                          const Value& value);
  Shape ints(const char* name, const Value& value, const char* wanted);

  void read(const char* name, const Value& value, bool& field);
  void read(const char* name, const Value& value, int64_t& field);
  void read(const char* name, const Value& value, double& field);
  void read(const char* name, const Value& value, std::string& field);
  void read(const char* name, const Value& value, Scalar& field);
  void read(const char* name, const Value& value,
            std::optional<int64_t>& field);
  void read(const char* name, const Value& value, std::optional<double>& field);
  void read(const char* name, const Value& value, Ints& field);
  void read(const char* name, const Value& value, Reduction& field);
  void read(const char* name, const Value& value, TupleField& field);
  void read(const char* name, const Value& value, ShapeField& field);
  void read(const char* name, const Value& value, SingleField& field);
  void read(const char* name, const Value& value, SizesOrNoneField& field);
  void read(const char* name, const Value& value, PaddingField& field);
  void read(const char* name, const Value& value, OptionalSizesField& field);
  void read(const char* name, const Value& value, FactorsField& field);
  void read(const char* name, const Value& value, FlagOrNoneField& field);

  const Value& attributes_;
  const std::string& where_;
};

/// Makes the __dict__ entries of a layer: `before` and `after` are those that
/// stand before and after the ones of Module.
class AttributeWriter {
 public:
  static constexpr bool kReads = false;

  template <class Field>
  void operator()(const char* name, const Field& field) {
    after[name] = write(field);
  }
  template <class Field>
  void optional(const char* name, const Field& field) {
    after[name] = write(field);
  }
  void only(const char* name, bool value) { after[name] = value; }
  template <class Make>
  void derived(const char* name, const Make& make) {
    after[name] = make();
  }
  template <class Field>
  void first(const char* name, const Field& field) {
    before[name] = write(field);
  }

  void require(bool, const char*, const char*) {}

  Value before = Value::dict();
  Value after = Value::dict();
  /// The module's parameters by name, where Python's differ from Cresset's.
  Value parameters = Value::ordered_dict();

 private:
  static Value write(bool field) { return field; }
  static Value write(int64_t field) { return field; }
  static Value write(double field) { return field; }
  static Value write(const std::string& field) { return field.c_str(); }
  static Value write(const Scalar& field);
  static Value write(const std::optional<int64_t>& field);
  static Value write(const std::optional<double>& field);
  static Value write(const Ints& field);
  static Value write(Reduction field);
  static Value write(const TupleField& field);
  static Value write(const ShapeField& field);
  static Value write(const SingleField& field);
  static Value write(const SizesOrNoneField& field);
  static Value write(const PaddingField& field);
  static Value write(const OptionalSizesField& field);
  static Value write(const FactorsField& field);
  static Value write(const FlagOrNoneField& field);
};

// A Python tuple of ints.
Value int_tuple(IntSpan sizes);

}  // namespace cresset::internal

#endif  // CRESSET_NN_PYTHON_ATTRIBUTES_H_
