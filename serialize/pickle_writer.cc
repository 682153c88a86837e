#include "cresset/serialize/pickle_writer.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "cresset/serialize/pickle_format.h"
#include "cresset/serialize/value_node.h"
#include "cresset/tensor/base/error.h"

namespace cresset::serialize {
namespace {

constexpr size_t kBatch = 1000;  // elements between two APPENDS or SETITEMS

char op(Opcode code) { return static_cast<char>(code); }

void put_number(std::string& out, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
}

// Elements and entries of containers and of container-like objects.
const std::vector<Value>& elements_of(const Value& value) {
  return value.is_object() ? value.as_object().appended : value.elements();
}

size_t entries_of(const Value& value) {
  return value.is_object() ? value.as_object().stored.size() : value.size();
}

const DictItem& entry_of(const Value& value, size_t i) {
  return value.is_object() ? value.as_object().stored[i] : value.items()[i];
}

}  // namespace

Value PickleWriterHooks::persistent_id(const Value&) { return Value(); }

PythonObject PickleWriterHooks::reduce(const Value& value) {
  return reduce_python(value);
}

std::string PickleWriter::write(const Value& value) {
  out_ = "\x80\x02";
  tasks_.clear();
  later(value);
  while (!tasks_.empty()) {
    const Task task = std::move(tasks_.back());
    tasks_.pop_back();
    switch (task.kind) {
      case Task::Kind::kValue:
        save(task.value);
        break;
      case Task::Kind::kByte:
        out_ += task.code;
        break;
      case Task::Kind::kMemo:
        open_.erase(address_key(task.value));
        memoize(task.value);
        break;
      case Task::Kind::kTuple:
        end_tuple(task.value);
        break;
      case Task::Kind::kList:
        batch_list(task);
        break;
      case Task::Kind::kDict:
        batch_dict(task);
        break;
    }
  }
  out_ += op(Opcode::kStop);
  return std::move(out_);
}

void PickleWriter::later(const Value& value) {
  later(Task::Kind::kValue, value);
}

void PickleWriter::later(char code) {
  Task task;
  task.kind = Task::Kind::kByte;
  task.code = code;
  tasks_.push_back(std::move(task));
}

void PickleWriter::later(Task::Kind kind, const Value& value, bool exact,
                         size_t next) {
  Task task;
  task.kind = kind;
  task.exact = exact;
  task.next = next;
  task.value = value;
  tasks_.push_back(std::move(task));
}

// Globals, dtypes and literals are one object wherever they occur.
std::string PickleWriter::name_key(const Value& value) const {
  if (value.is_global()) return "g" + value.qualified_name();
  if (value.kind() == ValueKind::kDtype) {
    return "gtorch." + value.dtype_name();
  }
  if (value.kind() == ValueKind::kMemoryFormat) {
    return "g" + value.format_name();
  }
  if (value.is_str() &&
      static_cast<internal::TextNode&>(*value.node()).interned) {
    return "s" + value.as_str();
  }
  return "";
}

// Tensors are the same object if they share their implementation; a Parameter
// is another object than the tensor in it.
const void* PickleWriter::address_key(const Value& value) const {
  if (!value.is_tensor()) return value.node().get();
  const char* impl =
      reinterpret_cast<const char*>(value.as_tensor().impl_ref().get());
  return value.is_parameter() ? impl + 1 : impl;
}

bool PickleWriter::fetch(const Value& value) {
  size_t index = 0;
  const std::string name = name_key(value);
  if (!name.empty()) {
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) return false;
    index = found->second;
  } else {
    const auto found = by_address_.find(address_key(value));
    if (found == by_address_.end()) return false;
    index = found->second;
  }
  out_ += op(index < 256 ? Opcode::kBinGet : Opcode::kLongBinGet);
  put_number(out_, index, index < 256 ? 1 : 4);
  return true;
}

