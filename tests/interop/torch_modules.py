"""Python's side of torch_modules_test.

write FILE: pickles a module of every class that Cresset has too, with inputs,
its output and its text.
seeded FILE: pickles a network made from a seed.
tied FILE: pickles a network that shares a layer and a parameter.
network FILE NAME: pickles a small network of torchvision.
user FILE FORMAT: pickles a network of an own class.
check, check_tied, check_network, check_user: load what Cresset wrote after it
read such a file, and compare.
"""

import sys

import torch
from torch import nn


def layers():
    """(name, module, inputs) for every class."""
    r = torch.randn
    line, image, video = r(2, 4, 9), r(2, 4, 9, 8), r(2, 4, 6, 7, 8)
    for module, x in [
        (nn.Linear(9, 3), line), (nn.Linear(9, 3, bias=False), line), (nn.Identity(), line),
        (nn.Conv1d(4, 6, 3, padding=2, padding_mode="reflect", groups=2), line),
        (nn.Conv2d(4, 6, (3, 2), stride=(2, 1), padding=1, dilation=(1, 2), bias=False), image),
        (nn.Conv2d(4, 6, (3, 4), padding="same"), image), (nn.Conv2d(4, 6, 3, padding="valid"), image),
        (nn.Conv2d(4, 6, 3, padding=(1, 2), padding_mode="circular"), image), (nn.Conv3d(4, 2, 2), video),
        (nn.ConvTranspose1d(4, 6, 3, stride=2), line),
        (nn.ConvTranspose2d(4, 6, 3, stride=2, output_padding=1, groups=2), image),
        (nn.ConvTranspose3d(4, 2, 2, bias=False), video),
        (nn.BatchNorm1d(4), line), (nn.BatchNorm2d(4, eps=1e-3, momentum=None), image),
        (nn.BatchNorm2d(4, affine=False, track_running_stats=False), image), (nn.BatchNorm3d(4), video),
        (nn.InstanceNorm1d(4), line), (nn.InstanceNorm2d(4, affine=True, track_running_stats=True), image),
        (nn.InstanceNorm3d(4), video), (nn.LayerNorm(9), line), (nn.LayerNorm([9, 8], elementwise_affine=False), image),
        (nn.GroupNorm(2, 4), image), (nn.GroupNorm(4, 4, eps=0.1, affine=False), line),
        (nn.MaxPool1d(2), line), (nn.MaxPool2d((3, 2), stride=2, padding=(1, 0), ceil_mode=True), image),
        (nn.MaxPool3d(2, dilation=2), video), (nn.AvgPool1d(3, padding=1, count_include_pad=False), line),
        (nn.AvgPool2d((3, 2), stride=1, divisor_override=3), image), (nn.AvgPool3d(2, ceil_mode=True), video),
        (nn.AdaptiveAvgPool1d(4), line), (nn.AdaptiveAvgPool2d((3, None)), image), (nn.AdaptiveAvgPool3d(2), video),
        (nn.AdaptiveMaxPool1d(4), line), (nn.AdaptiveMaxPool2d((3, 5)), image), (nn.AdaptiveMaxPool3d((1, 2, 3)), video),
        (nn.Dropout(0.25), line), (nn.Dropout1d(), line), (nn.Dropout2d(0.1, inplace=True), image),
        (nn.Dropout3d(), video), (nn.AlphaDropout(0.3), line), (nn.Flatten(), image), (nn.Flatten(0, -2), image),
        (nn.Unflatten(1, (2, 2)), line), (nn.Embedding(10, 3, padding_idx=-1), torch.randint(10, (2, 5))),
        (nn.Embedding(10, 3, norm_type=1.0, scale_grad_by_freq=True), torch.randint(10, (4,))),
        (nn.ReLU(), line), (nn.ReLU(inplace=True), line), (nn.ReLU6(), line), (nn.SELU(), line), (nn.SiLU(), line),
        (nn.Mish(), line), (nn.Hardswish(), line), (nn.Hardsigmoid(), line), (nn.LeakyReLU(0.2), line),
        (nn.ELU(0.5), line), (nn.CELU(2), line), (nn.Hardtanh(-0.5, 2), line), (nn.Threshold(0.1, 20), line),
        (nn.Sigmoid(), line), (nn.Tanh(), line), (nn.LogSigmoid(), line), (nn.Softsign(), line),
        (nn.Tanhshrink(), line), (nn.GELU(), line), (nn.GELU("tanh"), line), (nn.Softplus(2, 10), line),
        (nn.Hardshrink(), line), (nn.Softshrink(0.1), line), (nn.PReLU(), line), (nn.PReLU(4, 0.1), line),
        (nn.GLU(1), line), (nn.Softmax(-1), line), (nn.LogSoftmax(1), line), (nn.Softmin(0), line),
        (nn.Softmax2d(), image),
        (nn.Sequential(nn.Conv2d(4, 2, 3), nn.Sequential(nn.ReLU(True), nn.Flatten())), image),
    ]:
        yield module, (x,)
    for module, x in [
        (nn.LocalResponseNorm(2, k=2.0), image), (nn.ZeroPad2d((1, 2, 0, 1)), image), (nn.ConstantPad1d(2, 3.5), line),
        (nn.ConstantPad2d((1, 0, 2, 1), 1), image), (nn.ConstantPad3d(1, 0.5), video), (nn.ReflectionPad1d(2), line),
        (nn.ReflectionPad2d((1, 2, 3, 0)), image), (nn.ReflectionPad3d(1), video), (nn.ReplicationPad1d(2), line),
        (nn.ReplicationPad2d(1), image), (nn.ReplicationPad3d((1, 0, 0, 2, 1, 1)), video),
        (nn.Upsample(scale_factor=2), image), (nn.Upsample(size=(4, 5), mode="bilinear"), image),
        (nn.Upsample(scale_factor=(2, 1.5), mode="bilinear", align_corners=True), image),
        (nn.UpsamplingNearest2d(size=6), image), (nn.UpsamplingBilinear2d(scale_factor=2), image),
        (nn.PixelShuffle(2), image), (nn.PixelUnshuffle(2), r(1, 2, 4, 6)), (nn.ChannelShuffle(2), image),
        (nn.Unfold((2, 3), padding=1), image), (nn.Fold((4, 5), 2, stride=1), r(2, 8, 12)),
        (nn.EmbeddingBag(10, 3, mode="max"), torch.randint(10, (2, 5))),
        (nn.EmbeddingBag(10, 3, padding_idx=2, mode="sum"), torch.randint(10, (2, 5))),
        (nn.RNNCell(9, 3, nonlinearity="relu"), line[0]), (nn.GRUCell(9, 3, bias=False), line[0]),
        (nn.RNN(9, 3), line), (nn.RNN(9, 3, 2, nonlinearity="relu", bias=False), line),
        (nn.GRU(9, 3, 2, batch_first=True), line),
        (nn.LSTM(9, 4, 2, bidirectional=True, proj_size=2), line), (nn.LSTM(9, 3), line),
        (nn.TransformerEncoderLayer(4, 2, 8), r(3, 2, 4)),
        (nn.TransformerEncoderLayer(4, 2, 8, activation="gelu", norm_first=True, batch_first=True), r(3, 2, 4)),
        (nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8), 2), r(3, 2, 4)),
        (nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8), 2, nn.LayerNorm(4)), r(3, 2, 4)),
    ]:
        yield module, (x,)
    yield nn.LSTMCell(9, 3), (line[0],)
    yield nn.MaxUnpool1d(2), tuple(nn.functional.max_pool1d_with_indices(line, 2))
    yield nn.MaxUnpool2d((2, 3)), tuple(nn.functional.max_pool2d_with_indices(image[..., :8, :6], (2, 3)))
    yield nn.MaxUnpool3d(2), tuple(nn.functional.max_pool3d_with_indices(video[..., :6, :], 2))
    yield nn.CosineSimilarity(0, 1e-6), (r(3, 4), r(3, 4))
    yield nn.PairwiseDistance(1.0, keepdim=True), (r(3, 4), r(3, 4))
    yield nn.MultiheadAttention(4, 2), (r(5, 2, 4), r(3, 2, 4), r(3, 2, 4))
    yield (nn.MultiheadAttention(4, 2, kdim=3, vdim=2, add_bias_kv=True, add_zero_attn=True, batch_first=True),
           (r(2, 5, 4), r(2, 3, 3), r(2, 3, 2)))
    yield nn.MultiheadAttention(4, 4, bias=False, dropout=0.0), (r(5, 4), r(3, 4), r(3, 4))
    yield nn.TransformerDecoderLayer(4, 2, 8, activation=nn.functional.gelu), (r(3, 2, 4), r(5, 2, 4))
    yield nn.TransformerDecoder(nn.TransformerDecoderLayer(4, 2, 8), 2), (r(3, 2, 4), r(5, 2, 4))
    yield nn.Transformer(4, 2, 2, 1, 8), (r(3, 2, 4), r(5, 2, 4))
    yield nn.Bilinear(3, 4, 2), (r(5, 3), r(5, 4))
    yield nn.DataParallel(nn.Sequential(nn.Linear(9, 3), nn.ReLU())), (line,)
    yield nn.SyncBatchNorm(4), None  # PyTorch runs it on GPUs alone
    yield nn.ParameterList([r(2, 3), nn.Parameter(r(4), requires_grad=False)]), None
    yield nn.ParameterDict({"scale": r(3), "bias": r(1)}), None
    yield nn.ModuleList([nn.Linear(2, 3), nn.ReLU()]), None
    yield nn.ModuleDict({"age": nn.Linear(8, 1), "name": nn.Embedding(3, 2)}), None
    classes, scores, signs = torch.tensor([1, 0, 3, 2]), r(4, 5), torch.tensor([1.0, -1, 1, -1])
    weight, chances = torch.rand(5), torch.rand(4, 5)
    for loss, inputs in [
        (nn.CrossEntropyLoss(weight, ignore_index=0, reduction="sum", label_smoothing=0.1), (scores, classes)),
        (nn.NLLLoss(), (scores.log_softmax(1), classes)), (nn.MSELoss(reduction="none"), (scores, chances)),
        (nn.L1Loss(), (scores, chances)), (nn.SmoothL1Loss(beta=0.5), (scores, chances)),
        (nn.HuberLoss(delta=0.3), (scores, chances)), (nn.BCELoss(weight), (chances, torch.rand(4, 5))),
        (nn.BCEWithLogitsLoss(pos_weight=weight), (scores, chances)),
        (nn.KLDivLoss(reduction="sum", log_target=True), (scores, scores + 1)),
        (nn.PoissonNLLLoss(log_input=False, full=True, eps=1e-6), (chances, chances + 2)),
        (nn.HingeEmbeddingLoss(2.0), (scores[:, 0], signs)), (nn.SoftMarginLoss(), (scores[:, 0], signs)),
        (nn.MultiMarginLoss(2, 0.5, weight), (scores, classes)),
        (nn.MultiLabelMarginLoss(), (scores, torch.tensor([[1, 2, -1, 0, 0]] * 4))),
        (nn.MultiLabelSoftMarginLoss(), (scores, (chances > 0.5).float())),
        (nn.MarginRankingLoss(0.2), (scores[:, 0], scores[:, 1], signs)),
        (nn.CosineEmbeddingLoss(0.1), (scores, chances, signs)),
        (nn.TripletMarginLoss(0.5, p=1.0, swap=True), (scores, chances, scores + 1)),
        (nn.GaussianNLLLoss(full=True), (scores, chances, chances + 0.1)),
    ]:
        yield loss, inputs


