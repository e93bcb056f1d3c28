"""Upload everything in a folder as the publishing action does: the runner's identity, then twine, unmodified."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path


def sign(folder: Path) -> None:
    """Leave an attestation beside each file, as the action does; it takes no file that has one already."""
    for file in sorted(folder.iterdir()):
        attestation = file.with_name(f"{file.name}.publish.attestation")
        if file.name.endswith(".attestation") or attestation.exists():
            raise SystemExit(f"::error::{file.name} already has a publish attestation")
    for file in sorted(folder.iterdir()):
        file.with_name(f"{file.name}.publish.attestation").touch()


def main() -> int:
    """Run twine with the identity that GitHub gives a job that holds `id-token: write`.

    Where STANDIN_CUT_OFF_AFTER is set, the job `publish` is cut off after the files of that ending.
    """
    folder = Path(os.environ["INPUT_PACKAGES_DIR"])
    wanted = os.environ.get("STANDIN_CUT_OFF_AFTER", "") if os.environ["GITHUB_JOB"] == "publish" else ""
    files = [file for file in sorted(folder.iterdir()) if file.name.endswith(wanted)]
    if os.environ["INPUT_ATTESTATIONS"] == "true":
        sign(folder)
    url, token = json.loads(os.environ["STANDIN_IDENTITIES"])[os.environ["GITHUB_JOB"]]
    environ = {
        **os.environ,
        "ACTIONS_ID_TOKEN_REQUEST_URL": url,
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": token,
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    command = [sys.executable, "-m", "twine", "upload", "--non-interactive", "--disable-progress-bar"]
    command += ["--config-file", os.devnull, "--repository-url", os.environ["INPUT_REPOSITORY_URL"]]
    return subprocess.run([*command, *map(str, files)], env=environ, check=False).returncode or bool(wanted)


if __name__ == "__main__":
    raise SystemExit(main())