void PickleWriter::memoize(const Value& value) {
  const size_t index = memo_size_++;
  const std::string name = name_key(value);
  if (name.empty()) {
    by_address_[address_key(value)] = index;
    alive_.push_back(value);
  } else {
    by_name_[name] = index;
  }
  out_ += op(index < 256 ? Opcode::kBinPut : Opcode::kLongBinPut);
  put_number(out_, index, index < 256 ? 1 : 4);
}

void PickleWriter::save(const Value& value) {
  if (value.node() == nullptr) return save_atom(value);
  const Value id = hooks_.persistent_id(value);
  if (!id.is_none()) {
    later(op(Opcode::kBinPersId));
    later(id);
    return;
  }
  if (value.kind() == ValueKind::kBigInt) return save_digits(value.as_bytes());
  if (value.is_tuple() && value.empty()) {
    out_ += op(Opcode::kEmptyTuple);
    return;
  }
  if (fetch(value)) return;
  switch (value.kind()) {
    case ValueKind::kStr:
      save_text(value.as_str());
      return memoize(value);
    case ValueKind::kDtype:
      out_ += "ctorch\n" + value.dtype_name() + "\n";
      return memoize(value);
    case ValueKind::kMemoryFormat:
      // PyTorch itself has no form for it before protocol 4, but reads this.
      out_ += "ctorch\n" + value.format_name().substr(6) + "\n";
      return memoize(value);
    case ValueKind::kGlobal: {
      std::string module = value.module_name();
      std::string name = value.global_name();
      to_python2_names(module, name);
      out_ += op(Opcode::kGlobal) + module + "\n" + name + "\n";
      return memoize(value);
    }
    case ValueKind::kList:
      out_ += op(Opcode::kEmptyList);
      memoize(value);
      return later(Task::Kind::kList, value);
    case ValueKind::kTuple:
      return save_tuple(value);
    case ValueKind::kDict:
      if (value.dict_type() == DictType::kDict &&
          value.attributes().is_none()) {
        out_ += op(Opcode::kEmptyDict);
        memoize(value);
        return later(Task::Kind::kDict, value);
      }
      return save_dict(value);
    default:
      return save_reduce(value, hooks_.reduce(value));
  }
}

void PickleWriter::save_atom(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kBool:
      out_ += op(value.as_bool() ? Opcode::kNewTrue : Opcode::kNewFalse);
      return;
    case ValueKind::kInt:
      return save_int(value.as_int());
    case ValueKind::kFloat: {
      const auto bits = std::bit_cast<uint64_t>(value.as_float());
      out_ += op(Opcode::kBinFloat);
      for (int i = 8; i-- > 0;) out_ += static_cast<char>(bits >> (8 * i));
      return;
    }
    default:
      out_ += op(Opcode::kNone);
  }
}

void PickleWriter::save_int(int64_t value) {
  if (value >= 0 && value < 256) {
    out_ += op(Opcode::kBinInt1);
    put_number(out_, static_cast<uint64_t>(value), 1);
  } else if (value >= 0 && value < 65536) {
    out_ += op(Opcode::kBinInt2);
    put_number(out_, static_cast<uint64_t>(value), 2);
  } else if (value >= INT32_MIN && value <= INT32_MAX) {
    out_ += op(Opcode::kBinInt);
    put_number(out_, static_cast<uint64_t>(value), 4);
  } else {
    std::string digits;
    put_number(digits, static_cast<uint64_t>(value), 8);
    const char sign = value < 0 ? '\xff' : '\0';
    while (digits.back() == sign &&
           ((digits[digits.size() - 2] ^ sign) & 0x80) == 0) {
      digits.pop_back();
    }
    save_digits(digits);
  }
}

void PickleWriter::save_digits(const std::string& digits) {
  const bool is_short = digits.size() < 256;
  out_ += op(is_short ? Opcode::kLong1 : Opcode::kLong4);
  put_number(out_, digits.size(), is_short ? 1 : 4);
  out_ += digits;
}

void PickleWriter::save_text(const std::string& text) {
  CRESSET_CHECK(text.size() <= UINT32_MAX, kUnsupported,
                "save: text has at most 4 GiB; got ", text.size(), " bytes");
  out_ += op(Opcode::kBinUnicode);
  put_number(out_, text.size(), 4);
  out_ += text;
}

