from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pypublish.errors import PypublishError
from pypublish.github import files


def runner_reads(text: str) -> dict[str, str]:
    """Parse an output file as the strictest runner does: `name=value`, or `name<<delimiter` up to that line."""
    found: dict[str, str] = {}
    lines = iter(re.split(r"\r\n|\r|\n", text))
    for line in lines:
        if not line:
            continue
        equals, heredoc = line.find("="), line.find("<<")
        if equals >= 0 and (heredoc < 0 or equals < heredoc):
            found[line[:equals]] = line[equals + 1 :]
        elif heredoc >= 0:
            name, delimiter = line[:heredoc], line[heredoc + 2 :]
            value = []
            for inner in lines:
                if inner == delimiter:
                    break
                value.append(inner)
            found[name] = "\n".join(value)
        else:
            raise AssertionError(f"the runner would refuse {line!r}")
    return found


@given(st.dictionaries(st.from_regex(r"[a-z][a-z0-9-]{0,10}", fullmatch=True), st.text(), max_size=4))
def test_the_runner_reads_exactly_what_was_written(outputs: dict[str, str]) -> None:
    text = "".join(files._output(name, value) for name, value in outputs.items())
    assert runner_reads(text) == {name: "\n".join(re.split(r"\r\n|\r|\n", value)) for name, value in outputs.items()}


def test_outputs_are_appended(tmp_path: Path) -> None:
    path = tmp_path / "output"
    path.write_text("theirs=1\n")
    files.write_outputs(path, {"tag": "v1\nverified=true", "publish": "true"})
    files.write_outputs(path, {"index": "pypi"})
    assert runner_reads(path.read_text()) == {
        "theirs": "1",
        "tag": "v1\nverified=true",
        "publish": "true",
        "index": "pypi",
    }


def test_each_value_has_a_delimiter_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "output"
    files.write_outputs(path, {"a": "1", "b": "2"})
    delimiters = [line.partition("<<")[2] for line in path.read_text().splitlines() if "<<" in line]
    assert len(set(delimiters)) == 2


def test_a_value_that_contains_its_delimiter_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "token_hex", lambda _: "0")
    with pytest.raises(PypublishError, match="delimiter"):
        files.write_outputs(tmp_path / "output", {"a": "x\npypublish-0\nb=1"})
    assert not (tmp_path / "output").exists()


@pytest.mark.parametrize("name", ["a=b", "a\nb", "", "A", "a<<b"])
def test_a_name_that_no_action_could_declare_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(PypublishError, match="no name"):
        files.write_outputs(tmp_path / "output", {name: "1"})


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(PypublishError, match="cannot be written"):
        files.write_outputs(tmp_path / "nowhere" / "output", {"a": "1"})


@pytest.mark.parametrize("line", ["x" * 99, "é" * 60])
def test_a_summary_stays_below_what_github_drops(tmp_path: Path, line: str) -> None:
    path = tmp_path / "summary"
    files.write_summary(path, f"# first\n{line}\n" * 5_000)
    files.write_summary(path, "<details>\n" + "second\n" * 200_000 + "</details>")
    files.write_summary(path, "third\n" * 200_000)
    assert files.SUMMARY_LIMIT - 200 < path.stat().st_size <= files.SUMMARY_LIMIT
    text = path.read_text()  # cut between characters
    assert "cut here" in text
    assert text.count("<details>") == text.count("</details>") == 1


def test_a_short_summary_is_appended_whole(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    files.write_summary(path, "# one\n\n")
    files.write_summary(path, "# two")
    assert path.read_text() == "# one\n# two\n"


def test_a_code_block_that_is_cut_is_ended(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    files.write_summary(path, "<details>\n\n````text\n```\n" + "line\n" * 300_000 + "````\n\n</details>")
    text = path.read_text()
    assert len(text.encode()) < 1 << 20
    assert re.search(r"line\n````\n</details>\n\n_The summary is cut here", text)