def made():
    torch.manual_seed(0)
    out = {}
    for number, (module, inputs) in enumerate(layers()):
        # Modes differ from module to module; most must not draw numbers.
        module.train(number % 3 == 0 and "ropout" not in repr(module))
        out[f"{number} {type(module).__name__}"] = (module, inputs)
    return out


def tied():
    """A module and a parameter at two places, one frozen."""
    torch.manual_seed(1)
    act = nn.ReLU()
    net = nn.Sequential(nn.Linear(3, 3), act, nn.Linear(3, 3), act, nn.Linear(3, 3))
    net[2].weight = net[0].weight
    net[4].bias.requires_grad_(False)
    return net


def same(a, b, where):
    """Whether two objects of a module's __dict__ are alike, types and order too."""
    if type(a) is not type(b):
        print(f"{where}: {type(a)} is not {type(b)}")
        return False
    if isinstance(a, nn.Module):
        return same(a.__dict__, b.__dict__, where)
    if isinstance(a, torch.Tensor):
        ok = a.dtype == b.dtype and a.requires_grad == b.requires_grad and torch.equal(a, b)
    elif isinstance(a, dict):
        if list(a) != list(b):
            print(f"{where}: keys {list(a)} are not {list(b)}")
            return False
        return all(same(a[key], b[key], f"{where}.{key}") for key in a)
    elif isinstance(a, (list, tuple)):
        ok = len(a) == len(b) and all(same(x, y, where) for x, y in zip(a, b))
    else:
        ok = a == b
    if not ok:
        print(f"{where}: {a} is not {b}")
    return ok


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.width = width
        self.fc = nn.Linear(width, width)
        self.scale = nn.Parameter(torch.tensor([1.5]))
        self.register_buffer("calls", torch.tensor(7), persistent=False)

    def forward(self, x):
        return x + self.scale * torch.relu(self.fc(x))