void PickleWriter::save_tuple(const Value& value) {
  if (value.size() > 3) out_ += op(Opcode::kMark);
  later(Task::Kind::kTuple, value);
  const std::vector<Value>& elements = value.elements();
  for (size_t i = elements.size(); i-- > 0;) later(elements[i]);
}

void PickleWriter::end_tuple(const Value& value) {
  const size_t size = value.size();
  // A tuple that contains itself has been written by its own elements.
  if (by_address_.count(address_key(value)) != 0) {
    if (size > 3) {
      out_ += op(Opcode::kPopMark);
    } else {
      out_.append(size, op(Opcode::kPop));
    }
    fetch(value);
    return;
  }
  if (size > 3) {
    out_ += op(Opcode::kTuple);
  } else {
    out_ +=
        static_cast<char>(op(Opcode::kTuple1) + static_cast<char>(size) - 1);
  }
  memoize(value);
}

void PickleWriter::save_dict(const Value& value) {
  PythonObject object = value.dict_type() == DictType::kDict
                            ? PythonObject()
                            : reduce_python(value);
  CRESSET_CHECK(!object.callee.is_none(), kUnsupported,
                "save: a plain dict has no attributes; use an ordered dict");
  object.has_state = !value.attributes().is_none();
  object.state = value.attributes();
  save_reduce(value, object);
}

void PickleWriter::save_reduce(const Value& value, const PythonObject& object) {
  CRESSET_CHECK(open_.insert(address_key(value)).second, kUnsupported,
                "save: an object is among the arguments it is made with; got ",
                repr(value, 60));
  alive_.push_back(value);
  if (object.has_state) {
    later(op(Opcode::kBuild));
    later(object.state);
  }
  const bool counter =
      value.is_dict() && value.dict_type() == DictType::kCounter;
  if (value.is_object() || (value.is_dict() && !counter)) {
    later(Task::Kind::kDict, value, false);
  }
  if (value.is_object()) later(Task::Kind::kList, value, false);
  later(Task::Kind::kMemo, value);
  switch (object.form) {
    case PythonObject::Form::kCall:
      later(op(Opcode::kReduce));
      break;
    case PythonObject::Form::kNew:
      later(op(Opcode::kNewObj));
      break;
    case PythonObject::Form::kNewEx:
      later(op(Opcode::kNewObjEx));
      later(object.kwargs);
      break;
  }
  later(object.args);
  later(object.callee);
}

void PickleWriter::batch_list(const Task& task) {
  const std::vector<Value>& elements = elements_of(task.value);
  const size_t left = elements.size() - std::min(task.next, elements.size());
  if (left == 0) return;
  // CPython writes a rest of one element with a mark in exact lists only.
  if (left == 1 && (!task.exact || task.next == 0)) {
    later(op(Opcode::kAppend));
    later(elements[task.next]);
    return;
  }
  const size_t end = task.next + std::min(left, kBatch);
  later(Task::Kind::kList, task.value, task.exact, end);
  later(op(Opcode::kAppends));
  for (size_t i = end; i-- > task.next;) later(elements[i]);
  out_ += op(Opcode::kMark);
}

void PickleWriter::batch_dict(const Task& task) {
  const size_t count = entries_of(task.value);
  const size_t left = count - std::min(task.next, count);
  if (left == 0) return;
  if (left == 1 && (!task.exact || task.next == 0)) {
    later(op(Opcode::kSetItem));
    later(entry_of(task.value, task.next).value);
    later(entry_of(task.value, task.next).key);
    return;
  }
  const size_t end = task.next + std::min(left, kBatch);
  later(Task::Kind::kDict, task.value, task.exact, end);
  later(op(Opcode::kSetItems));
  for (size_t i = end; i-- > task.next;) {
    later(entry_of(task.value, i).value);
    later(entry_of(task.value, i).key);
  }
  out_ += op(Opcode::kMark);
}

}  // namespace cresset::serialize
