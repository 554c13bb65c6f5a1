"""The graph of a page."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from cnncalc.facts import parse_amount
from pages.reading import HOSTILE, changed, kind_of, network_of, numbers_in

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator, Page

Open = Callable[..., "Page"]

FOLDED = "#open="
"""Every group is folded."""

BOXES = """() => [...document.querySelectorAll('.canvas [data-key]')].map((one) => {
    const key = one.getAttribute('data-key');
    const [x, y] = one.getAttribute('transform').match(/-?[\\d.]+/g).map(Number);
    const body = one.querySelector('rect');
    const text = (name) => one.querySelector(name)?.textContent ?? '';
    return {
        key, x, y, frame: one.classList.contains('g-head'),
        said: text('title'), figure: text('.g-figure'),
        width: Number(body.getAttribute('width')), height: Number(body.getAttribute('height')),
        warm: Number(one.querySelector('.g-heat')?.getAttribute('fill-opacity') ?? 0),
    };
})"""


def boxes_of(page: "Page") -> list[dict[str, Any]]:
    """Boxes and heads of frames, with their places in the graph's measures."""
    found: list[dict[str, Any]] = page.evaluate(BOXES)
    return found


def keys_of(page: "Page") -> list[str]:
    """What is seen of the network, without its inputs and outputs."""
    return [one["key"] for one in boxes_of(page) if not one["key"].startswith("\0")]


def box(page: "Page", key: str) -> "Locator":
    return page.locator(f'.canvas [data-key="{key}"]')


def unfold_all(page: "Page") -> None:
    """Levels are unfolded until no box is left that holds others."""
    folded = page.locator('.canvas [aria-expanded="false"]')
    while folded.count():
        page.get_by_role("button", name="Unfold a level").click()


def by_name(network: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in network["layers"]}


def test_a_block_unfolds_and_folds_with_a_click(opened: Open) -> None:
    page = opened("report", "resnet:18", at=FOLDED)
    before = keys_of(page)
    assert before[:3] == ["conv1", "maxpool1", "conv2"]
    place = box(page, "conv3").bounding_box()
    box(page, "conv3").click()
    assert box(page, "conv3").get_attribute("aria-expanded") == "true"
    inside = [key for key in keys_of(page) if key not in before]
    assert inside == ["conv3.basic1", "conv3.basic2"]
    held = box(page, "conv3").bounding_box()
    assert place is not None
    assert held is not None
    assert abs(place["y"] - held["y"]) < 5, "what was pressed stays where it was"
    box(page, "conv3.basic1").click()
    assert any(one["said"].startswith("add1: add + relu\n") for one in boxes_of(page))
    assert "open=" in page.url
    box(page, "conv3").click(position={"x": 20, "y": 12})
    assert keys_of(page) == before


def test_a_unit_is_one_box_until_it_is_opened(opened: Open) -> None:
    page = opened("report", "alexnet", at=FOLDED)
    network = network_of(page)
    assert [kind_of(network, one)["op"] for one in network["layers"][:2]] == ["conv", "relu"]
    unit = boxes_of(page)[1]
    assert unit["said"].startswith("conv1: conv11x11 96 stride=4 + relu\n")
    box(page, unit["key"]).click()
    names = [one["name"] for one in network["layers"][:2]]
    assert [key for key in keys_of(page) if key in names] == names
    box(page, unit["key"]).click(position={"x": 20, "y": 12})
    assert not set(names) & set(keys_of(page))


def test_keys_go_from_box_to_box_and_unfold(opened: Open) -> None:
    page = opened("report", "resnet:18", at=FOLDED)
    focused = page.locator(".canvas :focus")
    assert page.locator('.canvas [tabindex="0"]').count() == 1
    page.locator('.canvas [tabindex="0"]').focus()
    assert focused.get_attribute("data-key") == "conv1"
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    assert focused.get_attribute("data-key") == "conv2"
    page.keyboard.press("Enter")
    assert focused.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    assert str(focused.get_attribute("data-key")).startswith("conv2")
    assert focused.get_attribute("data-key") != "conv2"
    page.keyboard.press("ArrowUp")
    page.keyboard.press(" ")
    assert focused.get_attribute("aria-expanded") == "false"
    assert focused.get_attribute("data-key") == "conv2"
    while focused.get_attribute("data-key") != "fc":
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator(".chosen h2", has_text="fc").wait_for()
    assert "g-chosen" in str(box(page, "fc").get_attribute("class"))
    page.keyboard.press("Escape")
    assert page.locator(".g-chosen").count() == 0


