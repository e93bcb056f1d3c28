"""`pypublish preview` as its user sees it: the real command, and Debian's chromium."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from tests import projects
from tests.factories import metadata

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
IN_CI = bool(os.environ.get("CI"))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not IN_CI and not (CHROMIUM and DRIVER),
        reason="there is no browser here: install chromium and chromium-driver (apt), as .ci/run does",
    ),
]

README = """\
# hello

[A guide](docs/guide.md), [a part](#installation), [no part](#Nowhere) and ![a picture](docs/a.png).

| a | a long heading that has to wrap | another one | and one more | a_word_without_any_break_in_it_at_all |
| - | - | - | - | - |
| 1 | 2 | 3 | 4 | 5 |

> [!NOTE]
> It is said.

## Installation

```python
def hello(name: str) -> None:  # says it
    print(f"hello {name}", 1)
```

- [x] done

<details><summary>More</summary>It is hidden.</details>
"""

IS_AS_WIDE = "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"

IS_READABLE = """
const luminance = ([r, g, b]) => [r, g, b].map(v => v / 255)
  .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const numbers = colour => colour.match(/[0-9.]+/g).map(Number);
const behind = element => {
  for (let at = element; at; at = at.parentElement) {
    const colour = numbers(getComputedStyle(at).backgroundColor);
    if (colour.length < 4 || colour[3] > 0) return colour;
  }
  return [255, 255, 255];
};
const found = [];
for (const element of document.body.querySelectorAll("*")) {
  const text = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
  if (!text || !element.offsetParent) continue;
  const pair = [numbers(getComputedStyle(element).color), behind(element)].map(luminance);
  const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
  if (ratio < 4.5) found.push(`${element.tagName}.${element.className} ${ratio.toFixed(2)}`);
}
return found;
"""
"""Lists the elements whose text stands out less than WCAG's level AA asks for."""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    info = metadata({}, "Project-URL: Source, https://example.org", "Classifier: Typing :: Typed", version="1.2.0")
    head = info.partition("\n\n")[0]
    code = f"INFO = {head!r} + '\\n\\n' + pathlib.Path('README.md').read_text()\n"
    files = projects.with_own_backend(code)
    table = files["pyproject.toml"].rstrip() + '\n            readme = "README.md"\n'
    root = projects.write(tmp_path / "hello", {**files, "pyproject.toml": table})
    (root / "README.md").write_text(README)
    return root


@pytest.fixture
def command(tree: Path, root: Path) -> Iterator[subprocess.Popen[str]]:
    environ = {**os.environ, "PYTHONPATH": str(root / "src"), "HTTPS_PROXY": "http://127.0.0.1:9"}
    args = [sys.executable, "-m", "pypublish", "preview", str(tree)]
    with subprocess.Popen(args, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as running:
        try:
            yield running
        finally:
            running.kill()


@pytest.fixture
def address(command: subprocess.Popen[str]) -> str:
    assert command.stdout is not None
    said = []
    for line in command.stdout:
        said.append(line)
        if line.strip().startswith("http://"):
            return line.strip()
    raise AssertionError("".join(said))


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    assert CHROMIUM, "there is no chromium in CI"
    assert DRIVER, "there is no chromedriver in CI"
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    # Nothing is to leave this machine, whatever the page asks for.
    rules = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    for argument in (
        "--headless=new",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        rules,
        f"--user-data-dir={tmp_path / 'profile'}",
    ):
        options.add_argument(argument)
    if os.getuid() == 0:
        options.add_argument("--no-sandbox")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options, Service(DRIVER, log_output=subprocess.DEVNULL))
    try:
        yield driver
    finally:
        driver.quit()


def resize(browser: webdriver.Chrome, width: int) -> None:
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def prefer(browser: webdriver.Chrome, scheme: str) -> None:
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def log(browser: webdriver.Chrome, kind: str) -> list[str]:
    entries: list[dict[str, str]] = browser.get_log(kind)  # type: ignore[no-untyped-call] # selenium's
    return [entry["message"] for entry in entries]


def asked_for(browser: webdriver.Chrome) -> set[str]:
    """Return the addresses that the browser has asked for, but for those of its own pages and within the page."""
    events = [json.loads(message)["message"] for message in log(browser, "performance")]
    sent = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
    return {url for url in sent if urlsplit(url).scheme not in {"chrome", "data"}}


def test_the_page(browser: webdriver.Chrome, address: str, tree: Path, command: subprocess.Popen[str]) -> None:
    browser.get(address)
    assert browser.title == "hello 1.2.0 · preview of its page on PyPI"
    assert [element.text for element in browser.find_elements(By.CSS_SELECTOR, ".pp-broken")] == ["A guide", "no part"]
    assert "a picture" in browser.find_element(By.CSS_SELECTOR, ".pp-gap").text
    assert "3 things will not work on PyPI" in browser.find_element(By.TAG_NAME, "header").text

    for width, beside in ((1400, True), (400, False)):
        resize(browser, width)
        assert browser.execute_script(IS_AS_WIDE)
        main, side = (browser.find_element(By.CSS_SELECTOR, part).rect for part in ("main", ".pp-side"))
        assert (side["x"] >= main["x"] + main["width"]) is beside
        assert (side["y"] >= main["y"] + main["height"]) is not beside
        for scheme in ("light", "dark"):
            prefer(browser, scheme)
            assert browser.execute_script(IS_READABLE) == [], scheme

    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    # A click on "Show" leads to the place, and a click on the number back to the list.
    browser.find_element(By.CSS_SELECTOR, '[href="#pypublish-at-1"]').click()
    assert browser.current_url == f"{address}#pypublish-at-1"
    browser.find_element(By.ID, "pypublish-at-1").click()
    assert browser.current_url == f"{address}#pypublish-flaw-1"
    browser.get(address)
    browser.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    assert browser.switch_to.active_element.text == "Skip to the description"

    (tree / "README.md").write_text(README.replace("docs/guide.md", "https://example.org").replace("A guide", "Mended"))
    WebDriverWait(browser, 20).until(lambda there: there.find_elements(By.LINK_TEXT, "Mended"))
    assert len(browser.find_elements(By.CSS_SELECTOR, ".pp-broken")) == 1

    assert log(browser, "browser") == []  # no error, and nothing that the policy forbids
    assert asked_for(browser) == {address, address.replace("/project/hello/", "/state")}

    command.send_signal(signal.SIGINT)
    assert command.wait(20) == 0
    WebDriverWait(browser, 20).until(lambda there: "has ended" in there.find_element(By.ID, "pypublish-live").text)
