"""Golden values of DCGAN (Radford et al. 2016, in the form of PyTorch's example), with tags:
python3 dcgan.py writes dcgan.safetensors beside this script."""

import os

import torch
import torch.nn.functional as F

from formula import Net, uniform, write

HERE = os.path.dirname(os.path.abspath(__file__))


def norm(net, name, x):
    scale, shift, mean, variance = net.norm(name, x.shape[1])
    return F.batch_norm(x, mean, variance, scale, shift, training=False)


def generator(net, x):
    x = x[:, :, None, None]
    for layer, (out, stride, padding) in enumerate([(512, 1, 0), (256, 2, 1), (128, 2, 1), (64, 2, 1), (3, 2, 1)]):
        # In the Sequential of the net every layer is followed by its norm and ReLU.
        weight = net.weight(f"main.{3 * layer}.weight", [x.shape[1], out, 4, 4])
        x = F.conv_transpose2d(x, weight, None, stride, padding)
        x = torch.relu(norm(net, f"main.{3 * layer + 1}", x)) if layer < 4 else torch.tanh(x)
    return x


def discriminator(net, x, tags):
    def conv(name, x, out, stride, padding):
        return F.conv2d(x, net.weight(name + ".weight", [out, x.shape[1], 4, 4]), None, stride, padding)

    x = F.leaky_relu(conv("main.0", x, 64, 2, 1), 0.2)
    for layer, out in enumerate([128, 256, 512]):
        x = F.leaky_relu(norm(net, f"main.{3 * layer + 3}", conv(f"main.{3 * layer + 2}", x, out, 2, 1)), 0.2)
    return conv("real", x, 1, 1, 0).flatten(), conv("tags", x, tags, 1, 0).flatten(1)


def main():
    values = {}
    out = generator(Net(), torch.cat([uniform("noise", [2, 100]), uniform("tags", [2, 5])], 1))
    values["generator"] = out[:, :, ::5, ::5]
    values["real"], values["tags"] = discriminator(Net(), uniform("pictures", [2, 3, 64, 64]), 5)
    for tags in (0, 5):
        one, other = Net(), Net()
        generator(one, torch.zeros(1, 100 + tags))
        discriminator(other, torch.zeros(1, 3, 64, 64), max(tags, 1))
        print(tags, "tags: parameters", one.count, other.count - (8192 if tags == 0 else 0))
    write(os.path.join(HERE, "dcgan.safetensors"), values)


main()
