"""The published 128x128 generator with random weights, once as model.safetensors for sakuga and once as
model.onnx for ONNX Runtime: python3 draw.py FOLDER."""

import json
import struct
import sys

import torch
from torch import nn


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(64, 64, 3, 1, 1), nn.BatchNorm2d(64)
        self.conv2, self.bn2 = nn.Conv2d(64, 64, 3, 1, 1), nn.BatchNorm2d(64)

    def forward(self, x):
        return x + self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))


class SubPixel(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.bn = nn.Conv2d(64, 256, 3, 1, 1), nn.BatchNorm2d(64)

    def forward(self, x):
        return torch.relu(self.bn(nn.functional.pixel_shuffle(self.conv(x), 2)))


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.dense_in, self.bn_in = nn.Linear(128 + 34, 64 * 16 * 16), nn.BatchNorm2d(64)
        self.residual = nn.ModuleList(Block() for _ in range(16))
        self.conv_mid, self.bn_mid = nn.Conv2d(64, 64, 3, 1, 1), nn.BatchNorm2d(64)
        self.subpixel = nn.ModuleList(SubPixel() for _ in range(3))
        self.conv_out = nn.Conv2d(64, 3, 9, 1, 4)

    def forward(self, noise, tags):
        first = torch.relu(self.bn_in(self.dense_in(torch.cat([noise, tags], 1)).view(-1, 64, 16, 16)))
        x = first
        for block in self.residual:
            x = block(x)
        x = first + torch.relu(self.bn_mid(self.conv_mid(x)))
        for block in self.subpixel:
            x = block(x)
        return torch.tanh(self.conv_out(x))


def write_safetensors(path, net, card):
    header, data = {"__metadata__": {"sakuga": json.dumps(card)}}, b""
    for name, tensor in net.state_dict().items():
        values = tensor.numpy().tobytes()
        kind = {torch.float32: "F32", torch.int64: "I64"}[tensor.dtype]
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def main():
    torch.manual_seed(0)
    net = Generator().eval()
    card = {"architecture": "srresnet-generator", "resolution": 128, "tags": [f"tag_{i}" for i in range(34)],
            "options": {"size": 128, "noise": 128, "tags": 34, "width": 64, "blocks": 16}}
    write_safetensors(sys.argv[1] + "/model.safetensors", net, card)
    torch.onnx.export(net, (torch.randn(16, 128), torch.zeros(16, 34)), sys.argv[1] + "/model.onnx",
                      input_names=["noise", "tags"], output_names=["pictures"], opset_version=13)


main()
