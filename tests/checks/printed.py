"""What uv prints of an exchange, for the tests of what is made of it."""

from __future__ import annotations

import json

HEAD = "Checking 1 file against https://upload.pypi.org/legacy/\n"
FAILED = HEAD + "error: Failed to obtain token for trusted publishing\n"


def refused(code: str, description: str, *, claims: str = "") -> str:
    answer = {"message": "Token request failed", "errors": [{"code": code, "description": description}]}
    return (
        f"{FAILED}  cause: Server returned error code 422 Unprocessable Entity, is trusted publishing correctly"
        f" configured?\n         Response: {json.dumps(answer)}\n{claims}"
    )


CLAIMS = """\
         Token claims, which must match the publisher configuration: GitHub(
             GitHubTokenClaims {
                 sub: "repo:acme/hello:environment:pypi",
                 repository: "acme/hello",
                 repository_owner: "acme",
                 repository_owner_id: "1",
                 job_workflow_ref: "acme/hello/.github/workflows/release.yml@refs/tags/v1.0.0",
                 ref: "refs/tags/v1.0.0",
                 environment: Some(
                     "pypi",
                 ),
             },
         )
"""
