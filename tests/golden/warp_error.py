"""Golden values of warp_error_test.cpp: Lai et al.'s occlusion and warping error in plain Python, written from
the description in warp_error.h and not from the C++.

    python3 tests/golden/warp_error.py
"""
import math

W, H = 6, 5


def forward(x, y):
    if (x, y) == (3, 2):
        return (1.5, 0.25)  # A jump: a motion boundary at it and before it.
    return (0.5 + 0.02 * x, -0.25 + 0.01 * y)


def backward(x, y):
    if (x, y) == (5, 4):
        return (1.0, 1.0)  # Does not return.
    if (x, y) in [(0, 3), (1, 3), (2, 3)]:
        return (0.3, 0.2)  # Returns 0.8 px off: too far for lengths, near enough for their squares.
    return (-0.5 - 0.02 * x, 0.25 - 0.01 * y)


def frame(t, x, y):
    return tuple(((7 * x + 13 * y + 5 * c + 11 * t) % 17) / 17.0 for c in range(3))


def clamp(v, most):
    return max(0, min(most, v))


def bilinear(at, x, y):
    x, y = clamp(x, W - 1), clamp(y, H - 1)
    x0, y0 = int(math.floor(x)), int(math.floor(y))
    x1, y1 = min(x0 + 1, W - 1), min(y0 + 1, H - 1)
    fx, fy = x - x0, y - y0
    return tuple((a * (1 - fx) + b * fx) * (1 - fy) + (c * (1 - fx) + d * fx) * fy
                 for a, b, c, d in zip(at(x0, y0), at(x1, y0), at(x0, y1), at(x1, y1)))


def occluded(magnitude):
    mask = []
    for y in range(H):
        for x in range(W):
            f = forward(x, y)
            b = bilinear(backward, x + f[0], y + f[1])
            lost = magnitude((f[0] + b[0], f[1] + b[1])) > 0.01 * (magnitude(b) + magnitude(f)) + 0.5
            gradient = 0
            for other in [(x + 1, y)] * (x + 1 < W) + [(x, y + 1)] * (y + 1 < H):
                o = forward(*other)
                gradient += (f[0] - o[0]) ** 2 + (f[1] - o[1]) ** 2
            mask.append(lost or gradient > 0.01 * magnitude(f) + 0.002)
    return mask


def error(mask):
    total, seen = 0, 0
    for y in range(H):
        for x in range(W):
            if mask[y * W + x]:
                continue
            f = forward(x, y)
            brought = bilinear(lambda i, j: frame(1, i, j), x + f[0], y + f[1])
            total += sum((p - q) ** 2 for p, q in zip(brought, frame(0, x, y)))
            seen += 1
    return total / (3 * seen) if seen else total / (3 * W * H)


for name, magnitude in [("plain", lambda v: math.hypot(*v)), ("squared", lambda v: v[0] ** 2 + v[1] ** 2)]:
    mask = occluded(magnitude)
    print(name, "".join("x" if m else "." for m in mask), "%.7f" % error(mask))
