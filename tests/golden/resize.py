# Made the values in sakuga/media/resize_test.cpp with Pillow 9.4: python3 resize.py
import hashlib

from PIL import Image

MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
FILTERS = {"Lanczos3": Image.LANCZOS, "Bicubic": Image.BICUBIC, "Box": Image.BOX, "Bilinear": Image.BILINEAR}


def picture(width, height, channels):
    """Reproducible noise: the high byte of a multiplicative sequence."""
    state, out = 1, bytearray()
    for _ in range(width * height * channels):
        state = (state * 1103515245 + 12345) % 2**32
        out.append(state >> 24)
    return Image.frombytes(MODES[channels], (width, height), bytes(out))


ramp = Image.frombytes("L", (8, 1), bytes(range(0, 256, 32)))
for name, kind in FILTERS.items():
    print(name, list(ramp.resize((5, 1), kind).tobytes()), list(ramp.resize((12, 1), kind).tobytes()))
for channels in MODES:
    for name, kind in FILTERS.items():
        for size in ((20, 33), (97, 61)):
            got = picture(61, 47, channels).resize(size, kind).tobytes()
            print('{%d, Filter::%s, %d, %d, "%s"},' % (channels, name, *size, hashlib.sha256(got).hexdigest()[:16]))
