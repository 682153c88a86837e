#include "cresset/tests/parity/op_table.h"

namespace cresset::parity {

const OpTable& op_table() {
  static const OpTable* const table = [] {
    auto* t = new OpTable;
    add_activation_ops(*t);
    add_binary_ops(*t);
    add_conv_ops(*t);
    add_create_ops(*t);
    add_image_ops(*t);
    add_index_ops(*t);
    add_layer_ops(*t);
    add_linalg_ops(*t);
    add_loss_ops(*t);
    add_pool_ops(*t);
    add_reduce_ops(*t);
    add_shape_ops(*t);
    add_unary_ops(*t);
    return t;
  }();
  return *table;
}

}  // namespace cresset::parity
