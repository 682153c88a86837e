#!/usr/bin/python3
"""Writes modules.pt: layers and losses of torch.nn, forward and backward."""

import torch
from torch import nn

import case_file


def normal(*shape, grad=True):
    return torch.randn(*shape).requires_grad_(grad)


def classes(count, *shape):
    return torch.randint(count, shape)


# name -> constructor variants (args, kwargs) and a function that makes inputs.
LAYERS = [
    ("Linear", [((5, 3), {}), ((5, 3), {"bias": False})], lambda: [normal(4, 5)]),
    ("Linear", [((4, 2), {}), ((4, 2, True), {})], lambda: [normal(2, 3, 4)]),
    ("Linear", [((3, 2), {})], lambda: [normal(3)]),
    (
        "Conv1d",
        [
            ((4, 6, 3), {}),
            ((4, 6, 3), {"stride": 2, "padding": 1, "bias": False}),
            ((4, 4, 3), {"dilation": 2, "groups": 2}),
            ((4, 2, 3), {"padding": "same"}),
            ((4, 2, 3), {"padding": "valid"}),
            ((4, 2, 3), {"padding": 2, "padding_mode": "circular"}),
            ((4, 2, 3), {"padding": 2, "padding_mode": "reflect"}),
        ],
        lambda: [normal(2, 4, 9)],
    ),
    (
        "Conv2d",
        [
            ((4, 3, 3), {}),
            ((4, 3, (3, 2)), {"stride": (2, 1), "padding": (1, 0)}),
            ((4, 8, 3), {"padding": 1, "groups": 4, "bias": False}),
            ((4, 2, 1), {}),
            ((4, 2, 3), {"dilation": (2, 1), "padding": 2}),
            ((4, 2, 3, 1, 1), {"padding_mode": "zeros"}),
            ((4, 2, 3), {"padding": "same"}),
            ((4, 2, 3), {"padding": 1, "padding_mode": "replicate"}),
        ],
        lambda: [normal(2, 4, 6, 5)],
    ),
    ("Conv2d", [((3, 2, 3), {"padding": 1})], lambda: [normal(3, 4, 4)]),
    (
        "BatchNorm1d",
        [
            ((4,), {}),
            ((4,), {"affine": False}),
            ((4,), {"momentum": None}),
            ((4, 1e-3, 0.3), {}),
            ((4,), {"track_running_stats": False}),
        ],
        lambda: [normal(5, 4)],
    ),
    ("BatchNorm1d", [((3,), {})], lambda: [normal(2, 3, 4)]),
    (
        "BatchNorm2d",
        [
            ((3,), {}),
            ((3,), {"eps": 1e-2, "momentum": 0.5}),
            ((3,), {"affine": False, "track_running_stats": False}),
        ],
        lambda: [normal(2, 3, 4, 3)],
    ),
    (
        "LayerNorm",
        [
            ((4,), {}),
            (([3, 4],), {"eps": 1e-3}),
            (((3, 4),), {"elementwise_affine": False}),
        ],
        lambda: [normal(2, 3, 4)],
    ),
    ("Dropout", [((0.0,), {}), ((), {"p": 0.0})], lambda: [normal(3, 4)]),
    (
        "ReLU",
        [((), {}), ((True,), {}), ((), {"inplace": False})],
        lambda: [normal(3, 4, grad=False)],
    ),
    ("ReLU", [((), {})], lambda: [normal(3, 4)]),
    ("Sigmoid", [((), {})], lambda: [normal(3, 4)]),
    ("Tanh", [((), {})], lambda: [normal(3, 4)]),
    (
        "GELU",
        [((), {}), (("tanh",), {}), ((), {"approximate": "none"})],
        lambda: [normal(3, 4)],
    ),
    (
        "Softmax",
        [((1,), {}), ((), {"dim": -1}), ((0,), {})],
        lambda: [normal(3, 4)],
    ),
    ("LogSoftmax", [((1,), {}), ((), {"dim": 0})], lambda: [normal(3, 4, 2)]),
    (
        "MaxPool2d",
        [
            ((2,), {}),
            ((3, 1, 1), {}),
            (((2, 3),), {"stride": (1, 2), "ceil_mode": True}),
            ((2,), {"dilation": 2, "stride": 1}),
            ((2,), {"return_indices": True}),
        ],
        lambda: [normal(2, 3, 7, 6)],
    ),
    (
        "AvgPool2d",
        [
            ((2,), {}),
            ((3, 2, 1), {}),
            ((3,), {"stride": 2, "padding": 1, "count_include_pad": False}),
            ((3, 2), {"ceil_mode": True}),
            (((2, 3),), {"divisor_override": 5}),
        ],
        lambda: [normal(2, 3, 7, 6)],
    ),
    (
        "AdaptiveAvgPool2d",
        [((1,), {}), (((2, 3),), {}), (((None, 2),), {}), ((), {"output_size": 4})],
        lambda: [normal(2, 3, 7, 6)],
    ),
    (
        "Flatten",
        [((), {}), ((0,), {}), ((), {"start_dim": 2, "end_dim": -1}), ((1, 2), {})],
        lambda: [normal(2, 3, 2, 2)],
    ),
    (
        "Identity",
        [((), {}), ((54,), {"unused_argument1": 0.1})],
        lambda: [normal(2, 3)],
    ),
    (
        "Embedding",
        [((7, 3), {}), ((7, 3), {"padding_idx": 1}), ((7, 3), {"padding_idx": -1})],
        lambda: [classes(7, 2, 5)],
    ),
    (
        "CrossEntropyLoss",
        [
            ((), {}),
            ((), {"reduction": "sum", "label_smoothing": 0.1}),
            ((), {"reduction": "none", "ignore_index": 2}),
            ((torch.tensor([0.5, 1.0, 2.0, 1.5]),), {}),
        ],
        lambda: [normal(5, 4), classes(4, 5)],
    ),
    ("CrossEntropyLoss", [((), {})], lambda: [normal(2, 4, 3), classes(4, 2, 3)]),
    (
        "CrossEntropyLoss",
        [((), {}), ((), {"label_smoothing": 0.2, "reduction": "none"})],
        lambda: [normal(5, 4), torch.rand(5, 4).softmax(1)],
    ),
    (
        "NLLLoss",
        [
            ((), {}),
            ((), {"reduction": "none"}),
            ((), {"weight": torch.tensor([0.5, 1.0, 2.0, 1.5]), "ignore_index": 0}),
        ],
        lambda: [normal(5, 4), classes(4, 5)],
    ),
    (
        "MSELoss",
        [((), {}), ((), {"reduction": "sum"}), ((), {"reduction": "none"})],
        lambda: [normal(3, 4), normal(3, 4)],
    ),
    (
        "BCEWithLogitsLoss",
        [
            ((), {}),
            ((), {"reduction": "sum"}),
            ((), {"pos_weight": torch.tensor([1.0, 2.0, 0.5, 3.0])}),
            ((torch.tensor([0.2, 1.0, 2.0, 3.0]),), {"reduction": "none"}),
        ],
        lambda: [normal(3, 4), torch.rand(3, 4)],
    ),
    ("BCELoss", [((), {})], lambda: [torch.rand(3, 4).requires_grad_(), torch.rand(3, 4)]),
    ("L1Loss", [((), {})], lambda: [normal(3, 4), normal(3, 4)]),
    ("SmoothL1Loss", [((), {"beta": 0.5})], lambda: [normal(3, 4), normal(3, 4)]),
    ("HuberLoss", [((), {"delta": 0.5})], lambda: [normal(3, 4), normal(3, 4)]),
    ("KLDivLoss", [((), {"reduction": "batchmean"})], lambda: [normal(3, 4), torch.rand(3, 4)]),
    ("SiLU", [((), {})], lambda: [normal(3, 4)]),
    ("LeakyReLU", [((0.2,), {})], lambda: [normal(3, 4)]),
    ("ELU", [((), {})], lambda: [normal(3, 4)]),
    ("Hardswish", [((), {})], lambda: [normal(3, 4)]),
    ("Hardtanh", [((-0.5, 0.5), {})], lambda: [normal(3, 4)]),
    ("Softplus", [((), {"beta": 2})], lambda: [normal(3, 4)]),
    ("PReLU", [((), {}), ((4,), {})], lambda: [normal(3, 4)]),
    ("GLU", [((), {})], lambda: [normal(3, 4)]),
    ("Conv3d", [((2, 2, 2), {})], lambda: [normal(1, 2, 3, 3, 3)]),
    ("GroupNorm", [((2, 4), {})], lambda: [normal(2, 4, 3)]),
    ("InstanceNorm2d", [((3,), {}), ((3,), {"affine": True})], lambda: [normal(2, 3, 4, 4)]),
    ("LocalResponseNorm", [((2,), {}), ((3, 1e-2, 0.5, 2.0), {})], lambda: [normal(2, 4, 3)]),
    ("ConvTranspose2d", [((3, 2, 3), {"stride": 2})], lambda: [normal(1, 3, 3, 3)]),
    ("MaxPool1d", [((2,), {})], lambda: [normal(2, 3, 6)]),
    ("AvgPool1d", [((2,), {})], lambda: [normal(2, 3, 6)]),
    ("AdaptiveMaxPool2d", [((2,), {})], lambda: [normal(2, 3, 5, 5)]),
    ("ZeroPad2d", [((1,), {}), (((1, 0, 2, 1),), {})], lambda: [normal(2, 3, 3)]),
    ("ConstantPad1d", [((2, 3.5), {}), (((0, 1), 0), {})], lambda: [normal(2, 3, 3)]),
    ("ReflectionPad2d", [((1,), {})], lambda: [normal(1, 2, 3, 3)]),
    ("ReplicationPad1d", [(((1, 2),), {})], lambda: [normal(2, 3, 3)]),
    (
        "Upsample",
        [
            ((), {"scale_factor": 2}),
            (((4, 5),), {"mode": "bilinear", "align_corners": True}),
            ((), {"size": 2, "mode": "bicubic"}),
        ],
        lambda: [normal(1, 2, 3, 3)],
    ),
    ("UpsamplingBilinear2d", [((), {"scale_factor": 2})], lambda: [normal(1, 2, 3, 3)]),
    ("PixelShuffle", [((2,), {})], lambda: [normal(1, 4, 2, 3)]),
    ("PixelUnshuffle", [((2,), {})], lambda: [normal(1, 1, 4, 2)]),
    ("Unfold", [((2,), {}), (((2, 1),), {"padding": 1, "stride": 2})], lambda: [normal(1, 2, 3, 4)]),
    ("Fold", [(((3, 3), 2), {})], lambda: [normal(1, 8, 4)]),
    ("CosineSimilarity", [((), {})], lambda: [normal(3, 4), normal(3, 4)]),
    ("PairwiseDistance", [((), {"p": 1})], lambda: [normal(3, 4), normal(3, 4)]),
    ("EmbeddingBag", [((7, 3), {}), ((7, 3), {"mode": "max"})], lambda: [classes(7, 2, 5)]),
    ("MaxUnpool1d", [((2,), {})], lambda: [normal(1, 2, 3), torch.tensor([[[1, 2, 5], [0, 3, 4]]])]),
    (
        "RNN",
        [((3, 4), {}), ((3, 4, 2), {"nonlinearity": "relu", "bidirectional": True})],
        lambda: [normal(5, 2, 3)],
    ),
    (
        "LSTM",
        [((3, 4), {}), ((3, 4), {"num_layers": 2, "dropout": 0.5, "proj_size": 2})],
        lambda: [normal(5, 2, 3)],
    ),
    (
        "GRU",
        [((3, 4), {}), ((3, 4), {"batch_first": True, "bias": False})],
        lambda: [normal(5, 2, 3)],
    ),
    ("LSTMCell", [((3, 4), {})], lambda: [normal(2, 3), (normal(2, 4), normal(2, 4))]),
    ("GRUCell", [((3, 4), {"bias": False})], lambda: [normal(2, 3)]),
    (
        "MultiheadAttention",
        [((4, 2), {}), ((4, 2), {"dropout": 0.2, "bias": False, "add_bias_kv": True})],
        lambda: [normal(3, 2, 4), normal(3, 2, 4), normal(3, 2, 4)],
    ),
    (
        "TransformerEncoderLayer",
        [((4, 2), {"dim_feedforward": 8}), ((4, 2, 8), {"norm_first": True})],
        lambda: [normal(3, 2, 4)],
    ),
    (
        "TransformerDecoderLayer",
        [((4, 2), {"dim_feedforward": 8, "activation": "gelu"})],
        lambda: [normal(3, 2, 4), normal(2, 2, 4)],
    ),
    (
        "Transformer",
        [((4, 2, 1, 1), {"dim_feedforward": 4})],
        lambda: [normal(3, 2, 4), normal(2, 2, 4)],
    ),
]


