"""Golden values of the tagger (sakuga/models/tagger.h): python3 tagger.py writes tagger.safetensors."""

import os

import torch
import torch.nn.functional as F

from formula import Net, uniform, write

HERE = os.path.dirname(os.path.abspath(__file__))


def norm(net, name, x):
    scale, shift, mean, variance = net.norm(name, x.shape[1])
    return F.batch_norm(x, mean, variance, scale, shift, training=False)


def conv(net, name, x, out, kernel, stride=1, bias=False):
    weight = net.weight(name + ".weight", [out, x.shape[1], kernel, kernel])
    return F.conv2d(x, weight, net.bias(name + ".bias", out) if bias else None, stride, 1)


def features(net, x):
    x = torch.relu(norm(net, "bn_in", conv(net, "conv_in", x, 32, 3)))
    for stage, width in enumerate([64, 96, 160]):
        name = f"stages.{stage}."
        x = torch.relu(norm(net, name + "bn", conv(net, name + "conv", x, width, 4, stride=2)))
        for block in range(2):
            inner = f"{name}residual.{block}."
            y = torch.relu(norm(net, inner + "bn1", conv(net, inner + "conv1", x, width, 3, bias=True)))
            x = x + norm(net, inner + "bn2", conv(net, inner + "conv2", y, width, 3, bias=True))
    return torch.relu(norm(net, "bn_out", x)).mean((2, 3))


def main():
    net = Net()
    shown = features(net, uniform("pictures", [2, 3, 64, 64]))
    logits = shown @ net.weight("dense.weight", [22, 160]).T + net.bias("dense.bias", 22)
    print("parameters", net.count)
    write(os.path.join(HERE, "tagger.safetensors"), {"features": shown, "logits": logits})


main()
