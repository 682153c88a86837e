#include "cresset/nn/python/attributes.h"

#include <utility>
#include <vector>

namespace cresset::internal {
namespace {

constexpr std::pair<const char*, Reduction> kReductions[] = {
    {"none", Reduction::kNone},
    {"mean", Reduction::kMean},
    {"sum", Reduction::kSum},
};

}  // namespace

Value int_tuple(IntSpan sizes) {
  return Value::tuple(std::vector<Value>(sizes.begin(), sizes.end()));
}

// Reading.

const Value& AttributeReader::required(const char* name) {
  CRESSET_CHECK(attributes_.contains(name), kValue, "from_python: ", where_,
                " has no attribute '", name, "'");
  return attributes_.at(name);
}

void AttributeReader::wrong(const char* name, const char* wanted,
                            const Value& value) {
  throw_error(ErrorCode::kValue,
              concat("from_python: ", where_, ": attribute '", name,
                     "' must be ", wanted, "; got ", repr(value, 80)));
}

void AttributeReader::only(const char* name, bool value) {
  bool found = value;
  optional(name, found);
  CRESSET_CHECK(found == value, kUnsupported, "from_python: ", where_,
                ": Cresset has no ", name, "=", found ? "True" : "False");
}

void AttributeReader::require(bool ok, const char* name, const char* rule) {
  if (!ok) wrong(name, rule, required(name));
}

bool AttributeReader::has_parameter(const char* name) const {
  const Value parameters = attributes_.get("_parameters");
  return parameters.is_dict() && !parameters.get(name).is_none();
}

Shape AttributeReader::ints(const char* name, const Value& value,
                            const char* wanted) {
  const bool sequence =
      value.is_tuple() || value.is_list() || value.kind() == ValueKind::kSize;
  if (!sequence) wrong(name, wanted, value);
  if (value.kind() == ValueKind::kSize) return value.as_shape();
  Shape sizes;
  for (const Value& element : value.elements()) {
    if (!element.is_int()) wrong(name, wanted, value);
    sizes.push_back(element.as_int());
  }
  return sizes;
}

void AttributeReader::read(const char* name, const Value& value, bool& field) {
  // Python takes any number for a flag.
  if (!value.is_bool() && !value.is_int()) wrong(name, "a bool", value);
  field = value.is_bool() ? value.as_bool() : value.as_int() != 0;
}

void AttributeReader::read(const char* name, const Value& value,
                           int64_t& field) {
  if (!value.is_int()) wrong(name, "an int", value);
  field = value.as_int();
}

void AttributeReader::read(const char* name, const Value& value,
                           double& field) {
  if (!value.is_float() && !value.is_int()) wrong(name, "a number", value);
  field = value.as_float();
}

void AttributeReader::read(const char* name, const Value& value,
                           std::string& field) {
  if (!value.is_str()) wrong(name, "a str", value);
  field = value.as_str();
}

void AttributeReader::read(const char* name, const Value& value,
                           Scalar& field) {
  if (value.is_bool()) {
    field = value.as_bool();
  } else if (value.is_int()) {
    field = value.as_int();
  } else if (value.is_float()) {
    field = value.as_float();
  } else {
    wrong(name, "a number", value);
  }
}

void AttributeReader::read(const char* name, const Value& value,
                           std::optional<int64_t>& field) {
  if (!value.is_none() && !value.is_int()) wrong(name, "an int or None", value);
  field = value.is_none() ? std::nullopt : std::optional(value.as_int());
}

void AttributeReader::read(const char* name, const Value& value,
                           std::optional<double>& field) {
  const bool number = value.is_float() || value.is_int();
  if (!value.is_none() && !number) wrong(name, "a number or None", value);
  field = number ? std::optional(value.as_float()) : std::nullopt;
}

void AttributeReader::read(const char* name, const Value& value, Ints& field) {
  if (value.is_int()) {
    field = Ints(value.as_int());
  } else {
    field = Ints(ints(name, value, "an int or a tuple of ints"));
  }
}

void AttributeReader::read(const char* name, const Value& value,
                           Reduction& field) {
  for (const auto& [text, reduction] : kReductions) {
    if (value.is_str() && value.as_str() == text) {
      field = reduction;
      return;
    }
  }
  wrong(name, "'none', 'mean' or 'sum'", value);
}

void AttributeReader::read(const char* name, const Value& value,
                           TupleField& field) {
  const std::string wanted =
      concat("a tuple of ", field.rank, field.rank == 1 ? " int" : " ints");
  Shape sizes = ints(name, value, wanted.c_str());
  if (sizes.size() != field.rank) wrong(name, wanted.c_str(), value);
  field.sizes = std::move(sizes);
}

void AttributeReader::read(const char* name, const Value& value,
                           ShapeField& field) {
  field.sizes = ints(name, value, "a tuple of ints");
}

void AttributeReader::read(const char* name, const Value& value,
                           SingleField& field) {
  read(name, value, field.sizes);
}

void AttributeReader::read(const char* name, const Value& value,
                           SizesOrNoneField& field) {
  const auto one = [&](const Value& v) -> int64_t {
    if (!v.is_none() && !v.is_int()) wrong(name, "ints or None", value);
    return v.is_none() ? -1 : v.as_int();
  };
  if (!value.is_tuple() && !value.is_list()) {
    field.sizes = Ints(one(value));
    return;
  }
  Shape sizes;
  for (const Value& element : value.elements()) sizes.push_back(one(element));
  field.sizes = Ints(sizes);
}

void AttributeReader::read(const char* name, const Value& value,
                           PaddingField& field) {
  if (!value.is_str()) {
    field.name.clear();
    TupleField sizes{field.sizes, field.rank};
    return read(name, value, sizes);
  }
  field.name = value.as_str();
  if (field.name != "same" && field.name != "valid") {
    wrong(name, "'same', 'valid' or a tuple of ints", value);
  }
  field.sizes = Shape(field.rank, 0);
}

void AttributeReader::read(const char* name, const Value& value,
                           OptionalSizesField& field) {
  field.sizes = Ints();
  if (!value.is_none()) read(name, value, field.sizes);
}

void AttributeReader::read(const char* name, const Value& value,
                           FactorsField& field) {
  field.factors.clear();
  if (value.is_none()) return;
  const bool sequence = value.is_tuple() || value.is_list();
  const std::vector<Value> one = {value};
  for (const Value& element : sequence ? value.elements() : one) {
    if (!element.is_float() && !element.is_int()) {
      wrong(name, "a number or a tuple of numbers", value);
    }
    field.factors.push_back(element.as_float());
  }
}

void AttributeReader::read(const char* name, const Value& value,
                           FlagOrNoneField& field) {
  field.flag = false;
  if (!value.is_none()) read(name, value, field.flag);
}

// Writing.

Value AttributeWriter::write(const Scalar& field) {
  if (field.is_bool()) return field.to<bool>();
  if (field.is_integral()) return field.to<int64_t>();
  return field.to<double>();
}

Value AttributeWriter::write(const std::optional<int64_t>& field) {
  return field ? Value(*field) : Value();
}

Value AttributeWriter::write(const std::optional<double>& field) {
  return field ? Value(*field) : Value();
}

Value AttributeWriter::write(const Ints& field) {
  return field.size() == 1 ? Value(field[0]) : int_tuple(field);
}

Value AttributeWriter::write(Reduction field) {
  for (const auto& [text, reduction] : kReductions) {
    if (reduction == field) return text;
  }
  return {};
}

Value AttributeWriter::write(const TupleField& field) {
  return int_tuple(field.sizes);
}

Value AttributeWriter::write(const ShapeField& field) {
  return int_tuple(field.sizes);
}

Value AttributeWriter::write(const SingleField& field) {
  return int_tuple(field.sizes);
}

Value AttributeWriter::write(const SizesOrNoneField& field) {
  std::vector<Value> sizes;
  for (const int64_t size : field.sizes) {
    sizes.push_back(size < 0 ? Value() : Value(size));
  }
  return sizes.size() == 1 ? sizes[0] : Value::tuple(std::move(sizes));
}

Value AttributeWriter::write(const PaddingField& field) {
  return field.name.empty() ? int_tuple(field.sizes)
                            : Value(field.name.c_str());
}

Value AttributeWriter::write(const OptionalSizesField& field) {
  return field.sizes.empty() ? Value() : write(field.sizes);
}

Value AttributeWriter::write(const FactorsField& field) {
  if (field.factors.empty()) return {};
  if (field.factors.size() == 1) return field.factors[0];
  return Value::tuple({field.factors.begin(), field.factors.end()});
}

Value AttributeWriter::write(const FlagOrNoneField& field) {
  return field.flag ? Value(true) : Value();
}

}  // namespace cresset::internal
