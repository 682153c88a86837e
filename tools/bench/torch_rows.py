#!/usr/bin/env python3
"""The rows of //tests/bench in PyTorch: prints name<TAB>median seconds<TAB>note.

Every row has the name, shapes and sampling of the row in tests/bench. The
settings are the best that Debian's PyTorch has: OpenBLAS built for OpenMP (its
pthread build and PyTorch's own threads would fight each other), the widest
vectors of the CPU, and one thread count for all pools. Libraries read those
when they are loaded, so the script starts itself again with them.
"""

import argparse
import glob
import os
import re
import statistics
import sys
import time

options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
options.add_argument("--threads", type=int, default=1)
options.add_argument("--only", default="gemm,conv,elem,reduce,model,train,io,autograd")
options.add_argument("--grep", default=".")
options.add_argument("--list", action="store_true")
options.add_argument("--samples", type=int, default=7)
options.add_argument("--budget", type=float, default=3.0)
options.add_argument("--attempts", type=int, default=5)
options.add_argument("--dir", default="/tmp")
options.add_argument("--serve", action="store_true",
                     help="read row names from the standard input, run each")
options = options.parse_args()


def set_up():
    threads = str(options.threads)
    wanted = {"OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads}
    with open("/proc/cpuinfo") as cpu:
        if re.search(r"\bavx512f\b", cpu.read()):
            wanted["ATEN_CPU_CAPABILITY"] = "avx512"
    folders = glob.glob("/usr/lib/*/openblas-openmp")
    if not folders:
        sys.exit("torch_rows.py: install libopenblas0-openmp, python3-torch "
                 "and python3-torchvision")
    path = os.environ.get("LD_LIBRARY_PATH", "")
    if folders[0] not in path.split(":"):
        wanted["LD_LIBRARY_PATH"] = folders[0] + (":" + path if path else "")
    if any(os.environ.get(key) != value for key, value in wanted.items()):
        os.environ.update(wanted)
        os.execv(sys.executable, [sys.executable] + sys.argv)


set_up()

import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from torch import nn  # noqa: E402

torch.set_num_threads(options.threads)

ROWS = {}  # name -> (group, function that makes a case)
GROUP = ""


def row(name, make):
    ROWS[name] = (GROUP, make)


def case(body, work=0.0, unit="GFLOP/s", note=""):
    return body, work, unit, note


def used_by_others():
    """CPU seconds that everybody else on the machine has used so far."""
    with open("/proc/stat") as stat:
        field = [int(x) for x in stat.readline().split()[1:9]]
    own = os.times()
    busy = sum(field) - field[3] - field[4]
    return busy / os.sysconf("SC_CLK_TCK") - own.user - own.system


def measure(body, work, unit, note):
    clock = time.perf_counter
    start = clock()
    body()
    if clock() - start < 1.0:
        for _ in range(3):
            body()
    start = clock()
    body()
    inner = max(1, int(0.005 / max(clock() - start, 1e-8)))
    for attempt in range(options.attempts):
        times, others, begin = [], used_by_others(), clock()
        while len(times) < options.samples or (clock() - begin < 0.25 and len(times) < 41):
            start = clock()
            for _ in range(inner):
                body()
            times.append((clock() - start) / inner)
            if len(times) >= 3 and clock() - begin > options.budget * 3:
                break
        wall = clock() - begin
        busy = max(0.0, (used_by_others() - others) / wall)
        if busy < 0.10 or wall > 4:
            break
        if attempt + 1 < options.attempts:
            time.sleep(1 + attempt)
    median = statistics.median(times)
    text = f"n={len(times)}x{inner} min={min(times):.6g}"
    if busy >= 0.10:
        text += f" BUSY={busy:.2f}"
    if work:
        text += f" {work / median / 1e9:.2f} {unit}"
    return median, (text + " " + note).strip()


def no_grad(body):
    def run():
        with torch.no_grad():
            return body()
    return run


def join(sizes):
    return "x".join(map(str, sizes))


def randn(*shape):
    return torch.randn(*shape)


# -- matrix products

def gemm_rows():
    def product(name, a_shape, b_shape, flops, turn=lambda a, b: (a, b), f=torch.mm):
        def make():
            a, b = turn(randn(*a_shape), randn(*b_shape))
            out = f(a, b)
            return case(lambda: f(a, b, out=out), flops)
        row(name, make)

    for n in (64, 256, 512, 1024, 2048):
        product(f"gemm.{n}", (n, n), (n, n), 2.0 * n**3)
    for b, m, k, n in ((128, 64, 64, 64), (32, 128, 64, 128)):
        product(f"bmm.{b}x{m}x{k}x{n}", (b, m, k), (b, k, n), 2.0 * b * m * k * n, f=torch.bmm)
    square = (512, 512)
    product("gemm.512.nt", square, square, 2.0 * 512**3, lambda a, b: (a, b.t()))
    product("gemm.512.tn", square, square, 2.0 * 512**3, lambda a, b: (a.t(), b))

    def linear(m, k, n):
        def make():
            x, w, b = randn(m, k), randn(n, k), randn(n)
            return case(no_grad(lambda: F.linear(x, w, b)), 2.0 * m * k * n)
        row(f"linear.{m}x{k}x{n}", make)

    for shape in ((1, 25088, 4096), (8, 25088, 4096), (1, 4096, 4096), (64, 400, 120),
                  (128, 784, 512)):
        linear(*shape)

    def double():
        d = torch.randn(256, 256, dtype=torch.float64)
        return case(lambda: d @ d, 2.0 * 256**3)
    row("dgemm.256", double)


# -- convolutions

def conv_rows():
    def layer(tag, n, c_in, c_out, size, kernel, stride=1, groups=1):
        pad = kernel // 2
        out = (size + 2 * pad - kernel) // stride + 1
        flops = 2.0 * n * c_out * (c_in // groups) * kernel * kernel * out * out
        name = f"conv.{tag}.b{n}.{c_in}-{c_out}@{size}"

        def data():
            return (randn(n, c_in, size, size),
                    randn(c_out, c_in // groups, kernel, kernel) * 0.05, randn(c_out))

        def forward():
            x, w, b = data()
            return case(no_grad(lambda: F.conv2d(x, w, b, stride, pad, 1, groups)), flops)

        def both():
            x, w, b = data()
            g = randn(n, c_out, out, out)
            x.requires_grad_(c_in > 3)
            w.requires_grad_()
            b.requires_grad_()

            def step():
                x.grad = w.grad = b.grad = None
                F.conv2d(x, w, b, stride, pad, 1, groups).backward(g)
            return case(step, flops * (3 if c_in > 3 else 2))
        row(name + ".fwd", forward)
        row(name + ".fwdbwd", both)

    for n in (1, 8):
        for shape in ((3, 64, 224), (64, 64, 224), (64, 128, 112), (128, 128, 112),
                      (128, 256, 56), (256, 256, 56), (256, 512, 28), (512, 512, 28),
                      (512, 512, 14)):
            layer("3x3", n, *shape, 3)
        for shape in ((64, 256, 56), (256, 64, 56), (512, 128, 28), (256, 1024, 14),
                      (1024, 256, 14), (2048, 512, 7)):
            layer("1x1", n, *shape, 1)
        layer("7x7s2", n, 3, 64, 224, 7, 2)
        layer("3x3s2", n, 128, 128, 56, 3, 2)
        for c, size in ((32, 112), (144, 56), (384, 14), (960, 7)):
            layer("dw3x3", n, c, c, size, 3, 1, c)
    layer("5x5", 64, 1, 6, 28, 5)
    layer("5x5", 64, 6, 16, 12, 5)


# -- elementwise

def elementwise_rows():
    def add(name, n, make_body, arrays, note="", positive=False):
        def make():
            x, y = randn(n), randn(n)
            if positive:
                x.abs_()
            return case(make_body(x, y), 4.0 * arrays * n, "GB/s", note)
        row(name, make)

    for n, tag in ((10_000_000, "10M"), (1_000_000, "1M"), (1000, "1k")):
        def in_place(x, y):
            total, tiny = torch.zeros_like(x), torch.full_like(x, 1e-6)
            return lambda: total.add_(tiny)

        def copy(x, y):
            out = torch.empty_like(x)
            return lambda: out.copy_(x)

        add(f"elem.add_.{tag}", n, in_place, 3, "in place")
        for op, f in (("add", torch.add), ("mul", torch.mul), ("div", torch.div),
                      ("maximum", torch.maximum)):
            add(f"elem.{op}.{tag}", n, lambda x, y, f=f: lambda: f(x, y), 3, "new tensor")
        add(f"elem.add_scalar.{tag}", n, lambda x, y: lambda: x + 1.5, 2, "new tensor")
        for op, f in (("relu", torch.relu), ("exp", torch.exp), ("tanh", torch.tanh),
                      ("sigmoid", torch.sigmoid), ("sqrt", torch.sqrt), ("log", torch.log),
                      ("gelu", F.gelu), ("gelu_tanh", lambda x: F.gelu(x, approximate="tanh"))):
            add(f"elem.{op}.{tag}", n, lambda x, y, f=f: lambda: f(x), 2, "new tensor", True)
        add(f"elem.copy_.{tag}", n, copy, 2)
        add(f"elem.clone.{tag}", n, lambda x, y: lambda: x.clone(), 2, "new tensor")
        add(f"elem.zeros.{tag}", n, lambda x, y, n=n: lambda: torch.zeros(n), 1, "new tensor")
        add(f"elem.randn.{tag}", n, lambda x, y, n=n: lambda: torch.randn(n), 1, "new tensor")
        add(f"elem.dropout.{tag}", n, lambda x, y: lambda: F.dropout(x, 0.5, True), 2, "train")
        add(f"elem.to_half.{tag}", n, lambda x, y: lambda: x.half(), 1.5)
        add(f"elem.to_bf16.{tag}", n, lambda x, y: lambda: x.bfloat16(), 1.5)
        add(f"elem.chain5.{tag}", n, lambda x, y: lambda: torch.relu((x * y + 1.0) * y - x), 3,
            "5 ops")

    def broadcast():
        x, b = randn(512, 1024, 16), randn(1024, 1)
        return case(lambda: x + b, 8.0 * x.numel(), "GB/s", "new tensor")
    row("elem.add_bcast.512x1024x16", broadcast)

    def sgd():
        parameters = [nn.Parameter(randn(1000, 1000)) for _ in range(10)]
        for p in parameters:
            p.grad = randn(1000, 1000)
        optimizer = torch.optim.SGD(parameters, 1e-9, momentum=0.9)
        return case(optimizer.step, 5 * 4.0 * 1e7, "GB/s")
    row("optim.sgd_momentum.10x1M", sgd)


# -- reductions, layers, layout

def reduce_rows():
    def one(name, shape, f, bytes_an_element=4.0):
        def make():
            x = randn(*shape)
            return case(lambda: f(x), bytes_an_element * x.numel(), "GB/s")
        row(name, make)

    for op in ("sum", "mean", "max", "argmax", "std", "norm", "prod"):
        one(f"red.{op}.10M", (10_000_000,), lambda x, op=op: getattr(x, op)())
    for op in ("sum", "mean", "max", "argmax", "var", "logsumexp", "cumsum"):
        for d in (0, 1):
            one(f"red.{op}.4096x1024.dim{d}", (4096, 1024),
                lambda x, op=op, d=d: getattr(x, op)(dim=d))
    one("red.sum.8x64x112x112.dim023", (8, 64, 112, 112), lambda x: x.sum(dim=(0, 2, 3)))
    one("red.sum.1k", (1000,), lambda x: x.sum())
    one("red.max.1k", (1000,), lambda x: x.max())
    for shape in ((64, 10), (128, 1000), (4096, 128), (256, 32000)):
        one(f"softmax.{join(shape)}", shape, lambda x: F.softmax(x, 1), 8.0)
        one(f"log_softmax.{join(shape)}", shape, lambda x: F.log_softmax(x, 1), 8.0)

        def entropy(shape=shape):
            x, t = randn(*shape).requires_grad_(), torch.randint(0, shape[1], (shape[0],))

            def step():
                x.grad = None
                F.cross_entropy(x, t).backward()
            return case(step)
        row(f"cross_entropy.{join(shape)}.fwdbwd", entropy)


def layer_rows():
    def pair(name, make_data, f, bytes_an_element=8.0, forward=True):
        """Rows .fwd and .fwdbwd of f(x, *parameters)."""
        def forward_case():
            data = make_data()
            return case(no_grad(lambda: f(*data)), bytes_an_element * data[0].numel(), "GB/s")

        def both():
            data = [d.requires_grad_() for d in make_data()]
            g = torch.randn_like(f(*data))

            def step():
                for d in data:
                    d.grad = None
                f(*data).backward(g)
            return case(step)
        if forward:
            row(name + ".fwd", forward_case)
        row(name + ".fwdbwd", both)

    for shape in ((1024, 256), (1024, 1024), (8192, 768)):
        n = shape[1]
        pair(f"layer_norm.{join(shape)}",
             lambda shape=shape, n=n: (randn(*shape), torch.ones(n), torch.zeros(n)),
             lambda x, w, b, n=n: F.layer_norm(x, (n,), w, b))
    for shape in ((8, 64, 112, 112), (16, 64, 16, 16), (16, 512, 7, 7)):
        c = shape[1]
        mean, var = torch.zeros(c), torch.ones(c)

        def data(shape=shape, c=c):
            return randn(*shape), torch.ones(c), torch.zeros(c)
        pair(f"batch_norm.{join(shape)}.train", data,
             lambda x, w, b, m=mean, v=var: F.batch_norm(x, m, v, w, b, True))

        def evaluate(data=data, c=c):
            x, w, b = data()
            m, v = torch.zeros(c), torch.ones(c)
            return case(no_grad(lambda: F.batch_norm(x, m, v, w, b)), 8.0 * x.numel(), "GB/s")
        row(f"batch_norm.{join(shape)}.eval.fwd", evaluate)
    for shape in ((8, 64, 224, 224), (64, 6, 28, 28)):
        pair(f"maxpool2.{join(shape)}", lambda shape=shape: (randn(*shape),),
             lambda x: F.max_pool2d(x, 2), 5.0)

    def average():
        x = randn(8, 2048, 7, 7)
        return case(lambda: F.adaptive_avg_pool2d(x, 1), 4.0 * x.numel(), "GB/s")
    row("avgpool_global.8x2048x7x7", average)

    def embedding(backward):
        def make():
            w, i = randn(30000, 256), torch.randint(0, 30000, (8, 128))
            if not backward:
                return case(lambda: F.embedding(i, w), 8.0 * 1024 * 256, "GB/s")
            w.requires_grad_()
            g = randn(8, 128, 256)

            def step():
                w.grad = None
                F.embedding(i, w).backward(g)
            return case(step)
        return make
    row("embedding.30000x256.8x128.fwd", embedding(False))
    row("embedding.30000x256.8x128.fwdbwd", embedding(True))


def layout_rows():
    def one(name, make_data, f, bytes_moved):
        def make():
            data = make_data()
            return case(lambda: f(*data), bytes_moved, "GB/s")
        row(name, make)

    def add(name, shape, f):
        elements = 1
        for s in shape:
            elements *= s
        one(name, lambda: (randn(*shape),), f, 8.0 * elements)

    add("transpose_contig.2048", (2048, 2048), lambda x: x.t().contiguous())
    one("transpose_copy.2048", lambda: (randn(2048, 2048), torch.empty(2048, 2048)),
        lambda x, out: out.copy_(x.t()), 8.0 * 2048 * 2048)
    add("nchw_to_nhwc.8x64x56x56", (8, 64, 56, 56), lambda x: x.permute(0, 2, 3, 1).contiguous())
    add("perm0213.8x128x4x64", (8, 128, 4, 64), lambda x: x.permute(0, 2, 1, 3).contiguous())
    one("cat.dim1.2x8x128x56x56", lambda: (randn(8, 128, 56, 56), randn(8, 128, 56, 56)),
        lambda a, b: torch.cat((a, b), 1), 16.0 * 8 * 128 * 56 * 56)
    one("sort.1M", lambda: (randn(1_000_000),), lambda x: x.sort(), 8e6)
    one("topk10.64x10000", lambda: (randn(64, 10000),), lambda x: x.topk(10), 2.56e6)
    table = 4096 * 1024
    rows_at = lambda: (randn(4096, 1024), torch.randint(0, 4096, (4096,)))  # noqa: E731
    one("index_select.4096x1024", rows_at, lambda x, i: x.index_select(0, i), 8.0 * table)
    one("index_adv.4096x1024", rows_at, lambda x, i: x[i], 8.0 * table)

    def masked():
        x = randn(4096, 1024)
        return x, x > 0
    one("masked_select.4096x1024", masked, lambda x, m: x[m], 4.0 * table)
    one("where.4096x1024", masked, lambda x, m: torch.where(m, x, 0.0), 9.0 * table)


# -- networks

def model_rows():
    def inference(name, batch, gmac):
        def make():
            import torchvision
            model = getattr(torchvision.models, name)(weights=None).eval()
            x = randn(batch, 3, 224, 224)
            return case(no_grad(lambda: model(x)), 2e9 * gmac * batch)
        row(f"model.{name}.b{batch}.infer", make)

    for name, batch, gmac in (("vgg16", 1, 15.47), ("vgg16", 8, 15.47), ("resnet18", 1, 1.814),
                              ("resnet50", 1, 4.089), ("resnet50", 8, 4.089)):
        inference(name, batch, gmac)

    def train():
        import torchvision
        model = torchvision.models.resnet18(weights=None, num_classes=10).train()
        return training_case(model, randn(16, 3, 64, 64), 0.01)
    row("model.resnet18.b16.64.train", train)


def training_case(model, x, rate):
    t = torch.randint(0, 10, (x.shape[0],))
    optimizer = torch.optim.SGD(model.parameters(), rate, momentum=0.9)

    def step():
        optimizer.zero_grad(set_to_none=True)
        F.cross_entropy(model(x), t).backward()
        optimizer.step()
    return case(step, x.shape[0] * 1e9, "images/s")


class LeNet(nn.Module):
    def __init__(self, channels, side):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * side * side, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.flatten(1)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))


def mlp():
    return nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(),
                         nn.Linear(512, 10))


def train_rows():
    for name, build, shape in (("lenet28.b64", lambda: LeNet(1, 4), (64, 1, 28, 28)),
                               ("lenet32.b64", lambda: LeNet(3, 5), (64, 3, 32, 32)),
                               ("lenet32.b4", lambda: LeNet(3, 5), (4, 3, 32, 32)),
                               ("mlp.b128", mlp, (128, 784))):
        def step(build=build, shape=shape):
            return training_case(build().train(), randn(*shape), 0.001)

        def infer(build=build, shape=shape):
            model, x = build().eval(), randn(*shape)
            return case(no_grad(lambda: model(x)), shape[0] * 1e9, "images/s")
        row(f"train.{name}.step", step)
        row(f"train.{name}.infer", infer)


# -- files: 546 MB, the large weights of VGG-16

def weights():
    shapes = ([(4096, 25088), (4096, 4096), (1000, 4096)] + [(512, 512, 3, 3)] * 5 +
              [(512, 256, 3, 3)])
    return {f"p{i}": torch.rand(shape) for i, shape in enumerate(shapes)}


def io_rows():
    size = 546.0e6

    def load():
        path = os.path.join(options.dir, "bench_load_torch.pth")
        if not os.path.exists(path):
            torch.save(weights(), path)
        return case(lambda: torch.load(path), size, "GB/s")

    def save(sync):
        def make():
            state, path = weights(), os.path.join(options.dir, "bench_save_torch.pth")

            def body():
                if os.path.exists(path):
                    os.unlink(path)
                torch.save(state, path)
                if sync:
                    with open(path, "rb") as file:
                        os.fsync(file.fileno())
            return case(body, size, "GB/s")
        return make
    row("io.load_zip", load)
    row("io.load_zip.crc", load)  # PyTorch compares no checksum
    row("io.save_zip", save(False))
    row("io.save_zip.durable", save(True))


# -- small things

def overhead_rows():
    count = 1000

    def chain(x):
        y = x
        for _ in range(count):
            y = y + x
        return y

    def both(make_leaf, f):
        def make():
            x = make_leaf().requires_grad_()

            def step():
                x.grad = None
                f(x).backward()
            return case(step, note="1000 ops")
        return make

    def products(x):
        y = x
        for _ in range(count):
            y = y * x
        return y.sum()

    def simple(name, make_body):
        row(name, lambda: case(make_body()))

    def scalar_chain(leaf):
        x = torch.ones(()).requires_grad_(leaf)
        return lambda: chain(x)

    def linear4():
        layer, x = nn.Linear(4, 4), torch.ones(1, 4)
        return no_grad(lambda: layer(x))

    def on_ones(f, *shape):
        def make_body():
            x = torch.ones(*shape)
            return lambda: f(x)
        return make_body

    def stack():
        return nn.Sequential(*[nn.Linear(8, 8) for _ in range(50)])

    def state_dict():
        model = stack()
        return lambda: model.state_dict()

    def load_state_dict():
        model = stack()
        state = model.state_dict()
        return lambda: model.load_state_dict(state)

    simple("ovh.1000adds.nograd", lambda: scalar_chain(False))
    simple("ovh.1000adds.graph", lambda: scalar_chain(True))
    row("ovh.1000adds.fwdbwd", both(lambda: torch.ones(()), chain))
    row("ovh.1000muls16.fwdbwd", both(lambda: torch.ones(16), products))
    simple("ovh.linear4.module", linear4)
    simple("ovh.view", on_ones(lambda x: x.view(4, 4), 16))
    simple("ovh.slice", on_ones(lambda x: x[2:5], 16))
    simple("ovh.empty16", on_ones(lambda x: torch.empty(16), 1))
    simple("ovh.item", on_ones(lambda x: x.item(), 1))
    simple("ovh.state_dict.100", state_dict)
    simple("ovh.load_state_dict.100", load_state_dict)


for GROUP, add_rows in (("gemm", gemm_rows), ("conv", conv_rows), ("elem", elementwise_rows),
                        ("reduce", reduce_rows), ("reduce", layer_rows),
                        ("reduce", layout_rows), ("model", model_rows), ("train", train_rows),
                        ("io", io_rows), ("autograd", overhead_rows)):
    add_rows()


def run(name):
    torch.manual_seed(0)
    try:
        median, note = measure(*ROWS[name][1]())
        print(f"{name}.t{options.threads}\t{median:.9g}\t{note}", flush=True)
    except Exception as error:  # one row must not end the others
        print(f"# {name}: {error}", flush=True)


if options.serve:
    for line in sys.stdin:
        line = line.strip()
        if line in ROWS:
            run(line)
        else:
            print(f"# {line}: no such row", flush=True)
else:
    if not options.list:
        print(f"# torch {torch.__version__} threads={torch.get_num_threads()}", flush=True)
    for name, (group, _) in ROWS.items():
        if group in options.only.split(",") and re.search(options.grep, name):
            if options.list:
                print(f"{group}\t{name}")
            else:
                run(name)
