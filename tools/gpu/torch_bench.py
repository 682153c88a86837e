"""The rows of tools/gpu/bench.cc in PyTorch, timed in the same way."""

import argparse
import os
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(256, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = torch.flatten(F.max_pool2d(F.relu(self.conv2(x)), 2), 1)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))


def residual_net(layers, bottleneck):
    """torchvision's ResNet, written out where torchvision is not installed."""
    try:
        import torchvision

        make = {18: torchvision.models.resnet18, 50: torchvision.models.resnet50}
        return make[50 if bottleneck else 18](weights=None)
    except ImportError:
        return ResNet(layers, bottleneck)


class Block(nn.Module):
    def __init__(self, cin, width, stride, bottleneck):
        super().__init__()
        out = width * (4 if bottleneck else 1)
        if bottleneck:
            sizes = [(cin, width, 1, 1), (width, width, 3, stride), (width, out, 1, 1)]
        else:
            sizes = [(cin, width, 3, stride), (width, width, 3, 1)]
        self.steps = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(a, b, k, s, k // 2, bias=False), nn.BatchNorm2d(b))
            for a, b, k, s in sizes)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = None
        if stride != 1 or cin != out:
            self.downsample = nn.Sequential(
                nn.Conv2d(cin, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x):
        y = x
        for i, step in enumerate(self.steps):
            y = step(y)
            if i + 1 < len(self.steps):
                y = self.relu(y)
        return self.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet(nn.Module):
    def __init__(self, layers, bottleneck):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64),
            nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1))
        blocks, cin = [], 64
        for stage, count in enumerate(layers):
            width = 64 << stage
            for i in range(count):
                stride = 2 if i == 0 and stage > 0 else 1
                blocks.append(Block(cin, width, stride, bottleneck))
                cin = width * (4 if bottleneck else 1)
        self.blocks = nn.Sequential(*blocks)
        self.fc = nn.Linear(cin, 1000)

    def forward(self, x):
        x = self.blocks(self.stem(x))
        return self.fc(torch.flatten(F.adaptive_avg_pool2d(x, 1), 1))


def vgg16():
    layers, cin = [], 3
    for v in [64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M",
              512, 512, 512, "M"]:
        if v == "M":
            layers.append(nn.MaxPool2d(2, 2))
        else:
            layers += [nn.Conv2d(cin, v, 3, padding=1), nn.ReLU(inplace=True)]
            cin = v
    return nn.Sequential(
        *layers, nn.AdaptiveAvgPool2d(7), nn.Flatten(),
        nn.Linear(512 * 49, 4096), nn.ReLU(True), nn.Dropout(),
        nn.Linear(4096, 4096), nn.ReLU(True), nn.Dropout(), nn.Linear(4096, 1000))


def training(model, x, target, amp):
    model = model.to(x.device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.001, momentum=0.9)

    def body():
        optimizer.zero_grad()
        with torch.autocast("cuda", dtype=torch.bfloat16, enabled=amp):
            y = model(x)
            if y.dim() == 3:
                y = y.flatten(0, 1)
            loss = F.cross_entropy(y, target)
        loss.backward()
        optimizer.step()

    return body


def image_training(model, size, device, amp=False):
    x = torch.randn(size, device=device)
    target = torch.randint(0, 10, (size[0],), device=device)
    return training(model, x, target, amp)


def inference(model, size, device):
    model = model.to(device).eval()
    x = torch.randn(size, device=device)

    def body():
        with torch.no_grad():
            model(x)

    return body


def graphed(body):
    side = torch.cuda.Stream()
    with torch.cuda.stream(side):
        for _ in range(3):
            body()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        body()
    return graph.replay