def test_boxes_side_by_side_are_reached_with_left_and_right(opened: Open) -> None:
    page = opened("report", "googlenet", at="#open=inception3a")
    places = {one["key"]: one for one in boxes_of(page)}
    beside = sorted(
        (
            one
            for key, one in places.items()
            if key.startswith("inception3a.") and not one["frame"]
        ),
        key=lambda one: (one["y"], one["x"]),
    )
    row = [one["key"] for one in beside if one["y"] == beside[0]["y"]]
    assert len(row) == 4
    box(page, row[0]).focus()
    for key in row[1:]:
        page.keyboard.press("ArrowRight")
        assert page.locator(".canvas :focus").get_attribute("data-key") == key
    page.keyboard.press("ArrowLeft")
    assert page.locator(".canvas :focus").get_attribute("data-key") == row[-2]


def test_search_leads_to_a_layer(opened: Open) -> None:
    page = opened("report", "resnet:50", at=FOLDED)
    page.keyboard.press("/")
    page.keyboard.type("conv5 bottleneck3 conv3x3")
    found = page.locator("#found [role=option]")
    network = network_of(page)
    names = [
        one["name"]
        for one in network["layers"]
        if one["name"].startswith("conv5.bottleneck3")
        and kind_of(network, one)["line"].startswith("conv3x3")
    ]
    assert [text.split()[0] for text in found.all_inner_texts()] == names
    page.keyboard.press("Enter")
    chosen = page.locator(".g-chosen, .g-holds")
    assert chosen.count() == 1
    assert is_in_sight(page, chosen)
    assert f"layer={names[0]}" in page.url
    page.keyboard.press("/")
    page.keyboard.type("nothing of that name")
    assert "nothing found" in page.get_by_role("listbox").inner_text()
    page.keyboard.press("Escape")
    assert page.get_by_role("listbox").count() == 0


def is_in_sight(page: "Page", element: "Locator") -> bool:
    return bool(
        element.evaluate(
            """(one) => {
                const [box, canvas] = [one, one.closest('.canvas')]
                    .map((each) => each.getBoundingClientRect());
                return canvas.left <= box.left && canvas.top <= box.top
                    && box.right <= canvas.right && box.bottom <= canvas.bottom;
            }"""
        )
    )


def test_an_address_leads_to_a_layer_and_back(opened: Open) -> None:
    name = "conv4.bottleneck1.conv_bn2.bn1"
    page = opened("report", "resnet:50", at=f"#layer={name}")
    assert page.locator(".chosen h2").inner_text() == "bn1"
    assert is_in_sight(page, page.locator(".g-chosen, .g-holds"))
    box(page, "fc").dispatch_event("click")
    page.locator(".chosen h2", has_text="fc").wait_for()
    page.go_back()
    page.locator(".chosen h2", has_text="bn1").wait_for()
    page = opened("report", "resnet:50", at="#layer=no.such.layer&metric=nothing&open=nowhere")
    assert keys_of(page)[0] == "conv1"


def whole_of(node: dict[str, Any], network: dict[str, Any], metric: str) -> Any:
    """A figure of a box as the document has it."""
    if "kind" in node:
        return kind_of(network, node)["figures"].get(metric)
    totals = node["totals"]
    return (network["sums"][totals] if isinstance(totals, int) else totals).get(metric)


