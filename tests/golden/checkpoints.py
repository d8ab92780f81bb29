"""Tiny checkpoints as torch.save writes them, in both of its formats: python3 checkpoints.py writes
checkpoint_zip.pt, checkpoint_legacy.pt and ugatit_tiny.pt beside this script."""

import os
from collections import OrderedDict

import torch

from formula import uniform

HERE = os.path.dirname(os.path.abspath(__file__))


def small():
    whole = uniform("whole", [4, 6])
    return {
        "net": OrderedDict([("weight", whole), ("turned", whole.t()), ("corner", whole[1:3, 2:5]),
                            ("half", uniform("half", [3]).half()), ("brain", uniform("brain", [3]).bfloat16()),
                            ("count", torch.tensor(7)), ("none", torch.zeros(0, 2)),
                            ("learnt", torch.nn.Parameter(uniform("learnt", [2])))]),
        "list": [uniform("first", [2]), {"step": 3, "rate": 0.5, "name": "x", "flag": True, "nothing": None}],
    }


def ugatit(width=4, blocks=1):
    """The names and shapes of the authors' PyTorch code."""
    def generator(prefix):
        inner = 4 * width
        shapes = {"DownBlock.1.weight": [width, 3, 7, 7], "DownBlock.5.weight": [2 * width, width, 3, 3],
                  "DownBlock.9.weight": [inner, 2 * width, 3, 3], "gap_fc.weight": [1, inner],
                  "gmp_fc.weight": [1, inner], "conv1x1.weight": [inner, 2 * inner, 1, 1], "conv1x1.bias": [inner],
                  "FC.0.weight": [inner, inner], "FC.2.weight": [inner, inner], "gamma.weight": [inner, inner],
                  "beta.weight": [inner, inner], "UpBlock2.11.weight": [3, width, 7, 7]}
        for i in range(blocks):
            for conv in (1, 5):
                shapes[f"DownBlock.{12 + i}.conv_block.{conv}.weight"] = [inner, inner, 3, 3]
            for conv in (1, 2):
                shapes[f"UpBlock1_{i + 1}.conv{conv}.weight"] = [inner, inner, 3, 3]
                shapes[f"UpBlock1_{i + 1}.norm{conv}.rho"] = [1, inner, 1, 1]
        for i, (conv, out) in enumerate(((2, inner // 2), (7, inner // 4))):
            shapes[f"UpBlock2.{conv}.weight"] = [out, 2 * out, 3, 3]
            for name in ("rho", "gamma", "beta"):
                shapes[f"UpBlock2.{conv + 1}.{name}"] = [1, out, 1, 1]
        return OrderedDict((name, uniform(prefix + name, shape) * 0.1) for name, shape in shapes.items())

    return {"genA2B": generator("genA2B."), "genB2A": generator("genB2A."),
            "disGA": OrderedDict([("model.1.weight_orig", torch.zeros(2, 2))])}


def main():
    torch.save(small(), os.path.join(HERE, "checkpoint_zip.pt"))
    torch.save(small(), os.path.join(HERE, "checkpoint_legacy.pt"), _use_new_zipfile_serialization=False)
    torch.save(ugatit(), os.path.join(HERE, "ugatit_tiny.pt"))


main()
