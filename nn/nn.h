// All modules: "torch.nn" in one header.

#ifndef CRESSET_NN_NN_H_
#define CRESSET_NN_NN_H_

#include "cresset/nn/activation.h"
#include "cresset/nn/batch_norm.h"
#include "cresset/nn/conv.h"
#include "cresset/nn/data_parallel.h"
#include "cresset/nn/distance.h"
#include "cresset/nn/dropout.h"
#include "cresset/nn/embedding.h"
#include "cresset/nn/flatten.h"
#include "cresset/nn/init.h"
#include "cresset/nn/linear.h"
#include "cresset/nn/loss.h"
#include "cresset/nn/models/models.h"
#include "cresset/nn/module.h"
#include "cresset/nn/module_dict.h"
#include "cresset/nn/module_list.h"
#include "cresset/nn/multihead_attention.h"
#include "cresset/nn/normalization.h"
#include "cresset/nn/padding.h"
#include "cresset/nn/parameter.h"
#include "cresset/nn/parameter_list.h"
#include "cresset/nn/pool.h"
#include "cresset/nn/python/python_module.h"
#include "cresset/nn/resize.h"
#include "cresset/nn/rnn.h"
#include "cresset/nn/sequential.h"
#include "cresset/nn/transformer.h"
#include "cresset/nn/unpool.h"

#endif  // CRESSET_NN_NN_H_
