# The values of KernelDistance.IsTheOneOfNumpy in sakuga/train/metrics/kid_test.cpp.
# Run: python3 tests/golden/kid.py (numpy). The subsets are the whole sets, so no random numbers are involved.
import numpy as np


def features(count, dimension, phase):
    i, j = np.meshgrid(np.arange(count), np.arange(dimension), indexing="ij")
    return (np.sin(0.7 * i + 1.3 * j + phase) + 0.1 * j).astype(np.float32).astype(np.float64)


def kid(drawn, reference):
    scale = np.sqrt((reference**2).mean())
    x, y = drawn / scale, reference / scale
    m, d = x.shape
    kxx, kyy, kxy = ((a @ b.T / d + 1) ** 3 for a, b in ((x, x), (y, y), (x, y)))
    within = kxx.sum() - np.trace(kxx) + kyy.sum() - np.trace(kyy)
    return 100 * (within / (m - 1) - 2 * kxy.sum() / m) / m


print("near", kid(features(40, 16, 0.0), features(40, 16, 0.3)))
print("far", kid(features(40, 16, 0.0) * 1.5, features(40, 16, 0.0) + 0.5))
