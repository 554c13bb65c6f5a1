"""The networks that come with the package: their names, and the list."""

from pathlib import Path

import pytest
from bundled import NETWORKS
from terminals import run

from cnncalc.diagnostics import SpecError
from cnncalc.spec import library
from cnncalc.spec.catalogue import Entry
from cnncalc.spec.library import find

FILES = {
    "net": "variants:\n  v2: {}\n  '50': {}\n  1_5x: {}\n",
    "netv2": "",
    "net_wide": "variants:\n  50-2: {}\n  b0:\n    vars: {x: 1}\n  # b1: {}\nexpect: {}\n",
}


@pytest.fixture
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in FILES.items():
        (tmp_path / f"{name}.yaml").write_text(f"input: 3x8x8\nlayers: relu\n{text}")
    (tmp_path / "lecture").mkdir()
    monkeypatch.setattr(library, "bundled_folder", lambda: str(tmp_path))


@pytest.mark.usefixtures("_folder")
@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("net", ("net.yaml", None)),
        ("net:v2", ("net.yaml", "v2")),
        ("netv2", ("netv2.yaml", None)),
        ("netv2.yaml", ("netv2.yaml", None)),
        ("net50", ("net.yaml", "50")),
        ("net_50", ("net.yaml", "50")),
        ("Net-50", ("net.yaml", "50")),
        ("net1.5x", ("net.yaml", "1_5x")),
        ("netwide50_2", ("net_wide.yaml", "50-2")),
        ("net_wide50-2", ("net_wide.yaml", "50-2")),
        ("netwide:b0", ("net_wide.yaml", "b0")),
        ("netwide", ("net_wide.yaml", None)),
        ("net_v2", ("net.yaml", "v2")),
    ],
)
def test_names_are_found_however_they_are_joined(name: str, found: tuple[str, str | None]) -> None:
    source = find(name)
    assert (source.file, source.variant) == found


@pytest.mark.usefixtures("_folder")
def test_a_name_of_several_networks_is_refused_with_all_of_them() -> None:
    with pytest.raises(SpecError) as caught:
        find("Net_V2")
    [fault] = caught.value.diagnostics
    assert fault.message == "`Net_V2` may mean several networks"
    assert fault.hint == "name one of `net:v2`, `netv2`"


@pytest.mark.usefixtures("_folder")
@pytest.mark.parametrize("name", ["net7", "net_wideb1", "netwide-expect", "ne"])
def test_what_is_no_network_is_not_found(name: str) -> None:
    with pytest.raises(SpecError):
        find(name)


@pytest.mark.parametrize("one", NETWORKS, ids=lambda one: one.name)
def test_every_network_is_found_by_its_names(one: Entry) -> None:
    """Written together, as its name says, and by what it is equal to where that is no other's."""
    for name in (one.name, one.name.replace(":", ""), one.name.replace(":", "_")):
        source = find(name)
        assert (source.file, source.variant) == (f"{one.family}.yaml", one.variant), name


@pytest.mark.parametrize("one", NETWORKS, ids=lambda one: one.name)
def test_every_network_states_its_totals_and_where_it_is_from(one: Entry) -> None:
    assert one.parameters is not None
    assert one.macs is not None
    assert one.year is not None
    assert one.source


def test_words_filter_the_list() -> None:
    listed = run("list", "vgg", "ResNet_50", "--format", "csv").stdout.splitlines()[1:]
    assert {one.split(",")[0] for one in listed} >= {"vgg:11", "vgg:16", "resnet:50"}
    assert all("vgg" in one or "resnet" in one for one in listed)
    equal = run("list", "torchvision:vgg11", "--format", "csv").stdout
    assert "vgg:11," in equal
    assert "vgg:13," not in equal


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("timm:resnet26", "its counts are those of `resnet:26`"),
        ("torchvision:mobilenet_v2", "its counts are those of `mobilenetv2`"),
        ("vit_base_patch32_224", "its counts are those of `vit:base32`"),
        ("timm:resnet50", "did you mean `resnet:50`?"),
        ("torchvision:vit_base_patch32_224", "did you mean `vit:base32`?"),
        ("resnet51", "`resnet` has the variants 18, 26, 34, 50, 50-paper, 101, 152"),
        ("vgg12", "`vgg` has the variants 11, "),
        ("resnetfoo", "`cnncalc list` shows the bundled ones"),
        ("timm:resnet", "did you mean `resnet`?"),
    ],
)
def test_what_is_meant_by_a_name_elsewhere(name: str, hint: str) -> None:
    with pytest.raises(SpecError) as caught:
        find(name)
    [fault] = caught.value.diagnostics
    assert fault.code == "E002"
    assert str(fault.hint).startswith(hint)
