"""Golden values of CartoonGAN's nets, written from the paper (CVPR 2018), the layer list of the published weights and,
for the light generator, AnimeGANv2's list: python3 cartoongan.py writes cartoongan.safetensors beside this script."""

import os

import numpy as np
import torch
import torch.nn.functional as F

from formula import Net, uniform, write

HERE = os.path.dirname(os.path.abspath(__file__))


def conv(net, name, x, out, kernel, stride=1, zeros=0, reflect=0, bias=True):
    if reflect:
        x = F.pad(x, [reflect] * 4, mode="reflect")
    weight = net.weight(name + ".weight", [out, x.shape[1], kernel, kernel])
    return F.conv2d(x, weight, net.bias(name + ".bias", out) if bias else None, stride, zeros)


def norm(net, name, x, over):
    mean, variance = x.mean(over, keepdim=True), x.var(over, unbiased=False, keepdim=True)
    c = x.shape[1]
    scale = net._make(name + ".scale", [c], lambda u: 1 + u * np.float32(0.25)).view(1, c, 1, 1)
    shift = net._make(name + ".shift", [c], lambda u: 1 + u * np.float32(0.25)).view(1, c, 1, 1)
    return (x - mean) / torch.sqrt(variance + 1e-5) * scale + shift


def instance(net, name, x):
    return norm(net, name, x, (2, 3))


def generator(net, x, width, blocks):
    x = torch.relu(instance(net, "norm_in", conv(net, "conv_in", x, width, 7, reflect=3)))
    for i in range(2):
        x = conv(net, f"down.{i}.resize", x, 2 * x.shape[1], 3, 2, zeros=1)
        x = torch.relu(instance(net, f"down.{i}.norm", conv(net, f"down.{i}.conv", x, x.shape[1], 3, zeros=1)))
    for i in range(blocks):
        y = torch.relu(instance(net, f"blocks.{i}.norm1", conv(net, f"blocks.{i}.conv1", x, x.shape[1], 3, reflect=1)))
        x = x + instance(net, f"blocks.{i}.norm2", conv(net, f"blocks.{i}.conv2", y, x.shape[1], 3, reflect=1))
    for i in range(2):
        c = x.shape[1]
        weight = net.weight(f"up.{i}.resize.weight", [c, c // 2, 3, 3])
        x = F.conv_transpose2d(x, weight, net.bias(f"up.{i}.resize.bias", c // 2), 2, 1, output_padding=1)
        x = torch.relu(instance(net, f"up.{i}.norm", conv(net, f"up.{i}.conv", x, c // 2, 3, zeros=1)))
    return torch.tanh(conv(net, "conv_out", x, 3, 7, reflect=3))


def discriminator(net, x, width):
    def layer(i, x, out, stride=1):
        return conv(net, f"convs.{i}", x, out, 3, stride, reflect=1)

    def normed(i, x):
        return F.leaky_relu(instance(net, f"norms.{i}", x), 0.2)

    x = F.leaky_relu(layer(0, x, width), 0.2)
    x = F.leaky_relu(layer(1, x, 2 * width, 2), 0.2)
    x = normed(0, layer(2, x, 4 * width))
    x = F.leaky_relu(layer(3, x, 4 * width, 2), 0.2)
    x = normed(1, layer(4, x, 8 * width))
    x = normed(2, layer(5, x, 8 * width))
    return layer(6, x, 1)


def light(net, x, width, blocks, skip):
    def unit(name, x, out, kernel=3, stride=1):
        y = conv(net, name + ".conv", x, out, kernel, stride, reflect=kernel // 2, bias=False)
        return F.leaky_relu(norm(net, name + ".norm", y, (1, 2, 3)), 0.2)

    def inverted(name, x, out):
        y = unit(name + ".expand", x, 2 * x.shape[1], 1)
        c = y.shape[1]
        weight, bias = net.weight(name + ".depthwise.weight", [c, 1, 3, 3]), net.bias(name + ".depthwise.bias", c)
        y = F.conv2d(F.pad(y, [1] * 4, mode="reflect"), weight, bias, groups=c)
        y = F.leaky_relu(norm(net, name + ".depthwise_norm", y, (1, 2, 3)), 0.2)
        y = norm(net, name + ".project_norm", conv(net, name + ".project", y, out, 1, bias=False), (1, 2, 3))
        return x + y if x.shape[1] == out else y

    half, quarter, inner = 2 * width, 4 * width, 8 * width
    x = first = unit("conv_in", x, width, 7)
    for i, (out, stride) in enumerate(((half, 2), (half, 1), (quarter, 2), (quarter, 1), (quarter, 1))):
        x = unit(f"down.{i}", x, out, 3, stride)
    for i in range(blocks):
        x = inverted(f"blocks.{i}", x, inner)
    x = F.interpolate(unit("up_half.0", x, quarter), scale_factor=2)
    x = unit("up_half.2", unit("up_half.1", x, quarter), quarter)
    x = F.interpolate(x, scale_factor=2)
    x = unit("up_full.2", unit("up_full.1", unit("up_full.0", x, half), half), width, 7)
    return torch.tanh(conv(net, "conv_out", x + first if skip else x, 3, 1, bias=False))


def main():
    pictures = uniform("pictures", [2, 3, 32, 32])
    drawn = generator(Net(), pictures, 32, 1)
    bgr = generator(Net(), pictures.flip(1), 32, 1).flip(1)
    values = {"generator": drawn[:, :, ::3, ::3], "generator_bgr": bgr[:, :, ::3, ::3],
              "patches": discriminator(Net(), pictures, 8),
              "light": light(Net(), pictures, 8, 2, False)[:, :, ::3, ::3],
              "light_skip": light(Net(), pictures, 8, 2, True)[:, :, ::3, ::3]}
    nets = [Net(), Net(), Net()]
    generator(nets[0], torch.zeros(1, 3, 16, 16), 64, 8)
    discriminator(nets[1], torch.zeros(1, 3, 16, 16), 32)
    light(nets[2], torch.zeros(1, 3, 16, 16), 32, 4, False)
    print("parameters", [net.count for net in nets])
    write(os.path.join(HERE, "cartoongan.safetensors"), values)


main()
