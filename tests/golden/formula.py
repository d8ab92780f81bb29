"""Numbers that a script here and a C++ test compute alike (sakuga/models/golden.h), so that no weights need
to be stored, and a writer for the small files of golden values."""

import json
import struct

import numpy as np
import torch


def _splitmix(x):
    x = (x + np.uint64(0x9E3779B97F4A7C15)).astype(np.uint64)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def uniform(name, shape):
    """float32 in [-1, 1) that depend on the name and the index alone; exact on both sides."""
    key = 0xCBF29CE484222325
    for byte in name.encode():
        key = ((key ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    count = int(np.prod(shape, dtype=np.int64))
    with np.errstate(over="ignore"):
        words = _splitmix(np.uint64(key) + np.arange(count, dtype=np.uint64))
    values = (words >> np.uint64(40)).astype(np.float32) * np.float32(2.0**-23) - np.float32(1)
    return torch.from_numpy(values.reshape(shape))


class Net:
    """Parameters by name, made on first use. Weights are scaled to keep a signal's size, normalisation
    parameters and statistics lie around those of a trained net."""

    def __init__(self):
        self.count = 0
        self.made = {}

    def weight(self, name, shape, fan_in=None, gain=1.0):
        fan_in = fan_in or int(np.prod(shape[1:]))
        return self._make(name, shape, lambda u: u * np.float32(gain * np.sqrt(3.0 / fan_in)))

    def bias(self, name, size):
        return self._make(name, [size], lambda u: u * np.float32(0.1))

    def norm(self, name, size):
        """scale, shift, running mean, running variance"""
        scale = self._make(name + ".weight", [size], lambda u: 1 + u * np.float32(0.25))
        shift = self._make(name + ".bias", [size], lambda u: u * np.float32(0.1))
        mean = uniform(name + ".running_mean", [size]) * np.float32(0.1)
        variance = 1 + uniform(name + ".running_var", [size]) * np.float32(0.5)
        return scale, shift, mean, variance

    def _make(self, name, shape, scaled):
        if name not in self.made:
            self.made[name] = scaled(uniform(name, list(shape)))
            self.count += self.made[name].numel()
        return self.made[name]


def write(path, tensors):
    """A safetensors file of float32 tensors."""
    header, data = {}, b""
    for name in sorted(tensors):
        values = tensors[name].detach().numpy().astype("<f4")
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [len(data), len(data) + values.nbytes]}
        data += values.tobytes()
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)
    for name in sorted(tensors):
        print(f"{name:32} {str(list(tensors[name].shape)):20} deviation {tensors[name].std():.4f}")
