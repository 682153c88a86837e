#include "cresset/serialize/pickle_reader.h"

#include <algorithm>
#include <new>
#include <utility>

#include "cresset/serialize/options.h"
#include "cresset/serialize/pickle_format.h"
#include "cresset/serialize/pickle_text.h"
#include "cresset/tensor/base/error.h"

namespace cresset::serialize {

Value PickleHooks::persistent(const Value& id) {
  internal::throw_error(
      ErrorCode::kFormat,
      "a persistent id where there can be none: " + repr(id, 80));
}

Value PickleHooks::global(const std::string& module, const std::string& name) {
  return Value::global(module, name);
}

bool PickleHooks::call(const Value& callee, const std::vector<Value>& args,
                       Value& result) {
  return call_python(callee.qualified_name(), args, result);
}

bool PickleHooks::build(Value&, const Value&) { return false; }

PickleReader::PickleReader(std::string_view bytes, std::string path,
                           std::string part, PickleHooks& hooks,
                           PickleOptions options)
    : bytes_(bytes),
      path_(std::move(path)),
      part_(std::move(part)),
      hooks_(hooks),
      options_(std::move(options)),
      shared_budget_(
          options_.budget != nullptr
              ? options_.budget
              : std::make_shared<MemoryBudget>(bytes_.size(), kMaxPickleOps)),
      budget_(*shared_budget_) {}

PickleReader::~PickleReader() { break_cycles(); }

std::string_view PickleReader::take(uint64_t count) {
  CRESSET_CHECK(count <= bytes_.size() - at_, kFormat, "needs ", count,
                " bytes, but only ", bytes_.size() - at_,
                " are left; the data is truncated");
  const std::string_view result = bytes_.substr(at_, count);
  at_ += count;
  return result;
}

uint64_t PickleReader::number(int count) {
  const std::string_view digits = take(static_cast<uint64_t>(count));
  uint64_t value = 0;
  for (int i = count; i-- > 0;) {
    value = value << 8 | static_cast<uint8_t>(digits[static_cast<size_t>(i)]);
  }
  return value;
}

std::string_view PickleReader::line() {
  const size_t end = bytes_.find('\n', at_);
  CRESSET_CHECK(end != std::string_view::npos, kFormat,
                "needs a line, but none ends here; the data is truncated");
  std::string_view result = bytes_.substr(at_, end - at_);
  at_ = end + 1;
  if (!result.empty() && result.back() == '\r') result.remove_suffix(1);
  return result;
}

std::string PickleReader::text(uint64_t count) {
  const std::string_view result = take(count);
  CRESSET_CHECK(is_utf8(result), kFormat,
                "text that is not UTF-8: ", quoted(result, 40));
  return std::string(result);
}

Value PickleReader::pop() {
  CRESSET_CHECK(stack_.size() > (marks_.empty() ? 0 : marks_.back()), kFormat,
                "takes a value from an empty stack");
  Value value = std::move(stack_.back());
  stack_.pop_back();
  return value;
}

Value& PickleReader::top() {
  CRESSET_CHECK(stack_.size() > (marks_.empty() ? 0 : marks_.back()), kFormat,
                "needs a value, but the stack is empty");
  return stack_.back();
}

std::vector<Value> PickleReader::pop_to_mark() {
  CRESSET_CHECK(!marks_.empty(), kFormat, "there is no mark on the stack");
  // Taken from the end, so that the stack's memory goes as the vector's comes.
  std::vector<Value> values;
  values.reserve(stack_.size() - marks_.back());
  while (stack_.size() > marks_.back()) {
    values.push_back(std::move(stack_.back()));
    stack_.pop_back();
  }
  std::reverse(values.begin(), values.end());
  marks_.pop_back();
  return values;
}

void PickleReader::put(uint64_t index) {
  if (index < memo_.size()) {
    memo_[index] = top();
  } else if (index == memo_.size()) {
    budget_.charge_object(kMemoCost);
    memo_.push_back(top());
    if (!sparse_memo_.empty()) sparse_memo_.erase(index);
  } else {
    budget_.charge_object(kSparseMemoCost);
    sparse_memo_[index] = top();
  }
}

void PickleReader::get(uint64_t index) {
  if (index < memo_.size()) return push_shared(memo_[index]);
  const auto found = sparse_memo_.find(index);
  CRESSET_CHECK(found != sparse_memo_.end(), kFormat, "memo entry ", index,
                " is read, but was never written");
  push_shared(found->second);
}

void PickleReader::push_shared(Value value) {
  const ValueKind kind = value.kind();
  if (kind == ValueKind::kList || kind == ValueKind::kDict ||
      kind == ValueKind::kSet || kind == ValueKind::kObject ||
      kind == ValueKind::kNumpyArray) {
    budget_.charge_object(kGrownElementCost);
    shared_.push_back(value);
  }
  push(std::move(value));
}

Value PickleReader::read() {
  break_cycles();
  stack_.clear();
  marks_.clear();
  memo_.clear();
  sparse_memo_.clear();
  protocol_ = 0;
  try {
    while (true) {
      opcode_at_ = at_;
      budget_.step();
      const auto code = static_cast<uint8_t>(take(1)[0]);
      if (code == static_cast<uint8_t>(Opcode::kStop)) break;
      step(code);
    }
    CRESSET_CHECK(marks_.empty() && stack_.size() == 1, kFormat,
                  "the pickle ends with ", stack_.size(),
                  " values on the stack instead of 1");
    Value result = pop();
    memo_.clear();
    sparse_memo_.clear();
    settle_cycles(result);
    return result;
  } catch (const RefusedError& error) {
    throw RefusedError(internal::concat(path_, ": ", part_, " at byte ",
                                        opcode_at_, ": ", error.what()));
  } catch (const DeviceFailure&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw RefusedError(internal::concat(path_, ": ", part_, " at byte ",
                                        opcode_at_, ": no memory is left"));
  } catch (const Error& error) {
    // A value of the wrong kind or size is the file's fault here.
    ErrorCode code = error.code();
    if (code == ErrorCode::kValue || code == ErrorCode::kIndex ||
        code == ErrorCode::kShape || code == ErrorCode::kDtype ||
        code == ErrorCode::kState) {
      code = ErrorCode::kFormat;
    }
    internal::throw_error(
        code, internal::concat(path_, ": ", part_, " at byte ", opcode_at_,
                               ": ", error.what()));
  }
}

namespace {

// The opcodes that the newest weights_only unpickler knows.
bool is_weights_only_opcode(uint8_t code) {
  static constexpr std::string_view kKnown(
      "c\x81Rbaesu(t\x85\x86\x87N\x89\x88)]}\x8fJKMGXUQhjqr\x8a\x80.");
  return kKnown.find(static_cast<char>(code)) != std::string_view::npos;
}

}  // namespace

void PickleReader::step(uint8_t code) {
  CRESSET_ALLOW(!options_.weights_only || is_weights_only_opcode(code),
                "opcode ", static_cast<int>(code),
                " is not one that weights_only allows");
  if (step_scalar(code) || step_text(code) || step_container(code) ||
      step_object(code) || step_memo(code)) {
    return;
  }
  constexpr char kHex[] = "0123456789abcdef";
  const char digits[] = {kHex[code >> 4], kHex[code & 15], '\0'};
  internal::throw_error(
      ErrorCode::kFormat,
      internal::concat("opcode 0x", digits, " is not one of pickle's"));
}

bool PickleReader::step_memo(uint8_t code) {
  switch (static_cast<Opcode>(code)) {
    case Opcode::kMark:
      if (marks_.size() == marks_peak_) {
        budget_.charge_object(kMarkCost);
        ++marks_peak_;
      }
      marks_.push_back(stack_.size());
      return true;
    case Opcode::kPop:
      // A pop right above a mark takes the mark.
      if (!marks_.empty() && marks_.back() == stack_.size()) {
        marks_.pop_back();
      } else {
        pop();
      }
      return true;
    case Opcode::kPopMark:
      pop_to_mark();
      return true;
    case Opcode::kDup:
      push_shared(top());
      return true;
    case Opcode::kGet:
    case Opcode::kPut: {
      const Value index = parse_int(line());
      CRESSET_CHECK(index.is_int() && index.as_int() >= 0, kFormat,
                    "a memo index is negative or too large");
      const auto place = static_cast<uint64_t>(index.as_int());
      static_cast<Opcode>(code) == Opcode::kGet ? get(place) : put(place);
      return true;
    }
    case Opcode::kBinGet:
      get(number(1));
      return true;
    case Opcode::kLongBinGet:
      get(number(4));
      return true;
    case Opcode::kBinPut:
      put(number(1));
      return true;
    case Opcode::kLongBinPut:
      put(number(4));
      return true;
    case Opcode::kMemoize:
      put(memo_.size() + sparse_memo_.size());
      return true;
    case Opcode::kProto:
      protocol_ = static_cast<int>(number(1));
      CRESSET_CHECK(protocol_ <= 5, kUnsupported, "pickle protocol ", protocol_,
                    "; 0 to 5 are known");
      return true;
    case Opcode::kFrame:
      // A hint for reading ahead, of no meaning here.
      CRESSET_CHECK(number(8) <= bytes_.size() - at_, kFormat,
                    "a frame is longer than the data");
      return true;
    default:
      return false;
  }
}

}  // namespace cresset::serialize
