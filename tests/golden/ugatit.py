"""Golden values of U-GAT-IT's nets and of one training step, written from the paper (arXiv:1907.10830) with the
choices of the authors' PyTorch code: python3 ugatit.py writes ugatit.safetensors beside this script."""

import os

import torch
import torch.nn.functional as F

from formula import Net, uniform, write

HERE = os.path.dirname(os.path.abspath(__file__))
SIZE, WIDTH, BLOCKS = 32, 8, 2


class Weights:
    """Parameters by name, as leaves that gradients can be taken of."""

    def __init__(self, prefix):
        self.net, self.prefix, self.leaves, self.vectors = Net(), prefix, {}, {}

    def _leaf(self, name, make):
        if name not in self.leaves:
            self.leaves[name] = make(self.prefix + name).clone().requires_grad_()
        return self.leaves[name]

    def weight(self, name, shape):
        return self._leaf(name, lambda full: self.net.weight(full, shape))

    def bias(self, name, size):
        return self._leaf(name, lambda full: self.net.bias(full, size))

    def table(self, name, channels, scale, offset):
        """[1, c, 1, 1]"""
        return self._leaf(name, lambda full: uniform(full, [1, channels, 1, 1]) * scale + offset)

    def count(self):
        return sum(leaf.numel() for leaf in self.leaves.values())


def conv(w, name, x, out, kernel, padding, stride=1, bias=False):
    weight = w.weight(name + ".weight", [out, x.shape[1], kernel, kernel])
    if padding:
        x = F.pad(x, [padding] * 4, mode="reflect")
    return F.conv2d(x, weight, w.bias(name + ".bias", out) if bias else None, stride)


def instance(x):
    mean, variance = x.mean((2, 3), keepdim=True), x.var((2, 3), unbiased=False, keepdim=True)
    return (x - mean) / torch.sqrt(variance + 1e-5)


def layer_instance(x, rho):
    def part(axes):
        mean, variance = x.mean(axes, keepdim=True), x.var(axes, unbiased=True, keepdim=True)
        return (x - mean) / torch.sqrt(variance + 1e-5)
    return rho * part((2, 3)) + (1 - rho) * part((1, 2, 3))


def attend(x, mean_weight, max_weight, logit_weights, mix_weight, mix_bias, slope):
    logits = torch.cat([x.mean((2, 3)) @ logit_weights[0].T, x.flatten(2).max(2)[0] @ logit_weights[1].T], 1)
    both = torch.cat([x * mean_weight.view(1, -1, 1, 1), x * max_weight.view(1, -1, 1, 1)], 1)
    return logits, F.leaky_relu(F.conv2d(both, mix_weight, mix_bias), slope)


