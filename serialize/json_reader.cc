#include "cresset/serialize/json_reader.h"

#include <string>
#include <utility>

#include "cresset/serialize/pickle_text.h"
#include "cresset/tensor/base/error.h"

namespace cresset::serialize {
namespace {

constexpr int kMaxDepth = 32;
constexpr uint64_t kValueCost = 200;

class JsonReader {
 public:
  JsonReader(std::string_view text, MemoryBudget& budget)
      : text_(text), budget_(budget) {}

  Value read() {
    skip_space();
    Value result = value(0);
    skip_space();
    if (at_ != text_.size()) fail("expected the end");
    return result;
  }

 private:
  [[noreturn]] void fail(std::string_view what) const {
    internal::throw_error(
        ErrorCode::kFormat,
        internal::concat(
            "JSON at byte ", at_, ": ", what, "; got ",
            quoted(text_.substr(std::min(at_, text_.size()), 20), 30)));
  }

  void skip_space() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) !=
                                     std::string_view::npos) {
      ++at_;
    }
  }

  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool take_word(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  Value value(int depth) {
    budget_.charge_object(kValueCost);
    if (depth > kMaxDepth) fail("nested too deeply");
    if (at_ >= text_.size()) fail("expected a value");
    const char c = text_[at_];
    if (c == '{') return object(depth);
    if (c == '[') return array(depth);
    if (c == '"') return string();
    if (take_word("true")) return true;
    if (take_word("false")) return false;
    if (take_word("null")) return Value();
    return number();
  }

  Value object(int depth) {
    ++at_;
    Value result = Value::dict();
    skip_space();
    if (take('}')) return result;
    do {
      skip_space();
      if (at_ >= text_.size() || text_[at_] != '"') fail("expected a key");
      const Value key = string();
      if (result.contains(key)) fail("a key occurs twice");
      skip_space();
      if (!take(':')) fail("expected ':'");
      skip_space();
      result[key] = value(depth + 1);
      skip_space();
    } while (take(','));
    if (!take('}')) fail("expected ',' or '}'");
    return result;
  }

  Value array(int depth) {
    ++at_;
    std::vector<Value> elements;
    skip_space();
    if (take(']')) return Value::list();
    do {
      skip_space();
      elements.push_back(value(depth + 1));
      skip_space();
    } while (take(','));
    if (!take(']')) fail("expected ',' or ']'");
    return Value::list(std::move(elements));
  }

  uint32_t hex4() {
    uint32_t code = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char c = at_ < text_.size() ? text_[at_] : '\0';
      if (c >= '0' && c <= '9') {
        code = code * 16 + static_cast<uint32_t>(c - '0');
      } else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) {
        code = code * 16 + static_cast<uint32_t>((c | 32) - 'a' + 10);
      } else {
        fail("expected four hexadecimal digits");
      }
    }
    return code;
  }

  void escape(std::string& out) {
    if (at_ >= text_.size()) fail("the text ends inside an escape");
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const char c = text_[at_++];
    const size_t letter = kLetters.find(c);
    if (letter != std::string_view::npos) {
      out += kMeanings[letter];
      return;
    }
    if (c != 'u') fail("an escape that JSON has not");
    uint32_t code = hex4();
    if (code >= 0xdc00 && code < 0xe000) fail("half a surrogate pair");
    if (code >= 0xd800 && code < 0xdc00) {
      if (!take('\\') || !take('u')) fail("half a surrogate pair");
      const uint32_t low = hex4();
      if (low < 0xdc00 || low >= 0xe000) fail("half a surrogate pair");
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    append_utf8(out, code);
  }

  Value string() {
    ++at_;
    std::string out;
    while (true) {
      if (at_ >= text_.size()) fail("the text ends inside a string");
      const char c = text_[at_++];
      if (c == '"') break;
      if (static_cast<unsigned char>(c) < 0x20) fail("a control character");
      if (c == '\\') {
        escape(out);
      } else {
        out += c;
      }
    }
    budget_.charge(out.size());
    if (!is_utf8(out)) fail("text that is not UTF-8");
    return Value(std::move(out));
  }

  Value number() {
    const size_t first = at_;
    take('-');
    const size_t digits = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    if (at_ == digits) fail("expected a value");
    if (at_ - digits > 1 && text_[digits] == '0') fail("a number with zeros");
    bool whole = true;
    while (at_ < text_.size() &&
           std::string_view("+-.0123456789eE").find(text_[at_]) !=
               std::string_view::npos) {
      whole = false;
      ++at_;
    }
    const std::string_view text = text_.substr(first, at_ - first);
    return whole ? parse_int(text) : parse_float(text);
  }

  std::string_view text_;
  MemoryBudget& budget_;
  size_t at_ = 0;
};

}  // namespace

Value read_json(std::string_view text, MemoryBudget& budget) {
  return JsonReader(text, budget).read();
}

}  // namespace cresset::serialize