def groups_of(network: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Groups by path."""
    found: dict[str, dict[str, Any]] = {}

    def walk(node: dict[str, Any]) -> None:
        for child in node.get("children", ()):
            if isinstance(child, dict):
                if "path" in child:
                    found[child["path"]] = child
                walk(child)

    walk(network["tree"])
    return found


def is_told(text: str, value: int, metric: str = "parameters") -> bool:
    """Whether a short figure is the exact one, rounded."""
    return parse_amount(text.replace(" k", "K").replace(" ", ""), metric).matches(value)


@pytest.mark.parametrize("name", ["alexnet", "googlenet", "unet", "mobilenet", "densenet:121"])
def test_every_number_of_a_box_is_the_documents(name: str, opened: Open, page: "Page") -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    opened("report", name)
    network = network_of(page)
    known: dict[str, dict[str, Any]] = {**groups_of(network), **by_name(network)}
    checked = 0
    for _ in range(3):
        for one in boxes_of(page):
            node = known.get(one["key"])
            if node is None:
                continue
            checked += 1
            for word, metric in (("parameters", "parameters"), ("MACs", "macs")):
                told = re.search(rf"^([\d,]+) {word}$", one["said"], re.MULTILINE)
                shown = numbers_in(told[1])[0] if told else 0
                assert shown == (whole_of(node, network, metric) or 0), (one["key"], metric)
            value = whole_of(node, network, "parameters") or 0
            assert is_told(one["figure"], value) if one["figure"] else not value, one
            if "kind" in node:
                shape = "x".join(map(str, kind_of(network, node)["output_shape"])) or "scalar"
                assert f"\noutput {shape}\n" in f"{one['said']}\n", one
        page.get_by_role("button", name="Unfold a level").click()
    assert checked > 20


@pytest.mark.parametrize(
    ("metric", "title"),
    [
        ("parameters", "Parameters"),
        ("macs", "MACs"),
        ("activation_bytes", "Activations"),
        ("receptive_field", "Receptive field"),
        ("bytes_per_mac", "Bytes per MAC"),
    ],
)
def test_heat_follows_the_metric(metric: str, title: str, opened: Open) -> None:
    page = opened("report", "alexnet")
    page.get_by_label("What the colours say").select_option(label=title)
    assert f"metric={metric}" in page.url
    assert title in page.locator(".g-legend").inner_text()
    unfold_all(page)
    network = network_of(page)
    values = {}
    warmth = {}
    for one in boxes_of(page):
        layer = by_name(network).get(one["key"])
        if layer is None:
            continue
        if metric == "receptive_field":
            field = network["fields"][layer["field"]]
            value = max(field["size"]) if isinstance(field.get("size"), list) else 0
        else:
            value = kind_of(network, layer)["figures"].get(metric) or 0
        values[one["key"]], warmth[one["key"]] = value, one["warm"]
        if value and metric == "receptive_field":
            assert one["figure"] == f"{value:,}"
        elif isinstance(value, int) and value:
            assert is_told(one["figure"], value, metric), one
    assert len(set(values.values())) > 2
    ordered = sorted(values, key=lambda key: values[key])
    assert [warmth[key] for key in ordered] == sorted(warmth.values())
    assert warmth[ordered[-1]] > 0.6
    assert all((warmth[key] > 0) == (values[key] > 0) for key in ordered)
    page.get_by_label("What the colours say").select_option(label="Kind of layer")
    assert page.locator(".g-heat").count() == 0
    assert "convolution" in page.locator(".g-legend").inner_text()


def test_edges_say_the_shape_that_flows(opened: Open) -> None:
    page = opened("report", "alexnet")
    unfold_all(page)
    network = network_of(page)
    shown = page.locator(".g-shape").evaluate_all(
        "all => all.map((one) => [Number(one.getAttribute('y')), one.textContent])"
    )
    shapes = [next(iter(network["input"].values()))]
    shapes += [kind_of(network, one)["output_shape"] for one in network["layers"]]
    # AlexNet is a chain: each layer's output has a line to the next.
    assert [text for _, text in sorted(shown)] == ["x".join(map(str, one)) for one in shapes]


EDGES = """() => [...document.querySelectorAll('.g-edge')].map((one) => {
    const length = one.getTotalLength();
    const at = (part) => {
        const { x, y } = one.getPointAtLength(length * part);
        return [x, y];
    };
    const points = Array.from({ length: 60 }, (_, place) => at(place / 59));
    return { points, arrow: one.getAttribute('marker-end') !== null };
})"""


@pytest.mark.parametrize("name", ["resnet:18", "unet", "googlenet"])
def test_every_input_is_an_edge_that_crosses_no_box(name: str, opened: Open, page: "Page") -> None:
    page.set_viewport_size({"width": 2400, "height": 9000})  # so that all boxes are made
    opened("report", name)
    unfold_all(page)
    network = network_of(page)
    boxes = {one["key"]: one for one in boxes_of(page) if not one["frame"]}
    edges = page.evaluate(EDGES)
    layers = by_name(network)
    assert set(layers) <= set(boxes)
    arrivals = dict.fromkeys(layers, 0)
    for edge in edges:
        x, y = edge["points"][-1]
        for key in layers:
            one = boxes[key]
            is_there = one["x"] - 1 <= x <= one["x"] + one["width"] + 1 and abs(one["y"] - y) < 3
            arrivals[key] += is_there and edge["arrow"]
        for px, py in edge["points"][3:-3]:
            for one in boxes.values():
                inside = (
                    one["x"] + 3 < px < one["x"] + one["width"] - 3
                    and one["y"] + 3 < py < one["y"] + one["height"] - 3
                )
                assert not inside, (one["key"], edge["points"][0], edge["points"][-1])
    assert arrivals == {key: len(one["inputs"]) for key, one in layers.items()}


def test_nearer_farther_and_all_of_it(opened: Open) -> None:
    page = opened("report", "alexnet")
    stage = page.locator("#graph-stage")

    def scale() -> float:
        found = re.search(r"scale\(([\d.]+)\)", stage.get_attribute("transform") or "")
        assert found
        return float(found[1])

    begun = scale()
    page.get_by_role("button", name="Nearer").click()
    assert scale() == pytest.approx(begun * 1.25)
    page.keyboard.press("-")
    assert scale() == pytest.approx(begun)
    page.keyboard.press("+")
    page.mouse.move(700, 500)
    page.mouse.wheel(0, 200)
    page.keyboard.press("0")
    canvas, drawn = page.locator(".canvas").bounding_box(), stage.bounding_box()
    assert canvas is not None
    assert drawn is not None
    assert drawn["y"] >= canvas["y"]
    assert drawn["y"] + drawn["height"] <= canvas["y"] + canvas["height"]
    before = stage.get_attribute("transform")
    page.mouse.move(300, 600)
    page.mouse.down()
    page.mouse.move(380, 640, steps=4)
    page.mouse.up()
    assert stage.get_attribute("transform") != before
    assert page.locator(".chosen h2").count() == 0, "a drag is no click"


def test_a_difference_is_told_by_sign_and_figure(opened: Open) -> None:
    page = opened("diff", "resnet:18", "resnet:34", at="#panel=graph")
    added = box(page, "conv2.basic3")
    assert added.locator(".g-badge").text_content() == "+"
    network = network_of(page)
    group = groups_of(network)["conv2.basic3"]
    parameters = whole_of(group, network, "parameters")
    shown = added.locator(".g-figure").text_content() or ""
    assert shown.startswith("+")
    assert is_told(shown[1:], parameters)
    assert "added" in page.locator(".g-legend").inner_text()
    assert page.locator(".g-removed").count() == 0


def strange(network: dict[str, Any]) -> None:
    network["name"] = HOSTILE
    network["layers"][0]["name"], network["layers"][1]["name"] = "n" * 10_000, HOSTILE
    for kind in network["kinds"]:
        kind["line"] = HOSTILE


def test_names_of_strangers_are_text(written: Callable[..., "Path"], page: "Page") -> None:
    page.goto(changed(written("report", "alexnet"), strange).as_uri())
    unfold_all(page)
    assert page.locator("img, script[src]").count() == 0
    said = [one["said"] for one in boxes_of(page)]
    assert any("</script><img" in text for text in said)
    widths = {one["width"] for one in boxes_of(page)}
    assert max(widths) < 400


def test_what_changed_is_told_beside_the_graph(opened: Open) -> None:
    at = "#panel=graph&layer=conv2"
    page = opened("diff", "alexnet", "alexnet:torchvision", at=at)
    told = page.locator(".changed-layer")
    lines = told.locator("li").all_inner_texts()
    layer = by_name(network_of(page))["conv2"]
    assert lines[:2] == ["out channels 256 → 192", "groups 2 → 1"]
    assert f"{layer['change']['change']['parameters']:,} parameters" in lines
    difference = page.evaluate("JSON.parse(document.getElementById('document').textContent)")
    totals = difference["difference"]["totals"]
    shown = page.locator(".figures > div", has_text="Layers").locator(".delta").inner_text()
    assert shown.startswith(f"{totals['layers']['change']} (")
