"""The networks that come with the package."""

from cnncalc.spec import parse_spec
from cnncalc.spec.library import bundled_names, find


def bundled_networks() -> list[str]:
    """Every variant, and every file that needs none."""
    names = []
    for stem in bundled_names():
        spec, _ = parse_spec(find(stem).text, stem)
        assert spec is not None
        if all(variable.value is not None for variable in spec.variables.values()):
            names.append(stem)
        names += [f"{stem}:{variant}" for variant in spec.variants]
    return names
