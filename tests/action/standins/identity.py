"""Give the steps that follow the identity that GitHub gives a job that holds `id-token: write`."""

from __future__ import annotations

import json
import os
from pathlib import Path

if __name__ == "__main__":
    url, token = json.loads(os.environ["STANDIN_IDENTITIES"])[os.environ["GITHUB_JOB"]]
    with Path(os.environ["GITHUB_ENV"]).open("a") as file:
        file.write(f"ACTIONS_ID_TOKEN_REQUEST_URL={url}\nACTIONS_ID_TOKEN_REQUEST_TOKEN={token}\n")
        file.write("UV_OFFLINE=0\n")  # what stands in for the index is a network to uv
