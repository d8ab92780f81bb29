"""One setting of bench/train.sh in python3-torch: the published nets and objective, on a .dataset's pictures.

python3 train.py DATASET SIZE BATCH float32|bfloat16 default|all STEPS prints pictures per second and peak memory
as JSON. bfloat16 is what a skilled user does: autocast and channels-last; `all` takes every hardware thread,
where torch takes one a core.
"""

import contextlib
import io
import json
import os
import resource
import sqlite3
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn


class Residual(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1), nn.BatchNorm2d(width), nn.ReLU(),
                                  nn.Conv2d(width, width, 3, 1, 1), nn.BatchNorm2d(width))

    def forward(self, x):
        return x + self.body(x)


class Generator(nn.Module):
    def __init__(self, size, tags):
        super().__init__()
        self.base = size // 8
        self.dense = nn.Linear(128 + tags, 64 * self.base**2)
        self.first = nn.Sequential(nn.BatchNorm2d(64), nn.ReLU())
        self.blocks = nn.Sequential(*[Residual(64) for _ in range(16)])
        self.middle = nn.Sequential(nn.Conv2d(64, 64, 3, 1, 1), nn.BatchNorm2d(64), nn.ReLU())
        up = [nn.Conv2d(64, 256, 3, 1, 1), nn.PixelShuffle(2), nn.BatchNorm2d(64), nn.ReLU()]
        self.up = nn.Sequential(*up, *[type(m)(*a) for _ in range(2) for m, a in zip(
            up, [(64, 256, 3, 1, 1), (2,), (64,), ()])], nn.Conv2d(64, 3, 9, 1, 4))

    def forward(self, noise, tags):
        x = self.dense(torch.cat([noise, tags], 1)).view(-1, 64, self.base, self.base)
        x = self.first(x.contiguous(memory_format=self.layout))
        return torch.tanh(self.up(x + self.middle(self.blocks(x))))


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(width, width, 3, 1, 1), nn.Conv2d(width, width, 3, 1, 1)

    def forward(self, x):
        return F.leaky_relu(x + self.conv2(F.leaky_relu(self.conv1(x), 0.2)), 0.2)


class Discriminator(nn.Module):
    def __init__(self, size, tags):
        super().__init__()
        stages = size.bit_length() - 2
        layers, width = [nn.Conv2d(3, 32, 4, 2, 1), nn.LeakyReLU(0.2)], 32
        for stage in range(1, stages):
            layers += [Block(width), Block(width), nn.Conv2d(width, 2 * width, 4 if stage < 3 else 3, 2, 1),
                       nn.LeakyReLU(0.2)]
            width *= 2
        self.features = nn.Sequential(*layers)
        self.real, self.tags = nn.Linear(4 * width, 1), nn.Linear(4 * width, tags)

    def forward(self, x):
        x = self.features(x).flatten(1)
        return self.real(x).squeeze(1), self.tags(x)


def read_pictures(path, size, count):
    rows = sqlite3.connect(path).execute("SELECT bytes FROM picture ORDER BY id LIMIT ?", (count,)).fetchall()
    pictures = [np.asarray(Image.open(io.BytesIO(row[0])).convert("RGB").resize((size, size))) for row in rows]
    return torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1


def main():
    path, size, batch, precision, threads, steps = sys.argv[1], *map(int, sys.argv[2:4]), *sys.argv[4:6], int(sys.argv[6])
    low = precision == "bfloat16"
    if threads == "all":
        torch.set_num_threads(os.cpu_count())
    layout = torch.channels_last if low else torch.contiguous_format
    autocast = (lambda: torch.autocast("cpu", torch.bfloat16)) if low else contextlib.nullcontext
    tag_count = 22
    generator = Generator(size, tag_count).to(memory_format=layout)
    discriminator = Discriminator(size, tag_count).to(memory_format=layout)
    generator.layout = layout
    adams = [torch.optim.Adam(net.parameters(), 2e-4, (0.5, 0.999)) for net in (generator, discriminator)]
    pictures = read_pictures(path, size, batch * 4)
    bce = F.binary_cross_entropy_with_logits

    def wish():
        return torch.randn(batch, 128), (torch.rand(batch, tag_count) < 0.1).float()

    def step(real, tags):
        noise, wanted = wish()
        with autocast():
            with torch.no_grad():
                drawn = generator(noise, wanted)
        if low:
            torch.clear_autocast_cache()
        with autocast():
            real_logits, real_tags = discriminator(real)
            drawn_logits, drawn_tags = discriminator(drawn.detach())
            loss = tag_count * (bce(real_logits.float(), torch.ones(batch)) + bce(drawn_logits.float(), torch.zeros(batch)))
            loss = loss + bce(real_tags.float(), tags) + bce(drawn_tags.float(), wanted)
            near = real + (1 - torch.rand(batch, 1, 1, 1)) * 0.5 * real.std() * torch.rand_like(real)
            near.requires_grad_(True)
            slope, = torch.autograd.grad(discriminator(near)[0].float().sum(), near, create_graph=True)
            loss = loss + 0.5 * ((slope.flatten(1).norm(dim=1) - 1) ** 2).mean()
        adams[1].zero_grad(set_to_none=True)
        loss.backward()
        adams[1].step()
        for parameter in discriminator.parameters():
            parameter.requires_grad_(False)
        noise, wanted = wish()
        with autocast():
            logits, shown = discriminator(generator(noise, wanted))
            loss = tag_count * bce(logits.float(), torch.ones(batch)) + bce(shown.float(), wanted)
        adams[0].zero_grad(set_to_none=True)
        loss.backward()
        adams[0].step()
        for parameter in discriminator.parameters():
            parameter.requires_grad_(True)

    times = []
    for i in range(steps + 1):
        real = pictures[torch.randperm(len(pictures))[:batch]].contiguous(memory_format=layout)
        start = time.perf_counter()
        step(real, (torch.rand(batch, tag_count) < 0.1).float())
        times.append(time.perf_counter() - start)
    print(json.dumps({"pictures_per_s": batch * steps / sum(times[1:]),
                      "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


main()
