"""Branches that meet, in PyTorch."""

from cnncalc.interchange.torch_write.base import JOINS
from cnncalc.ops.merge import Add, Concat, Mul

JOINS[Add] = ("", " + ", "")
JOINS[Mul] = ("", " * ", "")
JOINS[Concat] = ("torch.cat([", ", ", "], dim=1)")
