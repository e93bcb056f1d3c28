"""Upload everything in a folder as the publishing action does: the runner's identity, then twine, unmodified."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Run twine with the identity that GitHub gives a job that holds `id-token: write`.

    Where STANDIN_CUT_OFF_AFTER is set, the job is cut off after the files of that ending.
    """
    wanted = os.environ.get("STANDIN_CUT_OFF_AFTER", "")
    files = [file for file in sorted(Path(os.environ["INPUT_PACKAGES_DIR"]).iterdir()) if file.name.endswith(wanted)]
    environ = {
        **os.environ,
        "ACTIONS_ID_TOKEN_REQUEST_URL": os.environ["STANDIN_ID_TOKEN_URL"],
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": os.environ["STANDIN_ID_TOKEN"],
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    command = [sys.executable, "-m", "twine", "upload", "--non-interactive", "--disable-progress-bar"]
    command += ["--config-file", os.devnull, "--repository-url", os.environ["INPUT_REPOSITORY_URL"]]
    return subprocess.run([*command, *map(str, files)], env=environ, check=False).returncode or bool(wanted)


if __name__ == "__main__":
    raise SystemExit(main())
