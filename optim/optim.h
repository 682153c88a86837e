// All optimizers and schedulers: "torch.optim" in one header.

#ifndef CRESSET_OPTIM_OPTIM_H_
#define CRESSET_OPTIM_OPTIM_H_

#include "cresset/optim/adadelta.h"
#include "cresset/optim/adagrad.h"
#include "cresset/optim/adam.h"
#include "cresset/optim/adamax.h"
#include "cresset/optim/asgd.h"
#include "cresset/optim/cyclic_lr.h"
#include "cresset/optim/grad_scaler.h"
#include "cresset/optim/lr_scheduler.h"
#include "cresset/optim/nadam.h"
#include "cresset/optim/optimizer.h"
#include "cresset/optim/radam.h"
#include "cresset/optim/reduce_lr_on_plateau.h"
#include "cresset/optim/rmsprop.h"
#include "cresset/optim/rprop.h"
#include "cresset/optim/sgd.h"

#endif  // CRESSET_OPTIM_OPTIM_H_
