"""Make docs/preview.png, the picture of docs/preview.md: needs chromium and chromium-driver, as the tests do.

python3 bootstrap.py --dev python docs/preview_screenshot.py
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from pypublish.checks.preview import preview_of
from pypublish.pypi.metadata import from_file
from pypublish.render.html import page

PICTURE = Path(__file__).with_name("preview.png")
WIDTH, HEIGHT = 1100, 720

METADATA = """\
Metadata-Version: 2.4
Name: hello
Version: 1.2.0
Summary: Says hello, in any language that you like.
Author-Email: Jo Example <jo@example.org>
License-Expression: MIT
Requires-Python: >=3.11
Keywords: hello,greeting,example
Project-URL: Source, https://github.com/acme/hello
Project-URL: Documentation, https://hello.example.org
Classifier: Development Status :: 4 - Beta
Classifier: Programming Language :: Python :: 3.13
Classifier: Programming Language :: Python :: 3.14
Classifier: Typing :: Typed
Description-Content-Type: text/markdown

# hello

Says hello to whom you name; [the guide](docs/guide.md) has more, and [below](#Install) is how to get it.

![How it works](docs/overview.png)

## Installation

```python
from hello import hello

print(hello("world"))  # Hello, world!
```
"""


def main() -> int:
    """Write the page, open it, and take its picture."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        print("There is no chromium with its driver: apt-get install chromium chromium-driver.")
        return 1
    preview = preview_of(from_file(METADATA.encode()), readme="README.md", repository=("acme", "hello"))
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in ("--headless=new", "--no-sandbox", "--hide-scrollbars", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        path.write_text(page(preview, live=False), "utf-8")
        browser = webdriver.Chrome(options, Service(driver, log_output=subprocess.DEVNULL))
        try:
            size = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
            browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
            browser.get(path.as_uri())
            browser.save_screenshot(str(PICTURE))
        finally:
            browser.quit()
    print(f"{PICTURE.name}: {PICTURE.stat().st_size / 1e3:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
