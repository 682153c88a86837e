// All ready-made networks.

#ifndef CRESSET_NN_MODELS_MODELS_H_
#define CRESSET_NN_MODELS_MODELS_H_

#include "cresset/nn/models/lenet.h"
#include "cresset/nn/models/resnet.h"
#include "cresset/nn/models/vgg.h"

#endif  // CRESSET_NN_MODELS_MODELS_H_
