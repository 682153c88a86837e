#include "cresset/tests/parity/module_table.h"

namespace cresset::parity {

const ModuleTable& module_table() {
  static const ModuleTable* const table = [] {
    auto* t = new ModuleTable;
    add_activation_modules(*t);
    add_layer_modules(*t);
    add_loss_modules(*t);
    add_resize_modules(*t);
    add_sequence_modules(*t);
    return t;
  }();
  return *table;
}

}  // namespace cresset::parity
