"""U-GAT-IT written anew in python3-torch (nets and objective as published), for bench/ugatit.sh.

python3 ugatit.py weights FOLDER             random light weights of 256 pixels as model.safetensors and model.onnx
python3 ugatit.py train SIZE WIDTH STEPS     pictures a second of each side in float32, batch 1, and peak memory
"""

import json
import resource
import struct
import sys
import time
from itertools import chain

import torch
import torch.nn.functional as F
from torch import nn


class LayerInstance(nn.Module):
    def __init__(self, width, rho, affine):
        super().__init__()
        self.rho = nn.Parameter(torch.full((1, width, 1, 1), rho))
        if affine:
            self.scale = nn.Parameter(torch.ones(1, width, 1, 1))
            self.shift = nn.Parameter(torch.zeros(1, width, 1, 1))

    def forward(self, x, scale=None, shift=None):
        def part(axes):
            return (x - x.mean(axes, keepdim=True)) / torch.sqrt(x.var(axes, keepdim=True) + 1e-5)
        y = self.rho * part((2, 3)) + (1 - self.rho) * part((1, 2, 3))
        return y * (self.scale if scale is None else scale) + (self.shift if shift is None else shift)


def pad(x, size):
    return F.pad(x, [size] * 4, mode="reflect")


class Block(nn.Module):
    def __init__(self, width, adaptive):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(width, width, 3, bias=False), nn.Conv2d(width, width, 3, bias=False)
        if adaptive:
            self.norm1, self.norm2 = LayerInstance(width, 0.9, False), LayerInstance(width, 0.9, False)

    def forward(self, x, *style):
        norm = (lambda i, y: getattr(self, f"norm{i}")(y, *style)) if style else (lambda i, y: F.instance_norm(y))
        return x + norm(2, self.conv2(pad(torch.relu(norm(1, self.conv1(pad(x, 1)))), 1)))