class Net(nn.Module):
    def __init__(self, hidden=6):
        super().__init__()
        self.hidden = hidden
        self.first = nn.Linear(4, hidden)
        self.block = Block(hidden)
        self.blocks = nn.Sequential(Block(hidden), nn.Tanh(), Block(hidden))
        self.last = nn.Linear(hidden, 2)

    def forward(self, x):
        return self.last(self.blocks(self.block(self.first(x))))


def network(name):
    import torchvision

    torch.manual_seed(2)
    # Smaller than those of the papers, so that the files are, too.
    if name == "vgg":
        features = nn.Sequential(nn.Conv2d(3, 512, 3, padding=1), nn.BatchNorm2d(512), nn.ReLU(inplace=True),
                                 nn.MaxPool2d(kernel_size=2, stride=2))
        model = torchvision.models.VGG(features, num_classes=3)
        model.classifier = nn.Sequential(nn.Linear(512 * 7 * 7, 8), nn.ReLU(True), nn.Dropout(), nn.Linear(8, 3))
    else:
        models = torchvision.models.resnet
        block = models.Bottleneck if name == "bottleneck" else models.BasicBlock
        groups = 4 if name == "bottleneck" else 1
        model = models.ResNet(block, [1, 1, 2, 1], num_classes=3, groups=groups, width_per_group=16 if groups > 1 else 64)
    return model.eval()


