"""The values of a tensor under other axes: a gradient goes back to where each value came from."""

from cnncalc.engine.backward.base import backward
from cnncalc.engine.backward.reshape import moved_back
from cnncalc.ops.views import Permute, Reshape

backward(Reshape, Permute)(moved_back)
