// The opcodes of pickle that name classes and functions, and what is done
// instead of calling them.

#include <utility>

#include "cresset/serialize/pickle_format.h"
#include "cresset/serialize/pickle_reader.h"
#include "cresset/serialize/pickle_text.h"
#include "cresset/serialize/python_call.h"
#include "cresset/serialize/refusal.h"
#include "cresset/tensor/base/error.h"

namespace cresset::serialize {

bool PickleReader::step_object(uint8_t code) {
  switch (static_cast<Opcode>(code)) {
    case Opcode::kGlobal: {
      std::string module(line());
      std::string name(line());
      push_global(std::move(module), std::move(name));
      return true;
    }
    case Opcode::kStackGlobal: {
      const Value name = pop();
      const Value module = pop();
      CRESSET_CHECK(name.is_str() && module.is_str(), kFormat,
                    "a global's name is not text");
      push_global(module.as_str(), name.as_str());
      return true;
    }
    case Opcode::kReduce: {
      const Value args = pop();
      const Value callee = pop();
      reduce(callee, args);
      return true;
    }
    case Opcode::kNewObj: {
      const Value args = pop();
      const Value callee = pop();
      new_object(callee, args, Value());
      return true;
    }
    case Opcode::kNewObjEx: {
      const Value kwargs = pop();
      const Value args = pop();
      const Value callee = pop();
      CRESSET_CHECK(kwargs.is_dict(), kFormat,
                    "keyword arguments are not a dict");
      new_object(callee, args, kwargs);
      return true;
    }
    case Opcode::kInst: {
      std::string module(line());
      std::string name(line());
      std::vector<Value> args = pop_to_mark();
      push_global(std::move(module), std::move(name));
      new_object(pop(), Value::tuple(std::move(args)), Value());
      return true;
    }
    case Opcode::kObj: {
      std::vector<Value> args = pop_to_mark();
      CRESSET_CHECK(!args.empty(), kFormat, "an instance without a class");
      const Value callee = args.front();
      args.erase(args.begin());
      new_object(callee, Value::tuple(std::move(args)), Value());
      return true;
    }
    case Opcode::kBuild: {
      const Value state = pop();
      build(top(), state);
      return true;
    }
    case Opcode::kPersId:
      push(hooks_.persistent(std::string(line())));
      return true;
    case Opcode::kBinPersId: {
      const Value id = pop();
      push(hooks_.persistent(id));
      return true;
    }
    case Opcode::kExt1:
    case Opcode::kExt2:
    case Opcode::kExt4:
      internal::throw_error(ErrorCode::kUnsupported,
                            "an extension code, which only the program that "
                            "registered it could read");
    default:
      return false;
  }
}

void PickleReader::push_global(std::string module, std::string name) {
  CRESSET_CHECK(!module.empty() && !name.empty(), kFormat,
                "a global without a name");
  CRESSET_CHECK(is_utf8(module) && is_utf8(name), kFormat,
                "a global's name is not UTF-8");
  CRESSET_ALLOW(!options_.weights_only || is_weights_only_global(module, name),
                "the global ", quoted(module + "." + name),
                " is not one that weights_only allows");
  if (protocol_ < 3) to_python3_names(module, name);
  push_new(hooks_.global(module, name));
}

// Calls may copy what their arguments hold, and look all of it up as keys.
void PickleReader::charge_call(const std::vector<Value>& args) {
  budget_.charge_object(2 * kObjectCost);
  for (const Value& arg : args) {
    switch (arg.kind()) {
      case ValueKind::kStr:
        budget_.charge(2 * arg.size());
        break;
      case ValueKind::kBytes:
      case ValueKind::kByteArray:
        budget_.charge(arg.size());
        break;
      case ValueKind::kList:
      case ValueKind::kTuple:
        for (const Value& element : arg) {
          charge_key(element);
          if (element.is_tuple() || element.is_list()) {
            if (!element.empty()) charge_key(element[0]);
          }
        }
        break;
      case ValueKind::kDict:
        budget_.charge_object(kFirstItemCost);
        for (const DictItem& item : arg.items()) charge_key(item.key);
        break;
      default:
        break;
    }
  }
}

void PickleReader::reduce(const Value& callee, const Value& args) {
  CRESSET_CHECK(args.is_tuple(), kFormat, "calls with arguments that are a ",
                to_string(args.kind()), ", not a tuple");
  CRESSET_CHECK(callee.is_global(), kFormat, "calls ", repr(callee, 60),
                ", which is not a global");
  charge_call(args.elements());
  Value result;
  if (hooks_.call(callee, args.elements(), result)) {
    push(std::move(result));
    return;
  }
  const std::string name = callee.qualified_name();
  const std::vector<Value>& list = args.elements();
  // How protocols 0 and 1 make an instance of an ordinary class.
  if (name == "copyreg._reconstructor" && list.size() == 3 &&
      list[0].is_global() && list[1].is_global() &&
      list[1].qualified_name() == "builtins.object" && list[2].is_none()) {
    new_object(list[0], Value::tuple(), Value());
    return;
  }
  const bool member = name == "builtins.getattr" && list.size() == 2 &&
                      list[0].is_global() && list[1].is_str() &&
                      is_enumeration(list[0].qualified_name());
  CRESSET_ALLOW(options_.opaque_calls || member || is_inert_call(name),
                "the call of ", quoted(name),
                " is refused: it is not among the functions that make data; "
                "load it with opaque_calls to look at the rest of the file");
  push(Value::object(python_call(callee, args)));
}

void PickleReader::new_object(const Value& callee, const Value& args,
                              const Value& kwargs) {
  CRESSET_CHECK(args.is_tuple(), kFormat, "makes an object with a ",
                to_string(args.kind()), " instead of a tuple");
  CRESSET_CHECK(callee.is_global(), kFormat, "makes an object of ",
                repr(callee, 60), ", which is not a class");
  const bool plain = args.empty() && (kwargs.is_none() || kwargs.empty()) &&
                     is_data_class(callee.module_name(), callee.global_name());
  charge_call(args.elements());
  Value result;
  if (kwargs.is_none() && hooks_.call(callee, args.elements(), result)) {
    push(std::move(result));
    return;
  }
  const std::string name = callee.qualified_name();
  CRESSET_ALLOW(plain || options_.opaque_calls || is_inert_call(name),
                "making a ", quoted(name),
                " is refused: it is not a class that is known as data; load it "
                "with opaque_calls to look at the rest of the file");
  PythonObject object;
  object.form =
      kwargs.is_none() ? PythonObject::Form::kNew : PythonObject::Form::kNewEx;
  object.callee = callee;
  object.args = args;
  object.kwargs = kwargs;
  push(Value::object(std::move(object)));
}

void PickleReader::build(Value& object, const Value& state) {
  if (object.is_object()) {
    PythonObject& target = object.as_object();
    CRESSET_CHECK(!target.has_state, kFormat, "gives ",
                  quoted(object.qualified_name()), " a second state");
    target.has_state = true;
    target.state = state;
    return;
  }
  if (hooks_.build(object, state)) return;
  CRESSET_CHECK(object.is_dict() && object.dict_type() != DictType::kDict &&
                    state.is_dict(),
                kFormat, "gives a state to a ", to_string(object.kind()),
                ", which takes none");
  charge_call({state});
  if (object.attributes().is_none()) object.set_attributes(Value::dict());
  Value attributes = object.attributes();
  for (const DictItem& item : state.items()) attributes[item.key] = item.value;
}

}  // namespace cresset::serialize
