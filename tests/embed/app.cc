// Uses the application's folders and Cresset's of the same names side by side.

#include <cstdio>

#include "cresset/tensor/base/shape.h"
#include "nn/module.h"
#include "tensor/tensor.h"

int main() {
  const cresset::Shape column{3, 1}, row{4};
  const cresset::Shape shape = cresset::broadcast_shapes(column, row);
  std::printf("%s, %s, cresset shape of rank %d\n", app::stress_tensor(),
              app::nearest_neighbours(), static_cast<int>(shape.size()));
  return shape.size() == 2 ? 0 : 1;
}
