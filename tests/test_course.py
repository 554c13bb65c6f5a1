"""The studies in the order of a course, as the commands list them."""

import json
import shlex

import pytest
from click.testing import CliRunner, Result

from cnncalc.cli.main import main
from cnncalc.render.course import render_course_table
from cnncalc.spec.course import OTHERS, Study, course
from cnncalc.spec.library import STUDIES, bundled_names

STUDIES_SHOWN = [study for part in course() for study in part.studies]


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_every_study_stands_in_the_course_once() -> None:
    assert sorted(one.name for one in STUDIES_SHOWN) == bundled_names(STUDIES)
    assert all(part.studies for part in course())


@pytest.mark.parametrize("study", STUDIES_SHOWN, ids=lambda one: one.name)
def test_its_command_is_about_it_and_runs(study: Study) -> None:
    words = shlex.split(study.command)
    assert any(word.partition(":")[0] == study.name for word in words)
    done = invoke(*words)
    assert done.exit_code == 0, done.output


def test_the_list_names_each_study_and_its_command() -> None:
    text = invoke("list", "--lectures").stdout
    for one in STUDIES_SHOWN:
        assert f"  {one.name} " in text
        assert f"    cnncalc {one.command}\n" in text
    titles = [part.title for part in course() if part.title != OTHERS]
    assert [line for line in text.splitlines() if line in titles] == titles


@pytest.mark.parametrize("width", [60, 80, 140, None])
def test_no_sentence_is_cut(width: int | None) -> None:
    text = render_course_table(course(), width)
    assert "..." not in text
    sentences = [line for line in text.splitlines() if not line.startswith("    cnncalc ")]
    assert max(map(len, sentences)) <= (width or 100)
    words = " ".join(text.split())
    assert all(one.shows in words for one in STUDIES_SHOWN if width is None or width > 120)


def test_the_folder_of_the_studies_is_summarized_so() -> None:
    listed = invoke("list", "--lectures").stdout
    for name in ("lecture/", "lecture"):
        assert invoke("summarize", name).stdout == listed
    refused = invoke("summarize", "lecture/", "--depth", "2")
    assert refused.exit_code == 2
    assert "--depth has no effect with the folder of the studies" in refused.stderr


def test_other_forms() -> None:
    parts = json.loads(invoke("list", "--lectures", "--format", "json").stdout)["parts"]
    names = [study["name"] for part in parts for study in part["studies"]]
    assert names == [one.name for one in STUDIES_SHOWN]
    markdown = invoke("list", "--lectures", "--format", "markdown").stdout
    assert markdown.count("| `lecture/") == len(names)
    for more in (("--format", "csv"), ("vgg",)):
        assert invoke("list", "--lectures", *more).exit_code == 2
