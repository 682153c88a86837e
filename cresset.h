// All of Cresset in one header.

#ifndef CRESSET_CRESSET_H_
#define CRESSET_CRESSET_H_

#include "cresset/nn/nn.h"
#include "cresset/optim/optim.h"
#include "cresset/serialize/checkpoint.h"
#include "cresset/serialize/checkpoint_manager.h"
#include "cresset/tensor/tensor.h"

#endif  // CRESSET_CRESSET_H_