class Up(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv, self.norm = nn.Conv2d(width, width // 2, 3, bias=False), LayerInstance(width // 2, 0.0, True)

    def forward(self, x):
        return torch.relu(self.norm(self.conv(pad(F.interpolate(x, scale_factor=2), 1))))


def attend(net, x, mean_logit, max_logit):
    logits = torch.cat([mean_logit(x.mean((2, 3))), max_logit(F.adaptive_max_pool2d(x, 1).flatten(1))], 1)
    weights = [getattr(layer, "weight_orig", layer.weight)[0][:, None, None] for layer in (mean_logit, max_logit)]
    return logits, net.mix(torch.cat([x * weights[0], x * weights[1]], 1))


class Generator(nn.Module):
    def __init__(self, width=64, blocks=4):
        super().__init__()
        inner = 4 * width
        self.conv_in = nn.Conv2d(3, width, 7, bias=False)
        self.down = nn.ModuleList(nn.Conv2d(w, 2 * w, 3, 2, bias=False) for w in (width, 2 * width))
        self.encoder = nn.ModuleList(Block(inner, False) for _ in range(blocks))
        self.cam_mean, self.cam_max = nn.Linear(inner, 1, bias=False), nn.Linear(inner, 1, bias=False)
        self.mix = nn.Conv2d(2 * inner, inner, 1)
        self.style = nn.ModuleList(nn.Linear(inner, inner, bias=False) for _ in range(2))
        self.scale, self.shift = nn.Linear(inner, inner, bias=False), nn.Linear(inner, inner, bias=False)
        self.decoder = nn.ModuleList(Block(inner, True) for _ in range(blocks))
        self.up = nn.ModuleList(Up(w) for w in (inner, inner // 2))
        self.conv_out = nn.Conv2d(width, 3, 7, bias=False)

    def forward(self, x):
        x = torch.relu(F.instance_norm(self.conv_in(pad(x, 3))))
        for down in self.down:
            x = torch.relu(F.instance_norm(down(pad(x, 1))))
        for block in self.encoder:
            x = block(x)
        logits, x = attend(self, x, self.cam_mean, self.cam_max)
        x = torch.relu(x)
        code = x.mean((2, 3))
        for layer in self.style:
            code = torch.relu(layer(code))
        style = [layer(code)[:, :, None, None] for layer in (self.scale, self.shift)]
        for block in self.decoder:
            x = block(x, *style)
        for up in self.up:
            x = up(x)
        return torch.tanh(self.conv_out(pad(x, 3))), logits


class Discriminator(nn.Module):
    def __init__(self, width, layers):
        super().__init__()
        norm, widths = nn.utils.spectral_norm, [3] + [width << i for i in range(layers - 1)]
        self.layers = nn.ModuleList(norm(nn.Conv2d(i, o, 4, 1 if n == layers - 2 else 2))
                                    for n, (i, o) in enumerate(zip(widths, widths[1:])))
        last = widths[-1]
        self.cam_mean, self.cam_max = norm(nn.Linear(last, 1, bias=False)), norm(nn.Linear(last, 1, bias=False))
        self.mix, self.conv_out = nn.Conv2d(2 * last, last, 1), norm(nn.Conv2d(last, 1, 4, bias=False))

    def forward(self, x):
        for layer in self.layers:
            x = F.leaky_relu(layer(pad(x, 1)), 0.2)
        logits, x = attend(self, x, self.cam_mean, self.cam_max)
        return self.conv_out(pad(F.leaky_relu(x, 0.2), 1)), logits


def towards(pair, value):
    return sum(((x - value) ** 2).mean() for x in pair)


def train(size, width, steps):
    there, back = Generator(width), Generator(width)
    judges = {side: [Discriminator(width, layers) for layers in (5, 7)] for side in "ab"}
    everyone = [judge for side in judges.values() for judge in side]
    options = dict(lr=1e-4, betas=(0.5, 0.999), weight_decay=1e-4)
    adam_g = torch.optim.Adam(chain(there.parameters(), back.parameters()), **options)
    adam_d = torch.optim.Adam(chain(*(judge.parameters() for judge in everyone)), **options)
    bce = F.binary_cross_entropy_with_logits

    def step(a, b):
        adam_d.zero_grad()
        drawn = {"a": back(b)[0], "b": there(a)[0]}
        loss = 0
        for side, real in (("a", a), ("b", b)):
            for judge in judges[side]:
                loss = loss + towards(judge(real), 1) + towards(judge(drawn[side]), 0)
        loss.backward()
        adam_d.step()
        adam_g.zero_grad()
        loss = 0
        for real, forth, home, side in ((a, there, back, "b"), (b, back, there, "a")):
            moved, moved_logits = forth(real)
            same, same_logits = home(real)
            loss = loss + sum(towards(judge(moved), 1) for judge in judges[side])
            loss = loss + 10 * (home(moved)[0] - real).abs().mean() + 10 * (same - real).abs().mean()
            loss = loss + 1000 * (bce(moved_logits, torch.ones_like(moved_logits)) +
                                  bce(same_logits, torch.zeros_like(same_logits)))
        loss.backward()
        adam_g.step()
        with torch.no_grad():
            for net in (there, back):
                for name, parameter in net.named_parameters():
                    if name.endswith("rho"):
                        parameter.clamp_(0, 1)

    times = []
    for _ in range(steps + 1):
        a, b = torch.rand(1, 3, size, size) * 2 - 1, torch.rand(1, 3, size, size) * 2 - 1
        start = time.perf_counter()
        step(a, b)
        times.append(time.perf_counter() - start)
    print(json.dumps({"pictures_per_s": steps / sum(times[1:]),
                      "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


def weights(folder):
    torch.manual_seed(0)
    nets = {"there.": Generator().eval(), "back.": Generator().eval()}
    card = {"architecture": "ugatit", "options": {"size": 256}, "resolution": 256}
    header, data = {"__metadata__": {"sakuga": json.dumps(card)}}, b""
    for prefix, net in nets.items():
        for name, tensor in net.state_dict().items():
            values = tensor.numpy().tobytes()
            header[prefix + name] = {"dtype": "F32", "shape": list(tensor.shape),
                                     "data_offsets": [len(data), len(data) + len(values)]}
            data += values
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(folder + "/model.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)
    torch.onnx.export(nets["there."], (torch.rand(4, 3, 256, 256),), folder + "/model.onnx", input_names=["pictures"],
                      output_names=["translated", "domain"], opset_version=13)


if sys.argv[1] == "train":
    train(*map(int, sys.argv[2:5]))
else:
    weights(sys.argv[2])
