// The opcodes of pickle that make numbers, text and containers.

#include <bit>
#include <utility>

#include "cresset/serialize/pickle_format.h"
#include "cresset/serialize/pickle_reader.h"
#include "cresset/serialize/pickle_text.h"
#include "cresset/serialize/value_node.h"
#include "cresset/tensor/base/error.h"

namespace cresset::serialize {

void PickleReader::push_text(std::string text) {
  const uint64_t size = text.size();
  budget_.charge(size);
  push_new(Value(std::move(text)), kTextCost);
}

void PickleReader::push_bytes(Value value) {
  const uint64_t size = value.as_bytes().size();
  budget_.charge(size);
  push_new(std::move(value), kTextCost);
}

// Only an int of more than 64 bits is an object here.
void PickleReader::push_int(Value value) {
  value.is_int() ? push(std::move(value)) : push_bytes(std::move(value));
}

// Looking a key up takes time in its size, however often one object is used.
void PickleReader::charge_key(const Value& key) {
  budget_.charge_object(kItemCost + internal::key_traits(key).weight * 16);
}

std::vector<Value> PickleReader::checked_keys(std::vector<Value> keys) {
  budget_.charge_object(kFirstItemCost);
  for (const Value& key : keys) charge_key(key);
  return keys;
}

bool PickleReader::step_scalar(uint8_t code) {
  switch (static_cast<Opcode>(code)) {
    case Opcode::kNone:
      push(Value());
      return true;
    case Opcode::kNewTrue:
      push(true);
      return true;
    case Opcode::kNewFalse:
      push(false);
      return true;
    case Opcode::kBinInt:
      push(static_cast<int64_t>(static_cast<int32_t>(number(4))));
      return true;
    case Opcode::kBinInt1:
      push(number(1));
      return true;
    case Opcode::kBinInt2:
      push(number(2));
      return true;
    case Opcode::kInt: {
      const std::string_view digits = line();
      if (digits == "00" || digits == "01") {
        push(digits == "01");
      } else {
        push_int(parse_int(digits));
      }
      return true;
    }
    case Opcode::kLong:
      push_int(parse_int(line()));
      return true;
    case Opcode::kLong1:
      push_int(Value::big_int(std::string(take(number(1)))));
      return true;
    case Opcode::kLong4: {
      const uint64_t count = number(4);
      CRESSET_CHECK(count <= INT32_MAX, kFormat,
                    "an int has a negative length");
      push_int(Value::big_int(std::string(take(count))));
      return true;
    }
    case Opcode::kFloat:
      push(parse_float(line()));
      return true;
    case Opcode::kBinFloat: {
      uint64_t bits = 0;
      for (const char c : take(8)) bits = bits << 8 | static_cast<uint8_t>(c);
      push(std::bit_cast<double>(bits));
      return true;
    }
    default:
      return false;
  }
}

bool PickleReader::step_text(uint8_t code) {
  switch (static_cast<Opcode>(code)) {
    case Opcode::kString: {
      std::string bytes = unescape_string(line());
      CRESSET_CHECK(is_utf8(bytes), kFormat, "text that is not UTF-8");
      push_text(std::move(bytes));
      return true;
    }
    case Opcode::kBinString: {
      const uint64_t count = number(4);
      CRESSET_CHECK(count <= INT32_MAX, kFormat,
                    "a string has a negative length");
      push_text(text(count));
      return true;
    }
    case Opcode::kShortBinString:
    case Opcode::kShortBinUnicode:
      push_text(text(number(1)));
      return true;
    case Opcode::kUnicode:
      push_text(unescape_unicode(line()));
      return true;
    case Opcode::kBinUnicode:
      push_text(text(number(4)));
      return true;
    case Opcode::kBinUnicode8:
      push_text(text(number(8)));
      return true;
    case Opcode::kShortBinBytes:
      push_bytes(Value::bytes(std::string(take(number(1)))));
      return true;
    case Opcode::kBinBytes:
      push_bytes(Value::bytes(std::string(take(number(4)))));
      return true;
    case Opcode::kBinBytes8:
      push_bytes(Value::bytes(std::string(take(number(8)))));
      return true;
    case Opcode::kByteArray8:
      push_bytes(Value::byte_array(std::string(take(number(8)))));
      return true;
    case Opcode::kNextBuffer:
    case Opcode::kReadOnlyBuffer:
      internal::throw_error(
          ErrorCode::kUnsupported,
          "data outside the pickle (protocol 5 buffers) is not in the file");
    default:
      return false;
  }
}

bool PickleReader::step_container(uint8_t code) {
  switch (static_cast<Opcode>(code)) {
    case Opcode::kEmptyList:
      push_container(Value::list());
      return true;
    case Opcode::kList:
      push_container(Value::list(pop_to_mark()));
      return true;
    case Opcode::kAppend: {
      Value element = pop();
      append(top(), {std::move(element)});
      return true;
    }
    case Opcode::kAppends: {
      std::vector<Value> elements = pop_to_mark();
      append(top(), std::move(elements));
      return true;
    }
    case Opcode::kEmptyTuple:
      push_container(Value::tuple());
      return true;
    case Opcode::kTuple:
      push_container(Value::tuple(pop_to_mark()));
      return true;
    case Opcode::kTuple1:
    case Opcode::kTuple2:
    case Opcode::kTuple3: {
      const size_t count = code - static_cast<size_t>(Opcode::kTuple1) + 1;
      std::vector<Value> elements(count);
      for (size_t i = count; i-- > 0;) elements[i] = pop();
      push_container(Value::tuple(std::move(elements)));
      return true;
    }
    case Opcode::kEmptyDict:
      push_new(Value::dict());
      return true;
    case Opcode::kDict: {
      Value dict = Value::dict();
      set_items(dict, pop_to_mark());
      push_new(std::move(dict));
      return true;
    }
    case Opcode::kSetItem: {
      Value value = pop();
      Value key = pop();
      set_items(top(), {std::move(key), std::move(value)});
      return true;
    }
    case Opcode::kSetItems: {
      const std::vector<Value> items = pop_to_mark();
      set_items(top(), items);
      return true;
    }
    case Opcode::kEmptySet:
      push_new(Value::set());
      return true;
    case Opcode::kAddItems: {
      const std::vector<Value> elements = pop_to_mark();
      CRESSET_CHECK(top().is_set(), kFormat, "adds items to a ",
                    to_string(top().kind()), ", which is not a set");
      for (const Value& element : elements) {
        charge_key(element);
        top().push_back(element);
      }
      return true;
    }
    case Opcode::kFrozenSet:
      push_new(Value::frozen_set(checked_keys(pop_to_mark())));
      return true;
    default:
      return false;
  }
}

void PickleReader::append(Value& list, std::vector<Value> elements) {
  if (list.is_object()) {
    budget_.charge_object(elements.size() * kGrownElementCost);
    auto& appended = list.as_object().appended;
    appended.insert(appended.end(), elements.begin(), elements.end());
    return;
  }
  CRESSET_CHECK(list.is_list(), kFormat, "appends to a ",
                to_string(list.kind()), ", which is not a list");
  std::vector<Value>& all = list.elements();
  if (all.empty()) {
    budget_.charge_object(elements.size() * kElementCost);
    all = std::move(elements);
    return;
  }
  budget_.charge_object(elements.size() * kGrownElementCost);
  for (Value& element : elements) all.push_back(std::move(element));
}

void PickleReader::set_items(Value& dict, const std::vector<Value>& items) {
  CRESSET_CHECK(items.size() % 2 == 0, kFormat, "a key without a value");
  CRESSET_CHECK(dict.is_dict() || dict.is_object(), kFormat,
                "sets an item of a ", to_string(dict.kind()),
                ", which is not a dict");
  if (dict.is_dict() && dict.empty()) budget_.charge_object(kFirstItemCost);
  for (size_t i = 0; i < items.size(); i += 2) {
    charge_key(items[i]);
    if (dict.is_object()) {
      dict.as_object().stored.push_back({items[i], items[i + 1]});
    } else {
      dict[items[i]] = items[i + 1];
    }
  }
}

}  // namespace cresset::serialize
