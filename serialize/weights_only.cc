// What torch.load(weights_only=True) allows by default in release 2.10.

#include <algorithm>
#include <string_view>

#include "cresset/serialize/pickle_reader.h"
#include "cresset/serialize/torch_types.h"

namespace cresset::serialize {
namespace {

constexpr std::string_view kGlobals[] = {
    "__builtin__.bytearray",
    "__builtin__.complex",
    "__builtin__.set",
    "_codecs.encode",
    "builtins.bytearray",
    "builtins.complex",
    "builtins.set",
    "collections.Counter",
    "collections.OrderedDict",
    "torch.Size",
    "torch.Tensor",
    "torch._tensor._rebuild_from_type_v2",
    "torch._utils._rebuild_device_tensor_from_cpu_tensor",
    "torch._utils._rebuild_device_tensor_from_numpy",
    "torch._utils._rebuild_meta_tensor_no_storage",
    "torch._utils._rebuild_nested_tensor",
    "torch._utils._rebuild_parameter",
    "torch._utils._rebuild_parameter_with_state",
    "torch._utils._rebuild_qtensor",
    "torch._utils._rebuild_sparse_tensor",
    "torch._utils._rebuild_tensor",
    "torch._utils._rebuild_tensor_v2",
    "torch._utils._rebuild_tensor_v3",
    "torch._utils._rebuild_wrapper_subclass",
    "torch.device",
    "torch.nn.parameter.Parameter",
    "torch.per_channel_affine",
    "torch.per_channel_affine_float_qparams",
    "torch.per_channel_symmetric",
    "torch.per_tensor_affine",
    "torch.per_tensor_symmetric",
    "torch.serialization._get_layout",
};

bool is_tensor_class(std::string_view name) {
  static constexpr std::string_view kTypes[] = {
      "BFloat16", "Bool", "Byte", "Char", "Double",
      "Float",    "Half", "Int",  "Long", "Short",
  };
  if (!name.ends_with("Tensor")) return false;
  name.remove_suffix(6);
  return std::find(std::begin(kTypes), std::end(kTypes), name) !=
         std::end(kTypes);
}

}  // namespace

bool is_weights_only_global(std::string_view module, std::string_view name) {
  std::string full(module);
  full += ".";
  full += name;
  if (std::find(std::begin(kGlobals), std::end(kGlobals), full) !=
      std::end(kGlobals)) {
    return true;
  }
  if (module == "torch" && canonical_dtype(name)) return true;
  if (module == "torch" || module == "torch.cuda" || module == "torch.sparse" ||
      module == "torch.cuda.sparse") {
    if (is_tensor_class(name)) return true;
  }
  return (module == "torch" || module == "torch.cuda" ||
          module == "torch.storage") &&
         find_storage_class(name).has_value();
}

}  // namespace cresset::serialize
