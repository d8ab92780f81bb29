"""Golden values of the MakeGirlsMoe nets, written from the paper's figures (arXiv:1708.05509) with plain torch
functions: python3 srresnet.py writes srresnet.safetensors beside this script."""

import os

import torch
import torch.nn.functional as F

from formula import Net, uniform, write

HERE = os.path.dirname(os.path.abspath(__file__))


def batch_norm(net, name, x, training):
    scale, shift, mean, variance = net.norm(name, x.shape[1])
    if training:
        mean = x.mean((0, 2, 3))
        variance = x.var((0, 2, 3), unbiased=False)
    def channel(v):
        return v.view(1, -1, 1, 1)
    return (x - channel(mean)) / torch.sqrt(channel(variance) + 1e-5) * channel(scale) + channel(shift)


def conv(net, name, x, out, kernel, stride=1, padding=None, gain=1.0):
    weight = net.weight(name + ".weight", [out, x.shape[1], kernel, kernel], gain=gain)
    padding = kernel // 2 if padding is None else padding
    return F.conv2d(x, weight, net.bias(name + ".bias", out), stride, padding)


def sub_pixel(x):
    """[n, 4c, h, w] -> [n, c, 2h, 2w]: channel 4c + 2i + j goes to row 2y + i, column 2x + j."""
    n, c, h, w = x.shape
    return x.view(n, c // 4, 2, 2, h, w).permute(0, 1, 4, 2, 5, 3).reshape(n, c // 4, 2 * h, 2 * w)


def generator(net, noise, tags, size, width, blocks, training):
    base = size // 8
    code = torch.cat([noise, tags], 1)
    weight = net.weight("dense_in.weight", [width * base * base, code.shape[1]])
    x = (code @ weight.T + net.bias("dense_in.bias", weight.shape[0])).view(-1, width, base, base)
    first = torch.relu(batch_norm(net, "bn_in", x, training))
    x = first
    for i in range(blocks):
        name = f"residual.{i}."
        y = torch.relu(batch_norm(net, name + "bn1", conv(net, name + "conv1", x, width, 3), training))
        x = x + batch_norm(net, name + "bn2", conv(net, name + "conv2", y, width, 3), training)
    x = first + torch.relu(batch_norm(net, "bn_mid", conv(net, "conv_mid", x, width, 3), training))
    for i in range(3):
        name = f"subpixel.{i}."
        x = sub_pixel(conv(net, name + "conv", x, 4 * width, 3))
        x = torch.relu(batch_norm(net, name + "bn", x, training))
    # A small gain, so that tanh does not hide differences.
    return torch.tanh(conv(net, "conv_out", x, 3, 9, gain=0.125))


def leaky(x):
    return torch.where(x > 0, x, 0.2 * x)


def discriminator(net, x, tags, kernels):
    """kernels: of the strided convolutions, from the picture on"""
    width = 32
    x = leaky(conv(net, "conv_in", x, width, kernels[0], 2, 1))
    for stage, kernel in enumerate(kernels[1:]):
        for block in range(2):
            name = f"features.{stage}.res.{block}."
            x = leaky(x + conv(net, name + "conv2", leaky(conv(net, name + "conv1", x, width, 3)), width, 3))
        width *= 2
        x = leaky(conv(net, f"features.{stage}.conv", x, width, kernel, 2, 1))
    x = x.flatten(1)
    real = x @ net.weight("dense_p.weight", [1, x.shape[1]]).T + net.bias("dense_p.bias", 1)
    shown = x @ net.weight("dense_t.weight", [tags, x.shape[1]]).T + net.bias("dense_t.bias", tags)
    return real.squeeze(1), shown


def main():
    values = {}
    net = Net()
    out = generator(net, uniform("noise", [2, 128]), uniform("tags", [2, 34]), 128, 64, 16, training=False)
    print("generator parameters", net.count)
    # Every fifth pixel: all phases of the sub-pixel blocks occur.
    values["generator_128_evaluating"] = out[:, :, ::5, ::5]

    out = generator(Net(), uniform("noise", [4, 128]), uniform("tags", [4, 3]), 64, 32, 2, training=True)
    values["generator_64_training"] = out[:, :, ::5, ::5]

    for form, kernels in {"figure": [4, 4, 4, 3, 3, 3], "animenet": [4] * 6}.items():
        net = Net()
        real, tags = discriminator(net, uniform("pictures", [2, 3, 128, 128]), 34, kernels)
        print(form, "discriminator parameters", net.count)
        values[f"discriminator_{form}_real"], values[f"discriminator_{form}_tags"] = real, tags
    real, tags = discriminator(Net(), uniform("pictures", [2, 3, 64, 64]), 3, [4, 4, 4, 3, 3])
    values["discriminator_64_real"], values["discriminator_64_tags"] = real, tags
    write(os.path.join(HERE, "srresnet.safetensors"), values)


main()
