"""The README stays true: its commands run, its output is real, its spec is a network."""

import re
from pathlib import Path

import pytest
from shown_commands import sessions_in
from shown_files import README, hold, small_spec

import cnncalc
from cnncalc.spec.catalogue import entries
from cnncalc.spec.library import bundled_names

TEXT = README.read_text(encoding="utf-8")
SESSIONS = sessions_in(TEXT)


@pytest.mark.parametrize(("command", "output"), SESSIONS, ids=[c for c, _ in SESSIONS])
def test_commands_print_what_is_shown(
    command: str, output: str, tmp_path: Path, *, update: bool
) -> None:
    hold(README, command, output, tmp_path, update=update)


def test_the_spec_that_is_shown_is_a_network() -> None:
    text = small_spec()
    assert cnncalc.summarize(cnncalc.parse(text)).outputs == {"fc": (10,)}
    wide = cnncalc.summarize(cnncalc.parse(text, "wide"))
    assert wide.totals.parameters > cnncalc.summarize(cnncalc.parse(text)).totals.parameters


def test_it_can_be_read_at_one_sitting() -> None:
    assert len(TEXT.splitlines()) <= 300


def test_every_link_leads_somewhere() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", TEXT) + re.findall(r'="(docs/[^"]+)"', TEXT)
    assert len(links) > 10
    assert [one for one in links if not (README.parent / one).exists()] == []


def test_the_number_of_networks_is_told(update: bool) -> None:  # noqa: FBT001 - a fixture
    found = [len(list(entries(family))) for family in bundled_names()]
    told = f"{sum(found)} networks in {len(found)} families"
    if update:
        text = README.read_text(encoding="utf-8")  # as other tests have left it
        README.write_text(re.sub(r"\d+ networks in \d+ families", told, text), "utf-8")
    else:
        assert told in TEXT
