"""Golden values of SqueezeNet 1.0, written from the paper's table 1 (arXiv:1602.07360): python3 squeezenet.py
[WEIGHTS] writes squeezenet.safetensors beside this script. With WEIGHTS (shared/models/squeezenet1_0.safetensors)
it adds the features under the ImageNet weights."""

import json
import os
import struct
import sys

import numpy as np
import torch
import torch.nn.functional as F

from formula import Net, uniform, write

HERE = os.path.dirname(os.path.abspath(__file__))
# (number in torchvision's Sequential, squeeze, expand); None is a pool.
LAYERS = [None, (3, 16, 64), (4, 16, 64), (5, 32, 128), None, (7, 32, 128), (8, 48, 192), (9, 48, 192),
          (10, 64, 256), None, (12, 64, 256)]


def conv_relu(parameters, name, x, out, kernel, stride=1, padding=0):
    weight, bias = parameters(name, [out, x.shape[1], kernel, kernel])
    return torch.relu(F.conv2d(x, weight, bias, stride, padding))


def features(parameters, x):
    x = conv_relu(parameters, "features.0", x, 96, 7, stride=2)
    for layer in LAYERS:
        if layer is None:
            x = F.max_pool2d(x, 3, 2, ceil_mode=True)
            continue
        number, squeeze, expand = layer
        name = f"features.{number}."
        x = conv_relu(parameters, name + "squeeze", x, squeeze, 1)
        x = torch.cat([conv_relu(parameters, name + "expand1x1", x, expand, 1),
                       conv_relu(parameters, name + "expand3x3", x, expand, 3, padding=1)], 1)
    return x


def formula_parameters(net):
    return lambda name, shape: (net.weight(name + ".weight", shape, gain=1.5), net.bias(name + ".bias", shape[0]))


def file_parameters(path):
    with open(path, "rb") as file:
        length, = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()

    def tensor(name):
        begin, end = header[name]["data_offsets"]
        values = np.frombuffer(data[begin:end], "<f2").astype(np.float32)
        return torch.from_numpy(values.reshape(header[name]["shape"]))

    return lambda name, shape: (tensor(name + ".weight"), tensor(name + ".bias"))


def main():
    net = Net()
    x = uniform("pictures", [2, 3, 96, 96])
    last = features(formula_parameters(net), x)
    values = {"features": last.mean((2, 3))}
    logits = conv_relu(formula_parameters(net), "classifier.1", last, 1000, 1).mean((2, 3))
    values["logits"] = logits[:, ::10]
    print("parameters", net.count)
    if len(sys.argv) > 1:
        # 8-bit RGB pictures as a program would have them, then the weights' own input.
        bytes_rgb = torch.floor((uniform("rgb", [2, 3, 128, 128]) + 1) * 128)
        bgr = bytes_rgb.flip(1) - torch.tensor([104.0, 117.0, 123.0]).view(1, 3, 1, 1)
        values["imagenet_features"] = features(file_parameters(sys.argv[1]), bgr).mean((2, 3))
    write(os.path.join(HERE, "squeezenet.safetensors"), values)


main()
