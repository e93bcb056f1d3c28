"""The readme as PyPI shows it: links, images and targets that work on GitHub alone, and what PyPI leaves out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from pypublish.checks.readme_flaws import find, flaws_of, marks
from pypublish.checks.readme_home import Home, home_of
from pypublish.checks.subjects import Dist
from pypublish.findings import Finding
from tests.checks.examples import Example, fails, findings, name_of, passes, say
from tests.checks.test_declared import declared
from tests.factories import metadata, wheel

METADATA = "hello-1.0.0-py3-none-any.whl::hello-1.0.0.dist-info/METADATA: "
LINKS, IMAGES, ANCHORS = "readme-links-work-on-pypi", "readme-images-show-on-pypi", "readme-anchors-are-there"
WHOLE, GITHUB = "readme-is-shown-whole", "readme-needs-no-github"


def markdown(text: str, *more: str) -> Dist:
    return wheel(meta=metadata({}, *more, description=text)).dist()


def rst(text: str) -> Dist:
    return wheel(meta=metadata({"Description-Content-Type": "text/x-rst"}, description=text)).dist()


def plain(text: str) -> Dist:
    return wheel(meta=metadata({"Description-Content-Type": "text/plain"}, description=text)).dist()


RELATIVE = METADATA + "line 1 of the readme: the link to {!r} is relative: on PyPI it leads nowhere"
NO_IMAGE = METADATA + "line 1 of the readme: the image {!r} has a relative address: PyPI will not show it"
NO_TARGET = METADATA + "line {} of the readme: the link to {!r} leads nowhere on PyPI: its page has no such target"

EXAMPLES: list[Example] = [
    fails(LINKS, markdown("[a](docs/a.md)"), RELATIVE.format("docs/a.md")),
    fails(LINKS, markdown("[a](<docs/a b.md>)"), RELATIVE.format("docs/a b.md")),
    fails(LINKS, markdown("[a][b]\n\n[b]: /LICENSE"), RELATIVE.format("/LICENSE").replace("line 1", "line 3")),
    fails(LINKS, markdown('<a href="../x?y=1&amp;z=2#w">a</a>'), METADATA + "the link to '../x?y=1&z=2#w' is relative: on PyPI it leads nowhere"),
    fails(LINKS, markdown("[a](LICENSE) and again [b](LICENSE)"), RELATIVE.format("LICENSE")),
    fails(LINKS, rst("See `the guide <docs/guide.rst>`_."), RELATIVE.format("docs/guide.rst")),
    fails(
        LINKS,
        markdown("[a](vscode:extension/a)"),
        METADATA + "line 1 of the readme: PyPI takes vscode: addresses out, so the link 'vscode:extension/a' does not work",
    ),
    fails(
        LINKS,
        declared('name = "a"\nreadme = "docs/README.md"', description="# a\n\n[a](b.md)"),
        "docs/README.md:3: the link to 'b.md' is relative: on PyPI it leads nowhere",
    ),
    passes(LINKS, markdown("[a](https://example.org) <b@example.org> [c](mailto:c@example.org) www.example.org [](<>) [d](#) `[e](f)`")),
    passes(LINKS, markdown("[a](//example.org/b)")),
    passes(LINKS, markdown("```\n[a](docs/a.md)\n```")),
    passes(LINKS, plain("[a](docs/a.md) <a href='b'>")),
    passes(LINKS, rst("`a <https://example.org>`_")),
    passes(LINKS, rst("Broken :x:`y`, and `so <on>`_.")),
    fails(IMAGES, markdown("![a](docs/a.png)"), NO_IMAGE.format("docs/a.png")),
    fails(IMAGES, markdown("<p><img src='a.svg'></p>"), NO_IMAGE.format("a.svg")),
    fails(IMAGES, rst(".. image:: a.png"), NO_IMAGE.format("a.png")),
    fails(
        IMAGES,
        markdown("![a](https://github.com/acme/hello/blob/main/docs/a.png)"),
        METADATA
        + "line 1 of the readme: the image 'https://github.com/acme/hello/blob/main/docs/a.png' is the address of a page about it: PyPI will not show it",
    ),
    fails(
        IMAGES,
        markdown("![a](data:image/png;base64,AAAA)"),
        METADATA
        + "line 1 of the readme: PyPI takes data: addresses out, so the image 'data:image/png;base64,AAAA' does not work",
    ),
    passes(IMAGES, markdown("![a](https://example.org/a.png) ![b](http://example.org/b.png) ![c](//example.org/c.png)")),
    passes(IMAGES, markdown("![a](https://github.com/acme/hello/blob/main/a.png?raw=true)")),
    passes(IMAGES, markdown("![a](https://github.com/acme/hello/raw/main/a.png)")),
    passes(IMAGES, markdown("![a](https://github.com/acme/hello/actions/workflows/ci.yml/badge.svg)")),
    passes(IMAGES, markdown('<picture><source srcset="dark.png"><img src="https://example.org/a.png"></picture>')),
    fails(ANCHORS, markdown("# One\n\n[a](#two)"), NO_TARGET.format(3, "#two")),
    fails(ANCHORS, markdown("# One\n\n[a](#One)"), NO_TARGET.format(3, "#One")),
    fails(ANCHORS, markdown('<a name="x"></a>\n[a](#x)'), NO_TARGET.format(2, "#x")),
    fails(ANCHORS, markdown('<a id="x"></a>\n[a](#x)'), NO_TARGET.format(2, "#x")),
    fails(ANCHORS, rst("One\n---\n\n`a <#one>`_"), NO_TARGET.format(4, "#one")),
    passes(ANCHORS, markdown("# One & two, `three`!\n\n## 🎉 Four\n\n[a](#one--two-three) [b](#-four) [c](#)")),
    passes(ANCHORS, markdown("# Größe\n\n[a](#größe) [b](#gr%C3%B6%C3%9Fe)")),
    passes(ANCHORS, markdown("A note[^1].\n\n[^1]: The note.")),
    passes(ANCHORS, rst(".. contents::\n\nOne\n---\n\nTo `One`_ and to _`here`: `here`_, [1]_.\n\n.. [1] A note.\n")),
    passes(ANCHORS, rst("`a <#top>`_")),
    passes(ANCHORS, markdown('<!-- ALL-CONTRIBUTORS-LIST:START -->\n<a href="#ideas-jo" title="Ideas">🤔</a>')),
    fails(WHOLE, markdown('<video src="https://example.org/a.mp4"></video>'), METADATA + "line 1 of the readme: PyPI leaves out <video>"),
    fails(WHOLE, markdown("a <svg><path/></svg>"), METADATA + "line 1 of the readme: PyPI leaves out <svg>"),
    fails(WHOLE, markdown('\n\n<iframe src="https://example.org"></iframe>'), METADATA + "line 3 of the readme: PyPI shows the tag <iframe> as text"),
    passes(WHOLE, markdown("`<video>` and &lt;iframe> and\n\n    <script>alert(1)</script>\n")),
    passes(WHOLE, markdown("<center>a</center> <details open><summary>b</summary>c</details> <kbd>d</kbd> <small>e</small>")),
    fails(GITHUB, markdown("# a\n\n```mermaid\ngraph TD\n```"), METADATA + "line 3 of the readme: PyPI shows the source of the mermaid block, where GitHub draws it"),
    passes(GITHUB, markdown("> [!NOTE]\n> PyPI knows these, too :tada:\n\n- [x] done\n\n```python\nx\n```")),
]  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
def test_an_example(example: Example) -> None:
    assert say(example.check, example.subject) == example.says


def hints(check: str, subject: object) -> list[str]:
    return [finding.hint for finding in findings(check, subject)]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("[a](docs/a.md#b)", "Write https://github.com/acme/hello/blob/HEAD/docs/a.md#b."),
        ("[a](./docs/../a%20b.md)", "Write https://github.com/acme/hello/blob/HEAD/a%20b.md."),
        ("[a](/LICENSE)", "Write https://github.com/acme/hello/blob/HEAD/LICENSE."),
        ("[a](docs/)", "Write https://github.com/acme/hello/tree/HEAD/docs."),
        ("[a](../other)", "Give an address that begins with https://, such as its page in the repository."),
        ("[a](www.example.org/x)", "Write https://www.example.org/x."),
        ("[a](example.com/x)", "Write https://example.com/x."),
        ("[a](jo@example.org)", "Write mailto:jo@example.org."),
        ('[a](<"https://example.org/x">)', "Write https://example.org/x."),
    ],
)
def test_the_address_to_write_instead_of_a_relative_one(text: str, hint: str) -> None:
    subject = markdown(text, "Project-URL: Source, https://github.com/acme/hello")
    assert hints(LINKS, subject) == [hint]


def test_an_image_is_to_have_the_address_of_its_file() -> None:
    subject = markdown("![a](docs/a.png?raw=true)", "Project-URL: Source, https://github.com/acme/hello")
    assert hints(IMAGES, subject) == ["Write https://raw.githubusercontent.com/acme/hello/HEAD/docs/a.png."]
    assert hints(IMAGES, markdown("![a](docs/a.png)")) == [
        "Give an address that begins with https://, such as the file's raw address."
    ]
    assert hints(IMAGES, markdown("![a](https://github.com/acme/hello/blob/v1/docs/a.png)")) == [
        "Give the address of the file itself: https://raw.githubusercontent.com/acme/hello/v1/docs/a.png."
    ]


def test_the_nearest_target_is_named() -> None:
    assert hints(ANCHORS, markdown("# Installation\n\n[a](#Instalation)")) == [
        "The nearest that is there is #installation."
    ]


def test_many_problems_of_a_kind_are_not_all_named() -> None:
    found: list[Finding] = list(findings(LINKS, markdown("\n".join(f"[a]({n}.md)" for n in range(12)))))
    assert [finding.message for finding in found[-2:]] == snapshot(
        [
            "line 10 of the readme: the link to '9.md' is relative: on PyPI it leads nowhere",
            "and 2 more of the kind in the readme",
        ]
    )


@pytest.mark.parametrize(
    ("urls", "home"),
    [
        ({"Homepage": "https://hello.example"}, None),
        ({"Sponsor": "https://github.com/sponsors/acme"}, None),
        ({"Issues": "https://github.com/acme/hello/issues"}, Home(host="github.com", owner="acme", name="hello")),
        (
            {"Homepage": "https://github.com/acme/site", "Source Code": "http://www.github.com/acme/hello.git"},
            Home(host="github.com", owner="acme", name="hello"),
        ),
        (
            {"source": "https://github.com/acme/mono/tree/main/packages/hello"},
            Home(host="github.com", owner="acme", name="mono", folder="packages/hello"),
        ),
        (
            {"source": "https://gitlab.com/group/sub/hello/-/issues"},
            Home(host="gitlab.com", owner="group/sub", name="hello"),
        ),
        ({"source": "https://[broken"}, None),
    ],
)
def test_the_repository_is_told_from_the_links(urls: dict[str, str], home: Home | None) -> None:
    assert home_of(urls.items()) == home


def test_a_project_in_a_folder_and_one_on_gitlab_get_their_own_addresses() -> None:
    folder = Home(host="github.com", owner="acme", name="mono", folder="packages/hello")
    assert folder.address("a.md", readme="docs/README.md", image=False) == (
        "https://github.com/acme/mono/blob/HEAD/packages/hello/docs/a.md"
    )
    gitlab = Home(host="gitlab.com", owner="group/sub", name="hello")
    assert gitlab.address("a.png", readme="", image=True) == "https://gitlab.com/group/sub/hello/-/raw/HEAD/a.png"


@given(
    st.lists(
        st.one_of(
            st.text(max_size=20),
            st.sampled_from(
                ["[", "](", ")", "<a href='", "'>", "<img src=", "#", "\n", "`", "&#", "<!--", "]: ", "\\"]
            ),
        ),
        max_size=15,
    ).map("".join),
    st.sampled_from(["text/markdown", "text/x-rst", "text/plain", "", "text/html", "text/plain; x*"]),
)
def test_whatever_a_readme_says_it_is_judged(text: str, written_as: str) -> None:
    for flaw in find(text, written_as, home=None, readme=""):
        assert flaw.line is None or 1 <= flaw.line <= text.count("\n") + 1
        assert flaw.message
        assert flaw.hint


def test_every_mark_is_the_number_of_its_flaw() -> None:
    subject = markdown("![a](a.png) [b](b) [c](#c)\n\n<video></video>\n\n```mermaid\ngraph TD\n```")
    assert subject.metadata is not None
    assert marks(flaws_of(subject.metadata)) == {
        ("img", "a.png"): 1,
        ("a", "b"): 2,
        ("a", "#user-content-c"): 3,
        ("pre", "mermaid"): 5,
    }
