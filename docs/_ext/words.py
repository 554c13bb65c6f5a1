"""What stands around the text of a page, in the page's own language.

Sphinx and its theme have one language for a whole site; a page below `ko/` is Korean.
"""

from collections.abc import Callable, Mapping

KOREAN: Mapping[str, str] = {
    "Search": "검색",
    "Home": "처음",
    "Index": "찾아보기",
    "Next": "다음",
    "Previous": "이전",
    "On this page": "이 페이지의 내용",
    "Back to top": "맨 위로",
    "Skip to content": "본문으로 건너뛰기",
    "Made with ": "만든 도구: ",
    "Link to this heading": "이 절로 가는 링크",
    "Change it here": "여기서 바꿔 보기",
    "Python is loaded into your browser, some 13 MB, once; or {command} on your machine.": (
        "처음 한 번 Python(약 13 MB)을 브라우저로 불러옵니다. "
        "컴퓨터에서는 {command} 명령을 실행해도 됩니다."
    ),
    "To change it and see the numbers follow: {command}": (
        "사양을 바꾸면서 숫자가 어떻게 달라지는지 보려면: {command}"
    ),
}
"""English, as the theme and our own parts say it, and Korean."""

PARTS: Mapping[str, str] = {
    "Start": "시작하기 (영어)",
    "Learn": "배우기 (영어)",
    "Guide": "사용 안내 (영어)",
    "Reference": "참고 자료 (영어)",
    "How it works": "동작 원리 (영어)",
}
"""The parts of the site as the tree beside a Korean page names them, with the language there."""


def language_of(page: str) -> str:
    """The language of a page, by the folder that it lies in."""
    return "ko" if page.startswith("ko/") else "en"


def around(language: str) -> Callable[[str], str]:
    """What makes words of a language from English ones; those that it does not know stay."""
    known = KOREAN if language == "ko" else {}
    return lambda text: known.get(text, text)


def tree(html: str, language: str) -> str:
    """The tree of pages, its English parts named in the language of the page beside it."""
    for english, korean in PARTS.items() if language == "ko" else ():
        html = html.replace(f">{english}</a>", f' hreflang="en">{korean}</a>')
    return html


def headings(body: str, language: str) -> str:
    """A page whose headings tell in its language where their links lead."""
    text = "Link to this heading"
    return body.replace(f'title="{text}"', f'title="{around(language)(text)}"')
