// Reads pickles as data: nothing that a pickle names is ever called.

#ifndef CRESSET_SERIALIZE_PICKLE_READER_H_
#define CRESSET_SERIALIZE_PICKLE_READER_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cresset/serialize/memory_budget.h"
#include "cresset/serialize/value.h"
#include "cresset/serialize/value_stack.h"

namespace cresset::serialize {

/// What the names and persistent ids of a pickle stand for. Errors thrown here
/// get file, record and byte added by the reader.
class PickleHooks {
 public:
  virtual ~PickleHooks() = default;

  /// The object of a persistent id.
  virtual Value persistent(const Value& id);
  /// A class or function, by its Python 3 name.
  virtual Value global(const std::string& module, const std::string& name);
  /// The result of `callee(*args)` for a callee that is known as data; false
  /// for any other.
  virtual bool call(const Value& callee, const std::vector<Value>& args,
                    Value& result);
  /// Gives an object that call() made its state; false if it takes none.
  virtual bool build(Value& object, const Value& state);
};

struct PickleOptions {
  /// Keeps calls of unknown classes and functions as objects that can be
  /// looked into, where they are refused otherwise. They are never made.
  bool opaque_calls = false;
  /// Refuses every global and opcode that torch.load(weights_only=True)
  /// refuses in its newest release.
  bool weights_only = false;
  /// What the whole file may take; by default the pickle gets its own.
  std::shared_ptr<MemoryBudget> budget = nullptr;
};

/// One pickle, protocols 0 to 5, read without recursion.
///
/// Errors: kFormat and kUnsupported: "<path>: <part> at byte <n>: ...".
class PickleReader {
 public:
  /// `path` and `part` ("data.pkl") are for messages; `bytes` is not copied.
  PickleReader(std::string_view bytes, std::string path, std::string part,
               PickleHooks& hooks, PickleOptions options = {});
  ~PickleReader();

  /// Reads one object; position() is then behind its STOP.
  Value read();
  size_t position() const { return at_; }
  /// Leaves out bytes between one pickle and the next.
  void seek(size_t position) { at_ = position; }

 private:
  // Taking bytes.
  std::string_view take(uint64_t count);
  uint64_t number(int bytes);
  std::string_view line();
  std::string text(uint64_t count);

  // The stack.
  void push(Value value) {
    if (stack_.size() == stack_peak_) {
      budget_.charge_object(kPushCost);
      ++stack_peak_;
    }
    stack_.push_back(std::move(value));
  }
  // Charges an object of `bytes` besides its place on the stack.
  void push_new(Value value, uint64_t bytes = kObjectCost) {
    budget_.charge_object(bytes);
    push(std::move(value));
  }
  void push_container(Value value) {
    const uint64_t elements = value.size() * kElementCost;
    push_new(std::move(value), kListCost + elements);
  }
  void push_int(Value value);
  void push_text(std::string text);
  void push_bytes(Value value);
  std::vector<Value> checked_keys(std::vector<Value> keys);
  void charge_call(const std::vector<Value>& args);
  void charge_key(const Value& key);
  Value pop();
  Value& top();
  std::vector<Value> pop_to_mark();

  void step(uint8_t code);
  bool step_scalar(uint8_t code);
  bool step_text(uint8_t code);
  bool step_container(uint8_t code);
  bool step_object(uint8_t code);
  bool step_memo(uint8_t code);

  void append(Value& list, std::vector<Value> elements);
  void set_items(Value& dict, const std::vector<Value>& items);
  void reduce(const Value& callee, const Value& args);
  void new_object(const Value& callee, const Value& args, const Value& kwargs);
  void build(Value& object, const Value& state);
  void push_global(std::string module, std::string name);
  void put(uint64_t index);
  void get(uint64_t index);
  void push_shared(Value value);

  void settle_cycles(Value& result);
  void break_cycles();

  // What things take in memory, with the growth of what they are in and what
  // settle_cycles() notes of them. A place on the stack is paid for once.
  static constexpr uint64_t kPushCost = 32;
  static constexpr uint64_t kMarkCost = 24;
  static constexpr uint64_t kTextCost = 112;
  static constexpr uint64_t kListCost = 104;
  static constexpr uint64_t kObjectCost = 200;
  static constexpr uint64_t kElementCost = 24;
  static constexpr uint64_t kGrownElementCost = 48;
  static constexpr uint64_t kItemCost = 80;
  static constexpr uint64_t kFirstItemCost = 800;
  static constexpr uint64_t kMemoCost = 32;
  static constexpr uint64_t kSparseMemoCost = 80;

  std::string_view bytes_;
  std::string path_;
  std::string part_;
  PickleHooks& hooks_;
  PickleOptions options_;
  std::shared_ptr<MemoryBudget> shared_budget_;
  MemoryBudget& budget_;
  size_t at_ = 0;
  size_t opcode_at_ = 0;
  int protocol_ = 0;
  ValueStack stack_;
  std::deque<Value> memo_;                           // entries 0, 1, 2, ...
  std::unordered_map<uint64_t, Value> sparse_memo_;  // and all others
  std::vector<size_t> marks_;
  size_t stack_peak_ = 0;
  size_t marks_peak_ = 0;
  // Containers that were fetched from the memo: only they can be in a cycle.
  std::vector<Value> shared_;
};

/// The result of `callee(*args)` for what Python itself defines: OrderedDict,
/// set, complex, bytes and the like; false for any other name.
bool call_python(const std::string& name, const std::vector<Value>& args,
                 Value& result);

/// Whether the newest torch.load(weights_only=True) allows a global.
bool is_weights_only_global(std::string_view module, std::string_view name);

/// Whether a class can have instances that are data. Python's own modules of
/// functions have none, whatever a pickle pretends.
bool is_data_class(std::string_view module, std::string_view name);

/// Whether a class is one of the enumerations that checkpoints of well-known
/// programs hold. Python pickles a member as a call of its class, releases
/// 3.11 as getattr(class, name).
bool is_enumeration(std::string_view name);

/// Whether calls of this name are known to make plain data, so that they are
/// kept as objects: numpy arrays, paths, dates, ...
bool is_inert_call(const std::string& name);

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_PICKLE_READER_H_
