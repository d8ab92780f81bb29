"""Golden values of CycleGAN's nets, written from the paper (arXiv:1703.10593) with the choices of the authors' PyTorch
code: python3 cyclegan.py writes cyclegan.safetensors beside this script."""

import os

import torch
import torch.nn.functional as F

from formula import Net, uniform, write

HERE = os.path.dirname(os.path.abspath(__file__))


def norm(x):
    mean, variance = x.mean((2, 3), keepdim=True), x.var((2, 3), unbiased=False, keepdim=True)
    return (x - mean) / torch.sqrt(variance + 1e-5)


def conv(net, name, x, out, kernel, stride=1, padding=0, reflect=0):
    if reflect:
        x = F.pad(x, [reflect] * 4, mode="reflect")
    weight = net.weight(name + ".weight", [out, x.shape[1], kernel, kernel])
    return F.conv2d(x, weight, net.bias(name + ".bias", out), stride, padding)


def generator(net, x, width, blocks):
    x = torch.relu(norm(conv(net, "conv_in", x, width, 7, reflect=3)))
    for i in range(2):
        x = torch.relu(norm(conv(net, f"down.{i}", x, 2 * x.shape[1], 3, 2, 1)))
    for i in range(blocks):
        y = torch.relu(norm(conv(net, f"blocks.{i}.conv1", x, x.shape[1], 3, reflect=1)))
        x = x + norm(conv(net, f"blocks.{i}.conv2", y, x.shape[1], 3, reflect=1))
    for i in range(2):
        c = x.shape[1]
        weight, bias = net.weight(f"up.{i}.weight", [c, c // 2, 3, 3]), net.bias(f"up.{i}.bias", c // 2)
        x = torch.relu(norm(F.conv_transpose2d(x, weight, bias, 2, 1, output_padding=1)))
    return torch.tanh(conv(net, "conv_out", x, 3, 7, reflect=3))


def discriminator(net, x, width):
    x = F.leaky_relu(conv(net, "layers.0", x, width, 4, 2, 1), 0.2)
    for i, out in enumerate((2 * width, 4 * width, 8 * width), 1):
        x = F.leaky_relu(norm(conv(net, f"layers.{i}", x, out, 4, 2 if i < 3 else 1, 1)), 0.2)
    return conv(net, "layers.4", x, 1, 4, 1, 1)


def main():
    pictures = uniform("pictures", [2, 3, 32, 32])
    values = {"generator": generator(Net(), pictures, 32, 1)[:, :, ::3, ::3],
              "patches": discriminator(Net(), pictures, 8)}
    one, other = Net(), Net()
    generator(one, torch.zeros(1, 3, 16, 16), 64, 9)
    discriminator(other, torch.zeros(1, 3, 32, 32), 64)
    print("parameters", one.count, other.count)
    write(os.path.join(HERE, "cyclegan.safetensors"), values)


main()
