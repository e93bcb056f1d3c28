"""What stops releases most, and what helps: the table of PUBLISHING.md, as Markdown."""

from __future__ import annotations

TROUBLE: tuple[tuple[str, str], ...] = (
    (
        "nothing starts after the tag was pushed",
        (
            "The tag is not of the form under `on.push.tags`; or a workflow pushed it with `GITHUB_TOKEN`, which starts"
            " nothing. Push it yourself, or start the workflow by hand with the tag, and index `pypi` where it asks."
        ),
    ),
    (
        "`wheels` is red on a platform",
        (
            "Nothing was published. The log of cibuildwheel says what failed; where it was the machine, *Re-run failed"
            " jobs* builds those wheels again. What you do not want is left out under `[tool.cibuildwheel]`."
        ),
    ),
    (
        "`prepare` is red",
        (
            "Nothing was published. The summary of the run says what is wrong and where. Mend it and commit; then tag"
            " that commit, or raise the version. Moving a tag: `git tag -f TAG`, `git push -f origin TAG`."
        ),
    ),
    (
        "`prepare` says that tag and version differ",
        "The tag stands on a commit whose version is another. Raise the version first, then tag that commit.",
    ),
    (
        "`gates` is red",
        "A command of `[tool.pypublish.gates]` failed against the built wheel; its log says why. Nothing is published.",
    ),
    (
        "`publish` waits",
        "Somebody has to approve the environment: the run's page → Review deployments.",
    ),
    (
        "`publish` says `invalid-publisher`",
        (
            "The index does not know this workflow by exactly the values above: owner, repository, workflow,"
            " environment. Correct the entry there, then *Re-run failed jobs*."
        ),
    ),
    (
        "`publish` says that a tag or a branch is not allowed to deploy",
        "Settings → Environments → the environment → Deployment branches and tags: add tags and default branch.",
    ),
    (
        "`publish` says `File already exists`",
        "The index has other bytes under this name, and never takes others. Release the next version.",
    ),
    (
        "`publish` is red, and some of the files are published",
        "*Re-run failed jobs* within 14 days: what is there is left alone, the others are added.",
    ),
    (
        "`verify` is red with exit code 5",
        "Published, and not yet visible everywhere. *Re-run failed jobs* in some minutes; do not release anew.",
    ),
    (
        "`verify` is red with exit code 1",
        "What users get does not install, or is not what was built. Yank it, and release the next version.",
    ),
)
"""What is seen, and what to do."""