def rows_of(device, folder):
    def tf32(allow, make):
        def made():
            body = make()

            def set_and_run():
                torch.backends.cuda.matmul.allow_tf32 = allow
                torch.backends.cudnn.allow_tf32 = allow
                body()

            return set_and_run

        return made

    images = (64, 3, 224, 224)
    lenet = lambda: image_training(LeNet(), (64, 1, 28, 28), device)
    yield "train.lenet.b64", lenet, False
    yield "train.lenet.b64.graph", lambda: graphed(lenet()), False
    for name, layers, bottleneck in (("resnet18", (2, 2, 2, 2), False),
                                     ("resnet50", (3, 4, 6, 3), True)):
        make = lambda amp=False, l=layers, b=bottleneck: image_training(
            residual_net(l, b), images, device, amp)
        yield f"train.{name}.b64.float32", tf32(False, make), False
        yield f"train.{name}.b64.tf32", tf32(True, make), False
        yield f"train.{name}.b64.bfloat16", tf32(True, lambda m=make: m(True)), False
    for batch in (1, 32):
        yield (f"infer.vgg16.b{batch}",
               tf32(True, lambda b=batch: inference(vgg16(), (b, 3, 224, 224), device)),
               False)

    def transformer():
        layer = nn.TransformerEncoderLayer(512, 8, batch_first=True)
        x = torch.randn(32, 128, 512, device=device)
        target = torch.randint(0, 512, (32 * 128,), device=device)
        return training(nn.TransformerEncoder(layer, 6), x, target, False)

    yield "train.transformer.b32.tf32", tf32(True, transformer), False

    n = 64 << 20

    def flat(f, count=1):
        def make():
            tensors = [torch.ones(n, device=device) for _ in range(count)]
            return lambda: f(*tensors)

        return make

    def matrix(f):
        def make():
            a = torch.ones(n // 1024, 1024, device=device)
            b = torch.ones(1024, device=device)
            return lambda: f(a, b)

        return make

    yield "elem.copy.256MiB", flat(lambda a, b: a.copy_(b), 2), False
    yield "elem.add.256MiB", flat(lambda a, b: a + b, 2), False
    yield "elem.gelu.256MiB", flat(F.gelu), False
    yield "elem.add_bias.256MiB", matrix(lambda a, b: a + b), False
    yield "reduce.sum.256MiB", flat(torch.sum), False
    yield "reduce.sum_rows.256MiB", matrix(lambda a, b: a.sum(1)), False
    yield "reduce.sum_columns.256MiB", matrix(lambda a, b: a.sum(0)), False
    yield "softmax.rows.256MiB", matrix(lambda a, b: F.softmax(a, 1)), False

    def small():
        a, b = torch.ones(1000, device=device), torch.ones(1000, device=device)
        return lambda: a + b

    yield "overhead.add.1000", small, False

    def load():
        path = os.path.join(folder, "torch_gpu_bench.pth")
        torch.save(vgg16().state_dict(), path)
        return lambda: torch.load(path, map_location=device, weights_only=True)

    yield "io.load_to_device.528MB", load, True


def host_seconds(body):
    torch.cuda.synchronize()
    start = time.perf_counter()
    body()
    torch.cuda.synchronize()
    return time.perf_counter() - start


def device_seconds(body, calls):
    start = torch.cuda.Event(enable_timing=True)
    end = torch.cuda.Event(enable_timing=True)
    start.record()
    for _ in range(calls):
        body()
    end.record()
    end.synchronize()
    return start.elapsed_time(end) / 1000 / calls


def run(name, make, on_host, samples):
    body = make()
    for _ in range(5):
        body()
    torch.cuda.synchronize()
    torch.cuda.reset_peak_memory_stats()
    once = host_seconds(body)
    calls = 1 if on_host else min(max(int(0.002 / once), 1), 2000)
    times = [host_seconds(body) if on_host else device_seconds(body, calls)
             for _ in range(samples)]
    peak = torch.cuda.max_memory_allocated()
    print(f"{name}\t{statistics.median(times):.9g}\t{peak}\t{calls} calls a sample",
          flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="cuda:0")
    parser.add_argument("--samples", type=int, default=20)
    parser.add_argument("--grep", default="")
    parser.add_argument("--dir", default="/tmp")
    args = parser.parse_args()
    torch.cuda.set_device(args.device)
    failed = 0
    for name, make, on_host in rows_of(torch.device(args.device), args.dir):
        if args.grep not in name:
            continue
        try:
            run(name, make, on_host, args.samples)
        except Exception as error:  # the other rows still count
            print(f"{name}\tnan\t0\t{error}".replace("\n", " "), flush=True)
            failed += 1
        torch.cuda.empty_cache()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
