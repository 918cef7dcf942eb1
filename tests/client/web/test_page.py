"""Laws of the page: nothing inline, nothing from elsewhere, and text only ever goes in as text."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

WEB = Path(__file__).parents[3] / "client" / "web"
MODULES = sorted(WEB.glob("*.js"))

MARKUP = re.compile(
    r"\b(innerHTML|outerHTML|insertAdjacentHTML|setHTMLUnsafe|document\.write|DOMParser|createContextualFragment"
    r"|eval|Function\(|srcdoc)\b"
)
"""The ways by which text becomes markup or code."""


class Page(HTMLParser):
    """The elements of the page, each with its attributes, and the text within scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.code: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem:
            self.code.append(data)


@pytest.fixture(scope="module")
def page() -> Page:
    parsed = Page()
    parsed.feed((WEB / "index.html").read_text(encoding="utf-8"))
    return parsed


def test_nothing_is_inline(page: Page) -> None:
    assert not "".join(page.code).strip()
    named = {name for _, attributes in page.elements for name in attributes}
    assert not {name for name in named if name.startswith("on") or name == "style"}


def test_everything_comes_from_here(page: Page) -> None:
    linked = [a[name] for _, a in page.elements for name in ("src", "href") if a.get(name)]
    assert linked
    for link in linked:
        assert link and (link.startswith("#") or (WEB / link).is_file()), link


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_text_never_becomes_markup(module: Path) -> None:
    found = MARKUP.search(module.read_text(encoding="utf-8"))
    assert not found, found


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_modules_import_only_their_neighbours(module: Path) -> None:
    imported = re.findall(r'^import .*?"(.+?)";', module.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    for name in imported:
        assert name.startswith("./"), name
        assert (WEB / name).is_file(), name


def test_every_field_has_a_label(page: Page) -> None:
    labelled = {a["for"] for tag, a in page.elements if tag == "label" and "for" in a}
    inside = re.findall(r"<label[^>]*>.*?</label>", (WEB / "index.html").read_text(encoding="utf-8"), re.DOTALL)
    for tag, attributes in page.elements:
        if tag in ("input", "select", "textarea"):
            name = attributes.get("id") or attributes.get("name") or ""
            assert name in labelled or any(f'"{name}"' in label for label in inside), name
