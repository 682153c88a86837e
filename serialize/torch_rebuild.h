// Tensors from the calls that torch.save writes, without making the calls.

#ifndef CRESSET_SERIALIZE_TORCH_REBUILD_H_
#define CRESSET_SERIALIZE_TORCH_REBUILD_H_

#include <memory>
#include <string>
#include <vector>

#include "cresset/serialize/memory_budget.h"
#include "cresset/serialize/pickle_reader.h"
#include "cresset/serialize/value.h"

namespace cresset::serialize {

/// Checks that a view lies inside a storage of `limit` elements.
///
/// Errors: kFormat unless it does, and unless sizes and strides are equally
///         many and, like the offset, at least 0.
void check_extent(const Shape& sizes, const Shape& strides, int64_t offset,
                  int64_t limit);

/// A tensor that views `elements`, the whole of a storage as one dimension.
/// Errors: as check_extent().
Tensor view_of_storage(const Tensor& elements, Dtype dtype, int64_t offset,
                       const Shape& sizes, const Shape& strides,
                       bool requires_grad);

/// A bool as Python 2 and Python 3 write it.
bool flag_of(const Value& value);

/// The calls of torch._utils for tensors that Cresset keeps in parts:
/// quantized and sparse ones, and dtypes that it has not. False if `name` is
/// none of them.
bool call_foreign(const std::string& name, const Value& callee,
                  const std::vector<Value>& args, MemoryBudget& budget,
                  Value& result);

/// A view of a storage whose elements Cresset keeps as integers.
Value packed_view(const Value& callee, const std::vector<Value>& args,
                  std::string dtype, const Value& requires_grad);

/// The hooks of every pickle that PyTorch writes; formats add the meaning of
/// their persistent ids.
class TorchHooks : public PickleHooks {
 public:
  /// `depth`: how many files within files this one is in.
  TorchHooks(std::string path, std::shared_ptr<MemoryBudget> budget,
             int depth = 0)
      : path_(std::move(path)), budget_(std::move(budget)), depth_(depth) {}

  Value global(const std::string& module, const std::string& name) override;
  bool call(const Value& callee, const std::vector<Value>& args,
            Value& result) override;
  bool build(Value& object, const Value& state) override;

  const std::shared_ptr<MemoryBudget>& shared_budget() const { return budget_; }

 protected:
  const std::string& path() const { return path_; }

 private:
  Value rebuild(const std::string& name, const Value& callee,
                const std::vector<Value>& args);
  Value with_bits(const Tensor& tensor, const Value& bits);
  Value from_type(const std::vector<Value>& args);
  Value nested(const Value& bytes);

  std::string path_;
  std::shared_ptr<MemoryBudget> budget_;
  int depth_;
};

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_TORCH_REBUILD_H_
