"""How the site is built: `sphinx-build -W --keep-going docs build/site`."""

import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent)]

_PROJECT = tomllib.loads((HERE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]

project = "cnncalc"
author = "the cnncalc contributors"
version = release = _PROJECT["version"]

extensions = [
    "myst_parser",
    "sphinx_design",
    "sphinx_click",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "cnncalc_site",
]
exclude_patterns = ["_ext", "pictures"]
myst_enable_extensions = ["attrs_block", "attrs_inline", "colon_fence"]
myst_heading_anchors = 3
# Examples of faults are not what their language allows.
suppress_warnings = ["myst.strikethrough", "misc.highlighting_failure"]
nitpicky = False
smartquotes = False  # two dashes are an option
default_role = "code"  # what docstrings and help texts put between backticks is code
highlight_language = "text"

autodoc_typehints = "signature"
autodoc_member_order = "bysource"
python_use_unqualified_type_names = True

html_theme = "furo"
html_title = "cnncalc"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = [("play.js", {"defer": "defer"})]
html_show_sourcelink = False
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_theme_options = {
    # The fonts are those of the reader's machine: nothing is loaded from elsewhere.
    "light_css_variables": {"font-stack": "system-ui, sans-serif"},
}
