"""Writes tests/golden/cli/files, the inputs of the command's golden tests.

    /usr/bin/python3 tools/golden/cli_files.py
"""

import collections
import json
import os
import struct
import sys

import numpy as np
import torch
from torch import nn

_FOLDER = os.path.join(os.path.dirname(__file__), "../../tests/golden/cli/files")


def network(classes):
    torch.manual_seed(classes)
    return nn.Sequential(
        collections.OrderedDict(
            conv=nn.Conv2d(1, 4, 3), bn=nn.BatchNorm2d(4), relu=nn.ReLU(),
            flatten=nn.Flatten(), fc=nn.Linear(16, classes)))


def main():
    os.makedirs(_FOLDER, exist_ok=True)
    os.chdir(_FOLDER)
    model = network(10)
    state = {key: value.clone() for key, value in model.state_dict().items()}
    torch.save(model.state_dict(), "net.pth")
    torch.save(model.state_dict(), "old.pth", _use_new_zipfile_serialization=False)
    torch.save(model, "whole.pth")
    torch.save(nn.DataParallel(model).state_dict(), "parallel.pth")
    torch.save(network(3).state_dict(), "three.pth")

    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    model(torch.ones(2, 1, 4, 4)).sum().backward()
    optimizer.step()
    torch.save({"epoch": 3, "model": model.state_dict(),
                "optimizer": optimizer.state_dict(), "loss": 0.25,
                "note": "a run"}, "last.pth")

    # A network whose two ends are one tensor, and a part of a larger one.
    tied = collections.OrderedDict(encoder=state["fc.weight"])
    tied["decoder"] = tied["encoder"]
    tied["half"] = tied["encoder"][:5]
    torch.save(tied, "aliased.pth")

    numbered = {"blocks.%d.%s" % (i + 1, key.partition(".")[2]): value
                for i, name in enumerate(("conv", "bn", "fc"))
                for key, value in state.items() if key.startswith(name + ".")}
    torch.save(numbered, "numbered.pth")

    broken = dict(state)
    broken["fc.bias"] = torch.tensor([0.5, float("nan"), float("inf")])
    torch.save(broken, "nan.pth")

    with open("net.pth", "rb") as file:
        data = bytearray(file.read())
    place = data.index(np.float32(state["fc.bias"][0].item()).tobytes())
    data[place] ^= 1
    with open("damaged.pth", "wb") as file:
        file.write(data)
    with open("short.pth", "wb") as file:
        file.write(data[:1500])
    with open("pointer.pth", "w") as file:
        file.write("version https://git-lfs.github.com/spec/v1\n"
                   "oid sha256:" + "0" * 64 + "\nsize 1000\n")
    # os.system("true") in a pickle, which no reader may call.
    with open("unsafe.pth", "wb") as file:
        torch.save({"x": Unsafe()}, file)


    logs()


def logs():
    """A run of ten steps as CSV, JSON lines and TensorBoard's events."""
    rows = [{"step": 10 * i, "time": 1000.0 + 1.5 * i,
             "loss/train": round(2.0 / (i + 1), 4),
             "loss/val": round(2.2 / (i + 1) + 0.1, 4), "lr": 0.1}
            for i in range(10)]
    with open("run.csv", "w") as file:
        file.write(",".join(rows[0]) + "\n")
        for row in rows:
            file.write(",".join(str(value) for value in row.values()) + "\n")
    with open("run.jsonl", "w") as file:
        for row in rows:
            file.write(json.dumps(row) + "\n")
        file.write('{"step": 100, "loss/tr')  # killed while it wrote
    with open("events.out.tfevents.1000.host", "wb") as file:
        file.write(record(struct.pack("<Bd", 9, 1000.0) + field(3, b"brain.Event:2")))
        for row in rows:
            for i, tag in enumerate(("loss/train", "lr")):
                value = struct.pack("<f", row[tag])
                # The plain float of old writers, the tensor of new ones.
                point = field(1, tag.encode()) + (
                    b"\x15" + value if i == 0 else
                    field(8, b"\x08\x01" + b"\x12\x00" + b"\x2d" + value))
                file.write(record(struct.pack("<Bd", 9, row["time"]) + b"\x10" +
                                  bytes([row["step"]]) + field(5, field(1, point))))


def field(number, data):
    return bytes([number << 3 | 2, len(data)]) + data


def record(message):
    def masked(data):
        crc = 0xffffffff
        for byte in data:
            crc ^= byte
            for _ in range(8):
                crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
        crc ^= 0xffffffff
        return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xa282ead8) & 0xffffffff)

    length = struct.pack("<Q", len(message))
    return length + masked(length) + message + masked(message)


class Unsafe:
    def __reduce__(self):
        return os.system, ("true",)


if __name__ == "__main__":
    sys.exit(main())
