// The application's own tensor/tensor.h, which Cresset must not pick up.
#ifndef APP_TENSOR_TENSOR_H_
#define APP_TENSOR_TENSOR_H_

namespace app {
inline constexpr const char* kWhatTensor = "stress tensor";
inline constexpr double kElasticity = 2.0;
}  // namespace app

#endif  // APP_TENSOR_TENSOR_H_
