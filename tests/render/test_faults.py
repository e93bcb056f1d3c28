"""The faults in words, for a terminal and for docs/faults.md."""

from __future__ import annotations

from inline_snapshot import snapshot

from pypublish.faults import Fault
from pypublish.rehearsal.faults import FAULTS, TOPICS
from pypublish.render.faults import HEAD, listing, page

STRIKES = Fault(
    number="F9",
    name="upload-hangs",
    what="An upload is never answered, a|b.",
    seen="Red.",
    remedy="Run it again.",
    argument="SECONDS=5",
    times=3,
    tried="`tests/a.py`",
)
HAPPENS = Fault(number="F17", name="elsewhere", what="It is elsewhere.", seen="Red.", remedy="Look there.")


def test_the_page() -> None:
    text = page({"The upload": [STRIKES, HAPPENS]}, [STRIKES])
    assert text.removeprefix(HEAD) == snapshot("""\

## The upload

| | what happens | what you see | what to do | on request | how it is tried |
|---|---|---|---|---|---|
| F9 | An upload is never answered, a\\|b. | Red. | Run it again. | `upload-hangs[:SECONDS]` | `tests/a.py` |
| F17 | It is elsewhere. | Red. | Look there. |  |  |
""")


def test_the_list() -> None:
    assert listing([STRIKES, HAPPENS]) == snapshot("""\
upload-hangs[:SECONDS]   F9, 3 times, SECONDS=5 unless given
    An upload is never answered, a|b.

elsewhere   F17, always
    It is elsewhere.
""")


def test_every_fault_is_on_the_page() -> None:
    text = page(TOPICS, FAULTS.values())
    rows = [line for line in text.splitlines() if line.startswith("| F")]
    assert len(rows) == sum(map(len, TOPICS.values()))
    assert all(row.count(" | ") == 5 for row in rows)
    for fault in FAULTS.values():
        assert f"| `{fault.usage}` |" in text