def copied_state(module):
    state = module.state_dict()
    for key in state:
        state[key] = state[key].clone()
    return state


def zero_dropout(module):
    """Sets every dropout probability to 0; true if there was one."""
    found = False
    for part in module.modules():
        if isinstance(getattr(part, "p", None), float) and part.p > 0:
            part.p, found = 0.0, True
        if isinstance(getattr(part, "dropout", None), float) and part.dropout > 0:
            part.dropout, found = 0.0, True
    return found


def make_case(name, init_args, init_kwargs, training, inputs):
    module = getattr(nn, name)(*init_args, **init_kwargs)
    with torch.no_grad():
        for value in [*module.parameters(), *module.buffers()]:
            if value.is_floating_point():
                value.add_(torch.rand_like(value) * 0.3)
    zeroed = zero_dropout(module)
    module.train(training)
    args = tuple(inputs)
    case = {
        "module": name,
        "init_args": tuple(init_args),
        "init_kwargs": dict(init_kwargs),
        "training": training,
        "state_dict": copied_state(module),
        "args": case_file.fresh(args),
        "kwargs": {},
    }
    outputs = case_file.flat_outputs(module(*args))
    grad_outputs = case_file.backward(outputs)
    case["outputs"] = outputs
    case["grad_outputs"] = grad_outputs
    case["grads"] = case_file.input_grads(args, {})
    case["param_grads"] = {n: p.grad for n, p in module.named_parameters()}
    case["state_dict_after"] = copied_state(module)
    case["repr"] = repr(module)
    case["dropout_zeroed"] = zeroed
    state = {k: case.pop(k) for k in ("state_dict", "state_dict_after")}
    case = {**case_file.detached(case), **state}
    keys = ["module", "init_args", "init_kwargs", "training", "state_dict"]
    return {k: case[k] for k in [*keys, *(k for k in case if k not in keys)]}


def main():
    cases = []
    for name, variants, make_inputs in LAYERS:
        for init_args, init_kwargs in variants:
            for training in (True, False):
                case_file.seed(len(cases))
                case = make_case(name, init_args, init_kwargs, training, make_inputs())
                cases.append(case)
    case_file.write("modules", cases)


if __name__ == "__main__":
    main()
