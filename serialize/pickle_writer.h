// Writes Values as pickles of protocol 2, opcode for opcode what CPython's
// pickler writes for the same objects, memo numbers included.

#ifndef CRESSET_SERIALIZE_PICKLE_WRITER_H_
#define CRESSET_SERIALIZE_PICKLE_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "cresset/serialize/value.h"

namespace cresset::serialize {

/// How values that pickle itself does not know are written.
class PickleWriterHooks {
 public:
  virtual ~PickleWriterHooks() = default;

  /// The persistent id of a value that is stored outside the pickle, a tuple;
  /// None for any other value.
  virtual Value persistent_id(const Value& value);
  /// The call that makes a tensor or storage again.
  /// Errors: kUnsupported if there is none.
  virtual PythonObject reduce(const Value& value);
};

class PickleWriter {
 public:
  explicit PickleWriter(PickleWriterHooks& hooks) : hooks_(hooks) {}

  /// The pickle of `value`. Parts that are shared are written once, cycles are
  /// kept, any depth is fine.
  ///
  /// Errors: kUnsupported for an object that contains itself among the
  ///         arguments it is made with.
  std::string write(const Value& value);

 private:
  // What is still to be done, the next thing last.
  struct Task {
    enum class Kind : uint8_t {
      kValue,  // write `value`
      kByte,   // write the opcode `code`
      kMemo,   // memoize `value`
      kTuple,  // end the tuple `value`
      kList,   // write elements from `next` on
      kDict,   // write entries from `next` on
    };
    Kind kind = Kind::kValue;
    char code = 0;
    // Python treats exact lists and dicts apart from those of other classes.
    bool exact = true;
    size_t next = 0;
    Value value;
  };

  void save(const Value& value);
  void save_atom(const Value& value);
  void save_int(int64_t value);
  void save_digits(const std::string& digits);
  void save_text(const std::string& text);
  void save_tuple(const Value& value);
  void save_dict(const Value& value);
  void save_reduce(const Value& value, const PythonObject& object);
  void end_tuple(const Value& value);
  void batch_list(const Task& task);
  void batch_dict(const Task& task);

  void later(const Value& value);
  void later(char code);
  void later(Task::Kind kind, const Value& value, bool exact = true,
             size_t next = 0);
  bool fetch(const Value& value);
  void memoize(const Value& value);
  std::string name_key(const Value& value) const;
  const void* address_key(const Value& value) const;

  PickleWriterHooks& hooks_;
  std::string out_;
  std::vector<Task> tasks_;
  size_t memo_size_ = 0;
  std::unordered_map<std::string, size_t> by_name_;
  std::unordered_map<const void*, size_t> by_address_;
  std::unordered_set<const void*> open_;  // objects whose call is not written
  std::vector<Value> alive_;              // keeps the addresses taken
};

/// The call that makes one of Python's own types again: set, complex, bytes,
/// OrderedDict, torch.Size and the like.
PythonObject reduce_python(const Value& value);

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_PICKLE_WRITER_H_
