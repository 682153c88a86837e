"""The PyTorch side of torch_training_test.

data FOLDER          writes the examples to FOLDER/data.pth
train FOLDER IN OUT  goes on for one epoch from the checkpoint IN, or from the
                     start if IN is "new", and writes the checkpoint OUT
compare FOLDER FILE  trains as many epochs as FILE tells, all of them here, and
                     compares losses and states with those in FILE
"""

import os
import sys
import warnings

import torch
from torch import nn

warnings.filterwarnings("ignore")
torch.set_num_threads(1)

EXAMPLES, BATCH, CLASSES = 64, 8, 5
TOLERANCE = 1e-4


def make_data():
    torch.manual_seed(1)
    labels = torch.arange(EXAMPLES) % CLASSES
    inputs = torch.randn(EXAMPLES, 2, 8, 8) + labels.view(-1, 1, 1, 1) / 3
    return {"inputs": inputs, "labels": labels}


class Training:
    def __init__(self, data):
        torch.manual_seed(0)
        self.data = data
        self.model = nn.Sequential(
            nn.Conv2d(2, 6, 3, padding=1),
            nn.BatchNorm2d(6),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(6 * 4 * 4, 16),
            nn.BatchNorm1d(16),
            nn.ReLU(),
            nn.Linear(16, CLASSES),
        )
        self.optimizer = torch.optim.SGD(
            [
                {"params": self.model[:5].parameters()},
                {"params": self.model[5:].parameters(), "weight_decay": 1e-3},
            ],
            lr=0.05,
            momentum=0.9,
            nesterov=True,
        )
        self.scheduler = torch.optim.lr_scheduler.StepLR(
            self.optimizer, step_size=1, gamma=0.7
        )
        self.losses = []

    def load(self, path):
        checkpoint = torch.load(path)
        self.model.load_state_dict(checkpoint["model"])
        self.optimizer.load_state_dict(checkpoint["optimizer"])
        self.scheduler.load_state_dict(checkpoint["scheduler"])
        self.losses = checkpoint["losses"]

    def checkpoint(self):
        return {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "scheduler": self.scheduler.state_dict(),
            "losses": self.losses,
        }

    def epoch(self):
        self.model.train()
        inputs, labels = self.data["inputs"], self.data["labels"]
        for i in range(0, EXAMPLES, BATCH):
            self.optimizer.zero_grad()
            scores = self.model(inputs[i : i + BATCH])
            loss = nn.functional.cross_entropy(scores, labels[i : i + BATCH])
            loss.backward()
            self.optimizer.step()
            self.losses.append(loss.item())
        self.scheduler.step()


def differences(want, have, place):
    """What differs between two checkpoints, as lines of text."""
    if type(want) is not type(have):
        return [f"{place}: {type(have).__name__}, not {type(want).__name__}"]
    if isinstance(want, dict):
        if list(want) != list(have):
            return [f"{place}: keys {list(have)}, not {list(want)}"]
        return [d for k in want for d in differences(want[k], have[k], f"{place}[{k!r}]")]
    if isinstance(want, (list, tuple)):
        if len(want) != len(have):
            return [f"{place}: {len(have)} elements, not {len(want)}"]
        return [
            d for i, (a, b) in enumerate(zip(want, have)) for d in differences(a, b, f"{place}[{i}]")
        ]
    if isinstance(want, torch.Tensor):
        if want.dtype != have.dtype or want.shape != have.shape:
            return [f"{place}: {have.dtype} {have.shape}, not {want.dtype} {want.shape}"]
        off = (want.double() - have.double()).abs().max().item()
    elif isinstance(want, float):
        off = abs(want - have)
    else:
        return [] if want == have else [f"{place}: {have!r}, not {want!r}"]
    return [] if off <= TOLERANCE else [f"{place}: off by {off}"]


def main():
    action, folder, *paths = sys.argv[1:]
    data = os.path.join(folder, "data.pth")
    if action == "data":
        torch.save(make_data(), data)
        return 0
    training = Training(torch.load(data))
    if action == "train":
        if paths[0] != "new":
            training.load(os.path.join(folder, paths[0]))
        training.epoch()
        torch.save(training.checkpoint(), os.path.join(folder, paths[1]))
        return 0
    found = torch.load(os.path.join(folder, paths[0]))
    while len(training.losses) < len(found["losses"]):
        training.epoch()
    wrong = differences(training.checkpoint(), found, "checkpoint")
    print("\n".join(wrong[:20]))
    first, last = training.losses[0], training.losses[-1]
    print(f"{len(training.losses)} losses from {first:.4f} to {last:.4f}, {len(wrong)} differences")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
