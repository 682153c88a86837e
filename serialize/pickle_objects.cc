// The opcodes of pickle that name classes and functions, and what is done
// instead of calling them.

#include <unordered_set>
#include <utility>

#include "cresset/serialize/pickle_format.h"
#include "cresset/serialize/pickle_reader.h"
#include "cresset/serialize/pickle_text.h"
#include "cresset/serialize/value_node.h"
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
  if (protocol_ < 3) to_python3_names(module, name);
  push(hooks_.global(module, name));
}

void PickleReader::reduce(const Value& callee, const Value& args) {
  CRESSET_CHECK(args.is_tuple(), kFormat, "calls with arguments that are a ",
                to_string(args.kind()), ", not a tuple");
  CRESSET_CHECK(callee.is_global(), kFormat, "calls ", repr(callee, 60),
                ", which is not a global");
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
  CRESSET_CHECK(options_.opaque_calls || is_inert_call(name), kUnsupported,
                "the call of ", quoted(name),
                " is refused: it is not among the functions that make data; "
                "load it with opaque_calls to look at the rest of the file");
  PythonObject object;
  object.form = PythonObject::Form::kCall;
  object.callee = callee;
  object.args = args;
  push(Value::object(std::move(object)));
}

void PickleReader::new_object(const Value& callee, const Value& args,
                              const Value& kwargs) {
  CRESSET_CHECK(args.is_tuple(), kFormat, "makes an object with a ",
                to_string(args.kind()), " instead of a tuple");
  CRESSET_CHECK(callee.is_global(), kFormat, "makes an object of ",
                repr(callee, 60), ", which is not a class");
  const bool plain = args.empty() && (kwargs.is_none() || kwargs.empty());
  Value result;
  if (kwargs.is_none() && hooks_.call(callee, args.elements(), result)) {
    push(std::move(result));
    return;
  }
  const std::string name = callee.qualified_name();
  CRESSET_CHECK(plain || options_.opaque_calls || is_inert_call(name),
                kUnsupported, "making a ", quoted(name),
                " with arguments is refused: its class is not known; load it "
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
  CRESSET_CHECK(object.is_dict() && state.is_dict(), kFormat,
                "gives a state to a ", to_string(object.kind()),
                ", which takes none");
  if (object.attributes().is_none()) object.set_attributes(Value::dict());
  Value attributes = object.attributes();
  for (const DictItem& item : state.items()) attributes[item.key] = item.value;
}

namespace {

using internal::ValueNode;

// Calls `visit` with every reference that a container holds. Keys are left
// out where they are text or numbers anyway.
template <class Visit>
void for_each_child(ValueNode& node, Visit&& visit) {
  switch (node.kind) {
    case ValueKind::kList:
    case ValueKind::kTuple:
      for (Value& v : static_cast<internal::SequenceNode&>(node).elements) {
        visit(v);
      }
      return;
    case ValueKind::kDict:
    case ValueKind::kSet:
    case ValueKind::kFrozenSet: {
      auto& table = static_cast<internal::TableNode&>(node);
      visit(table.attributes);
      visit(table.factory);
      if (table.table_or_null() == nullptr) return;
      for (size_t i = 0; i < table.table().items().size(); ++i) {
        visit(table.table().item(i).key);
        visit(table.table().item(i).value);
      }
      return;
    }
    case ValueKind::kObject: {
      auto& object = static_cast<internal::ObjectNode&>(node).object;
      for (Value* part :
           {&object.callee, &object.args, &object.kwargs, &object.state}) {
        visit(*part);
      }
      for (Value& v : object.appended) visit(v);
      for (DictItem& item : object.stored) {
        visit(item.key);
        visit(item.value);
      }
      return;
    }
    default:
      return;
  }
}

}  // namespace

// Makes the way back of every cycle a weak reference, so that what was loaded
// ends with its last user. Only containers that the memo gave out a second
// time can be part of a cycle.
void PickleReader::settle_cycles(Value& result) {
  if (shared_.empty()) return;
  enum class State : uint8_t { kOpen, kDone };
  std::unordered_map<const ValueNode*, State> seen;
  struct Frame {
    ValueNode* node;
    std::vector<Value*> children;
  };
  std::vector<Frame> path;
  const auto enter = [&](Value& value) {
    if (value.is_weak()) return;
    ValueNode* node = value.node().get();
    if (node == nullptr || !internal::is_container(node->kind)) return;
    const auto [place, added] = seen.emplace(node, State::kOpen);
    if (!added) {
      if (place->second == State::kOpen) value = value.weak();
      return;
    }
    Frame frame{node, {}};
    for_each_child(*node, [&](Value& child) {
      const auto target = child.node();
      if (target != nullptr && internal::is_container(target->kind)) {
        frame.children.push_back(&child);
      }
    });
    path.push_back(std::move(frame));
  };
  enter(result);
  while (!path.empty()) {
    if (path.back().children.empty()) {
      seen[path.back().node] = State::kDone;
      path.pop_back();
      continue;
    }
    Value* child = path.back().children.back();
    path.back().children.pop_back();
    enter(*child);
  }
  // What is not part of the result may still hold itself.
  std::vector<Value> lost;
  for (const Value& value : shared_) {
    if (seen.count(value.node().get()) == 0) lost.push_back(value);
  }
  shared_ = std::move(lost);
  break_cycles();
}

void PickleReader::break_cycles() {
  for (Value& value : shared_) {
    const auto node = value.node();
    if (node == nullptr) continue;
    for_each_child(*node, [](Value& child) {
      if (internal::ValueNode* target = child.node().get();
          target != nullptr && internal::is_container(target->kind)) {
        internal::retire(child);
      }
    });
  }
  shared_.clear();
}

}  // namespace cresset::serialize