def run(module, inputs):
    with torch.no_grad():
        output = module(*(x.clone() for x in inputs))
        return output[0] if isinstance(output, tuple) else output


def write(path):
    torch.save({name: {"module": module, "inputs": inputs, "repr": repr(module),
                       "output": None if inputs is None else run(module, inputs)}
                for name, (module, inputs) in made().items()}, path)


def check(path):
    found, ok = torch.load(path), True
    modules = made()
    if list(found) != list(modules):
        return False
    for name, (module, inputs) in modules.items():
        if inputs is not None:
            # As the file was written: after one forward.
            output = run(module, inputs)
        ok &= same(module, found[name], name)
        if repr(module) != repr(found[name]):
            print(f"{name}: {found[name]}")
            ok = False
        if inputs is None or module.training and isinstance(module, nn.modules.batchnorm._NormBase):
            continue
        ok &= torch.allclose(run(found[name], inputs), output, atol=1e-5)
    return ok


def user(path, form):
    torch.manual_seed(3)
    net, x = Net(), torch.randn(5, 4)
    torch.save({"module": net, "input": x, "output": run(net, (x,))}, path,
               _use_new_zipfile_serialization=form == "zip")


def main():
    action, path, *more = sys.argv[1:]
    if action == "write":
        write(path)
    elif action == "check":
        return 0 if check(path) else 1
    elif action == "seeded":
        torch.manual_seed(0)
        torch.save(nn.Sequential(
            nn.Conv2d(1, 4, 3, padding="same"), nn.BatchNorm2d(4), nn.PReLU(4), nn.MaxPool2d(2),
            nn.Conv2d(4, 4, (1, 3), stride=(1, 2), bias=False), nn.Flatten(),
            *[nn.Linear(4, 4) for _ in range(5)], nn.LogSoftmax(1)), path)
    elif action == "tied":
        torch.save(tied(), path)
    elif action == "check_tied":
        found = torch.load(path)
        return 0 if (same(tied(), found, "") and found[0].weight is found[2].weight and found[1] is found[3]) else 1
    elif action == "network":
        model, x = network(more[0]), torch.randn(2, 3, 64, 64)
        torch.save({"model": model, "input": x, "output": run(model, (x,))}, path)
        # By itself, for the comparison of bytes.
        torch.save(model, path + ".alone")
    elif action == "check_network":
        saved = torch.load(path)
        model = saved["model"]
        return 0 if (same(network(more[0]), model, "") and repr(network(more[0])) == repr(model)
                     and torch.allclose(run(model, (saved["input"],)), saved["output"], atol=1e-5)) else 1
    elif action == "user":
        user(path, more[0])
    elif action == "check_user":
        saved = torch.load(path)
        torch.manual_seed(3)
        return 0 if (same(Net(), saved["module"], "")
                     and torch.allclose(run(saved["module"], (saved["input"],)), saved["output"], atol=1e-5)) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
