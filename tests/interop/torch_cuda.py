"""The PyTorch side of torch_cuda_test, on a machine that has no GPU.

check FOLDER: loads FOLDER/cresset.pt, which was saved from cuda:0, and compares
    it with FOLDER/cpu.pt, the same from the CPU. Then saves the object as
    FOLDER/torch/cresset.pt with the location of all storages but Adam's counts
    said to be cuda:0, which is what PyTorch would write on a GPU.
"""

import os
import sys

import torch


def location(storage):
    # Made anew for every storage, as the real one is. The counts are the only
    # storages of one number; None leaves them to the CPU.
    return "cuda:" + str(0) if storage.nbytes() != 4 else None


def compare(path, x, y):
    if torch.is_tensor(x):
        assert x.dtype == y.dtype and x.device == y.device, path
        assert x.stride() == y.stride(), path
        assert x.storage_offset() == y.storage_offset(), path
        assert torch.equal(x, y), path
    elif isinstance(x, dict):
        assert list(x) == list(y), path
        for key in x:
            compare("%s.%s" % (path, key), x[key], y[key])
    elif isinstance(x, (list, tuple)):
        assert len(x) == len(y), path
        for i, (a, b) in enumerate(zip(x, y)):
            compare("%s[%d]" % (path, i), a, b)
    else:
        assert x == y, (path, x, y)


def main(action, folder):
    assert action == "check"
    try:
        torch.load(folder + "/cresset.pt")
        raise AssertionError("PyTorch did not see that the file is of a GPU")
    except RuntimeError as error:
        assert "CUDA" in str(error), error
    loaded = torch.load(folder + "/cresset.pt", map_location="cpu")
    compare("", loaded, torch.load(folder + "/cpu.pt"))
    assert loaded["row"].storage().data_ptr() == loaded["base"].storage().data_ptr()
    model = torch.nn.Linear(3, 4)
    model.load_state_dict(loaded["model"])
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    optimizer.load_state_dict(loaded["optimizer"])
    optimizer.step()

    torch.serialization.register_package(0, location, lambda obj, tag: None)
    os.makedirs(folder + "/torch", exist_ok=True)
    torch.save(loaded, folder + "/torch/cresset.pt")


if __name__ == "__main__":
    main(*sys.argv[1:])