def generator(w, x, light, size=SIZE, width=WIDTH, blocks=BLOCKS):
    inner = 4 * width
    x = torch.relu(instance(conv(w, "conv_in", x, width, 7, 3)))
    for i in range(2):
        x = torch.relu(instance(conv(w, f"down.{i}", x, 2 * x.shape[1], 3, 1, 2)))
    for i in range(blocks):
        y = torch.relu(instance(conv(w, f"encoder.{i}.conv1", x, inner, 3, 1)))
        x = x + instance(conv(w, f"encoder.{i}.conv2", y, inner, 3, 1))
    weights = [w.weight("cam_mean.weight", [1, inner]), w.weight("cam_max.weight", [1, inner])]
    logits, x = attend(x, *weights, weights, w.weight("mix.weight", [inner, 2 * inner, 1, 1]), w.bias("mix.bias", inner), 0)
    attention = x.sum(1, keepdim=True)
    code = x.mean((2, 3)) if light else x.flatten(1)
    for i in range(2):
        code = torch.relu(code @ w.weight(f"style.{i}.weight", [inner, code.shape[1]]).T)
    scale = (code @ w.weight("scale.weight", [inner, inner]).T)[:, :, None, None]
    shift = (code @ w.weight("shift.weight", [inner, inner]).T)[:, :, None, None]
    for i in range(blocks):
        name = f"decoder.{i}."
        y = conv(w, name + "conv1", x, inner, 3, 1)
        y = torch.relu(layer_instance(y, w.table(name + "norm1.rho", inner, 0.5, 0.5)) * scale + shift)
        y = conv(w, name + "conv2", y, inner, 3, 1)
        x = x + layer_instance(y, w.table(name + "norm2.rho", inner, 0.5, 0.5)) * scale + shift
    for i in range(2):
        name, x = f"up.{i}.", x.repeat_interleave(2, 2).repeat_interleave(2, 3)
        x = conv(w, name + "conv", x, x.shape[1] // 2, 3, 1)
        c = x.shape[1]
        x = layer_instance(x, w.table(name + "norm.rho", c, 0.5, 0.5))
        x = torch.relu(x * w.table(name + "norm.scale", c, 0.25, 1) + w.table(name + "norm.shift", c, 0.1, 0))
    return torch.tanh(conv(w, "conv_out", x, 3, 7, 3)), logits, attention


def spectral(w, name, shape):
    """The weight and itself over its largest singular value, after one step of the power method."""
    weight = w.weight(name + ".weight", shape)
    matrix = weight.reshape(shape[0], -1)
    if name not in w.vectors:
        w.vectors[name] = uniform(w.prefix + name + ".u", [shape[0]]) * 0.25 + 1
    with torch.no_grad():
        v = F.normalize(matrix.T @ w.vectors[name], dim=0, eps=1e-12)
        u = F.normalize(matrix @ v, dim=0, eps=1e-12)
        w.vectors[name] = u
    return weight, weight / (u @ (matrix @ v))


def discriminator(w, x, layers, width=WIDTH):
    for i in range(layers - 1):
        out = width if i == 0 else 2 * x.shape[1]
        weight = spectral(w, f"layers.{i}", [out, x.shape[1], 4, 4])[1]
        x = F.conv2d(F.pad(x, [1] * 4, mode="reflect"), weight, w.bias(f"layers.{i}.bias", out), 2 if i < layers - 2 else 1)
        x = F.leaky_relu(x, 0.2)
    c = x.shape[1]
    mean, mean_normalised = spectral(w, "cam_mean", [1, c])
    largest, largest_normalised = spectral(w, "cam_max", [1, c])
    logits, x = attend(x, mean, largest, [mean_normalised, largest_normalised],
                       w.weight("mix.weight", [c, 2 * c, 1, 1]), w.bias("mix.bias", c), 0.2)
    weight = spectral(w, "conv_out", [1, c, 4, 4])[1]
    return F.conv2d(F.pad(x, [1] * 4, mode="reflect"), weight), logits


def towards(pair, value):
    return sum(((x - value) ** 2).mean() for x in pair)


def adam(leaf, rate=1e-4, decay=1e-4, epsilon=1e-8):
    """The first step of Adam from zero moments, in which the betas cancel, with L2 decay."""
    gradient = leaf.grad + decay * leaf.data
    leaf.data -= rate * gradient / (gradient.abs() + epsilon)


def digest(values, prefix, w):
    """A gradient's norm and its product with a fixed direction, by sorted name."""
    names = sorted(w.leaves)
    rows = []
    for name in names:
        gradient = w.leaves[name].grad
        rows.append(torch.stack([gradient.norm(), (gradient * uniform("probe." + name, list(gradient.shape))).sum()]))
        if gradient.numel() > 8:
            assert rows[-1][0] > 0, prefix + name
    values[prefix] = torch.stack(rows)


def training_step(values):
    translators = {"ab": Weights("ab."), "ba": Weights("ba.")}
    judges = {name: Weights(name + ".") for name in ("local_a", "global_a", "local_b", "global_b")}
    a, b = uniform("side a", [2, 3, SIZE, SIZE]), uniform("side b", [2, 3, SIZE, SIZE])

    def translate(which, x):
        return generator(translators[which], x, True)

    def judge(name, x):
        return discriminator(judges[name], x, 4 if name.startswith("local") else 5)

    drawn = {"a": translate("ba", b)[0].detach(), "b": translate("ab", a)[0].detach()}
    loss = 0
    for side, real in (("a", a), ("b", b)):
        for name in (f"local_{side}", f"global_{side}"):
            on_real, on_drawn = judge(name, real), judge(name, drawn[side])
            loss = loss + towards(on_real, 1) + towards(on_drawn, 0)
    loss.backward()
    values["step_judges_loss"] = loss.view(1)
    for name, w in judges.items():
        digest(values, "step_" + name, w)
        for leaf in w.leaves.values():
            adam(leaf)

    def bce(logits, value):
        return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, value))

    terms = {"adversarial": 0, "cycle": 0, "identity": 0, "attention": 0}
    for source, real, there, back in (("a", a, "ab", "ba"), ("b", b, "ba", "ab")):
        target = there[1]
        moved, moved_logits, _ = translate(there, real)
        returned = translate(back, moved)[0]
        same, same_logits, _ = translate(back, real)
        for name in (f"local_{target}", f"global_{target}"):
            terms["adversarial"] = terms["adversarial"] + towards(judge(name, moved), 1)
        terms["cycle"] = terms["cycle"] + (returned - real).abs().mean()
        terms["identity"] = terms["identity"] + (same - real).abs().mean()
        terms["attention"] = terms["attention"] + bce(moved_logits, 1) + bce(same_logits, 0)
    loss = terms["adversarial"] + 10 * terms["cycle"] + 10 * terms["identity"] + 1000 * terms["attention"]
    loss.backward()
    values["step_terms"] = torch.stack([terms[name] for name in ("adversarial", "cycle", "identity", "attention")])
    for name, w in translators.items():
        digest(values, "step_" + name, w)


def main():
    values = {}
    pictures = uniform("pictures", [2, 3, SIZE, SIZE])
    for form, light in (("light", True), ("full", False)):
        out, logits, attention = generator(Weights("ab."), pictures, light)
        values[form + "_pictures"], values[form + "_domain"] = out[:, :, ::3, ::3], logits
        values[form + "_attention"] = attention
    for layers in (4, 5):
        patches, logits = discriminator(Weights("local_a."), pictures, layers)
        values[f"judge_{layers}_patches"], values[f"judge_{layers}_domain"] = patches, logits
    training_step(values)
    write(os.path.join(HERE, "ugatit.safetensors"), values)


if __name__ == "__main__":
    main()
