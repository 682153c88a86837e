// The application's own tensor/tensor.h, which Cresset must not pick up.
#ifndef APP_TENSOR_TENSOR_H_
#define APP_TENSOR_TENSOR_H_

namespace app {
inline const char* stress_tensor() { return "stress tensor"; }
}  // namespace app

#endif  // APP_TENSOR_TENSOR_H_
