"""The torchvision side of torch_models_test.

write FILE MODEL SIZE: saves MODEL's state_dict, two images of SIZE pixels
squared, and what the model in eval mode says of them.
check FILE MODEL: loads the state_dict that Cresset wrote and compares.
"""

import sys

import torch
import torchvision


def make(name):
    torch.manual_seed(0)
    model = getattr(torchvision.models, name)(num_classes=10)
    # Statistics that are not those of a fresh layer.
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
    return model.eval()


def main():
    action, path, name, *size = sys.argv[1:]
    if action == "write":
        model = make(name)
        images = torch.randn(2, 3, int(size[0]), int(size[0]))
        with torch.no_grad():
            outputs = model(images)
        torch.save({"model": model.state_dict(), "images": images, "outputs": outputs}, path)
        return 0
    # Keys, their order, values and the attribute _metadata are torchvision's.
    found = torch.load(path, weights_only=True)
    wanted = make(name).state_dict()
    if list(found) != list(wanted) or found._metadata != wanted._metadata:
        return 1
    return 0 if all(torch.equal(found[key], wanted[key]) for key in wanted) else 1


if __name__ == "__main__":
    sys.exit(main())
