"""Maps that are read between their places, where another tensor says.

Source: ONNX operator GridSample, opset 22; PyTorch `F.grid_sample`.
"""

from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.onnx_model.values import Site
from cnncalc.interchange.terms.made import CONTRIB, Made, foreign, reads


@reads("GridSample")
@reads("GridSample", table=CONTRIB)
def grid_sample_from_onnx(site: Site) -> Made:
    """`grid_sample`; reading between places is free, as it is of `upsample`."""
    shape, grid = site.x.shape, site.value(1).shape
    if len(grid) != len(shape) or len(shape) < 3 or grid[-1] != len(shape) - 2:
        refuse("E703", f"`{site.title}` has a grid that does not suit its input")
    return foreign(site, (*shape[:2], *grid[1:-1]), name="grid_sample")
