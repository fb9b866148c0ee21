"""Puts pictures into docs/_static, two thirds as large, in 64 colours: `python docs/small_picture.py PNG ...`."""

import sys
from pathlib import Path

from PIL import Image

for path in map(Path, sys.argv[1:]):
    picture = Image.open(path).convert("RGB")
    small = picture.resize((picture.width * 2 // 3, picture.height * 2 // 3), Image.Resampling.LANCZOS)
    small.quantize(64).save(Path(__file__).parent / "_static" / path.name, optimize=True)
