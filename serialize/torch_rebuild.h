// Tensors from the calls that torch.save writes, without making the calls.

#ifndef CRESSET_SERIALIZE_TORCH_REBUILD_H_
#define CRESSET_SERIALIZE_TORCH_REBUILD_H_

#include <string>
#include <vector>

#include "cresset/serialize/pickle_reader.h"
#include "cresset/serialize/value.h"

namespace cresset::serialize {

/// A tensor that views `elements`, the whole of a storage as one dimension.
///
/// Errors: kFormat unless the view lies inside the storage, and unless all
///         sizes, strides and the offset are at least 0.
Tensor view_of_storage(const Tensor& elements, Dtype dtype, int64_t offset,
                       const Value& sizes, const Value& strides,
                       bool requires_grad);

/// The hooks of every pickle that PyTorch writes; formats add the meaning of
/// their persistent ids.
class TorchHooks : public PickleHooks {
 public:
  Value global(const std::string& module, const std::string& name) override;
  bool call(const Value& callee, const std::vector<Value>& args,
            Value& result) override;
};

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_TORCH_REBUILD_H_
