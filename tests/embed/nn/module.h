// The application's own nn/module.h: nearest neighbours.
#ifndef APP_NN_MODULE_H_
#define APP_NN_MODULE_H_

namespace app {
inline const char* nearest_neighbours() { return "nearest neighbours"; }
}  // namespace app

#endif  // APP_NN_MODULE_H_
