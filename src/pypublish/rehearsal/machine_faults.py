"""Faults of the machine, of whoever stops it, and of other runs beside this one (F42-F53)."""

from __future__ import annotations

from pypublish.rehearsal.fault import described

disk_full = described(
    "F42",
    "disk-full",
    """The disk is full: of the staging folder, of the temporary files, or of the runner's own files.

    Seen: exit code 3, and the file or folder that there is no room for; 2 where it is the folder that was named for the
    files. A staging folder is whole or not there.
    Do: make room, or use a machine with more; then run the same job again.
    Tried: `tests/faults/test_machine.py::test_f42_a_full_disk_is_said_and_leaves_nothing_half`,
    `tests/faults/test_machine.py::test_f42_a_staging_folder_is_whole_or_not_there`,
    `tests/faults/test_machine.py::test_f42_what_it_is_said_on_may_be_full`
    """,
)

read_only = described(
    "F43",
    "read-only",
    """The folder for the files, or the one that they are read from, may not be written.

    Seen: exit code 2 and the folder's name, where it is to be written; nothing where it is only read.
    Do: name another folder, or let who runs this write there.
    Tried: `tests/faults/test_machine.py::test_f43_a_folder_that_cannot_be_written_is_named`,
    `tests/faults/test_machine.py::test_f43_what_is_only_read_may_be_read_only`
    """,
)

interrupted = described(
    "F44",
    "interrupted",
    """A job is cancelled (SIGINT, then SIGTERM), or its machine dies (SIGKILL), at any moment.

    Seen: a cancelled command ends with exit code 130, and has stopped what it started; of a dead one nothing is seen.
    `pypublish status` says where the release stands.
    Do: *Re-run all jobs*.
    Tried: `tests/stages/test_prepare.py::test_an_interruption_leaves_nothing`,
    `tests/cli/test_main.py::test_an_interrupted_command_ends_with_130`,
    `tests/faults/test_killed.py::test_f44_killed_at_any_moment_it_is_finished_by_the_same_commands`
    """,
)

cancelled_between_files = described(
    "F45",
    "cancelled-between-files",
    """The publishing job is cancelled when the wheel is published and the sdist is not.

    Seen: `plan` and `verify` say "published in part" and name the sdist.
    Do: run the publishing job again, within 14 days; it uploads what is missing, and nothing else.
    Tried: `tests/faults/test_killed.py::test_f45_cancelled_between_wheel_and_sdist`
    """,
)

memory_used_up = described(
    "F46",
    "memory-used-up",
    """There is not enough memory: the system refuses more, or ends the process that takes most.

    Seen: exit code 3 and "not enough memory"; where it is the build backend that was ended, exit code 1 and "was ended
    by signal 9". Where it is pypublish itself that the system ends, as F44.
    Do: use a machine with more memory, or build less at once; then run the same job again.
    Tried: `tests/faults/test_machine.py::test_f46_too_little_memory_is_no_bug`,
    `tests/faults/test_machine.py::test_f46_a_backend_that_the_system_ended_is_explained`
    """,
)

nothing_to_run_with = described(
    "F47",
    "nothing-to-run-with",
    """The machine has no Python that pypublish runs on, no uv, or neither and no way to fetch them.

    Seen: exit code 3, and what is needed.
    Do: let the job run on a machine with Python 3.11 or newer, or with a way to the index.
    Tried: `tests/bootstrap/test_pythons.py::test_the_old_are_told_what_is_needed`,
    `tests/bootstrap/test_obstacles.py::test_offline_without_uv`,
    `tests/bootstrap/test_obstacles.py::test_no_python_that_fits_and_none_to_be_fetched`,
    `tests/bootstrap/test_obstacles.py::test_a_machine_that_uv_is_not_made_for`. Not run: a machine without any python3,
    where the action's shell says that there is no such command.
    """,
)

windows = described(
    "F48",
    "windows",
    """The runner is a Windows one: backslashes in paths, CRLF in its files, a console that knows few characters.

    Seen: nothing. Names in the manifest are file names alone; what a console cannot show is spelled out.
    Do: nothing.
    Tried: `tests/faults/test_machine.py::test_f48_a_console_of_few_characters_shows_all_messages`,
    `tests/github/test_runner.py::test_the_log_is_utf_8_whatever_the_machine_thinks`,
    `tests/github/test_files.py::test_the_runner_reads_exactly_what_was_written`. Not run: Windows itself, and so paths
    with backslashes; `ci.yml` has a job for them.
    """,
)

case_is_lost = described(
    "F49",
    "case-is-lost",
    """The file system takes two names that differ in case alone for one, as macOS and Windows do.

    Seen: nothing: an index takes normalised names only, and so `check` stops at a file whose name has capitals where
    there may be none.
    Do: use a current build backend; do not rename files.
    Tried: `tests/faults/test_machine.py::test_f49_names_that_differ_in_case_alone_are_refused`. Not run: macOS itself;
    `ci.yml` has a job for it.
    """,
)

proxy_and_authority = described(
    "F50",
    "proxy-and-authority",
    """The runner reaches the index by a proxy alone, which signs with an authority of its own.

    Seen: nothing where HTTPS_PROXY and SSL_CERT_FILE say so; else exit code 4: the authority is not known. The
    publishing action runs in a container, which knows neither the runner's authorities nor its proxy: it is red before
    anything is uploaded.
    Do: set both variables; let the publishing job run on one of GitHub's runners, or use `pypublish upload`.
    Tried: `tests/edges/test_certificates.py::test_an_authority_that_the_user_names_is_trusted`,
    `tests/edges/test_certificates.py::test_an_unknown_authority_is_explained`, and every command of
    `tests/faults/test_command.py`, which all go by a proxy with an authority of its own. Not run: the publishing
    action's container.
    """,
)

enterprise_server = described(
    "F51",
    "enterprise-server",
    """The runner belongs to a GitHub Enterprise Server: no Trusted Publishing, and no artifacts of this kind.

    Seen: `prepare` ends with exit code 2 at once, and names the server.
    Do: release from github.com; or run `pypublish prepare` and `pypublish upload` in one step, with an API token.
    Tried: `tests/faults/test_machine.py::test_f51_an_enterprise_server_is_refused_at_once`. Not run: such a server.
    """,
)

two_tags_one_version = described(
    "F52",
    "two-tags-one-version",
    """Two runs release one version at once: two tags of it were pushed, `v1.2.0` and `1.2.0`.

    Seen: a tag is released at a time, since the tag is the concurrency group; for two tags, one run comes first, and
    the other stops: at `plan` or in its publishing job, where the bytes differ.
    Do: nothing where the bytes are the same; else finish the run that came first, and remove the other tag.
    Tried: `tests/faults/test_together.py::test_f52_of_two_releases_of_one_version_one_is_published_and_the_other_told`,
    `tests/templates/test_templates.py::test_two_runs_for_a_tag_never_overlap_and_none_is_cut_off`
    """,
)

two_workflows_one_commit = described(
    "F53",
    "two-workflows-one-commit",
    """Two workflows release the same commit at once, from the same sealed files.

    Seen: nothing: the index takes the same bytes a second time without a word.
    Do: leave one of the workflows.
    Tried: `tests/faults/test_together.py::test_f53_two_uploads_of_the_same_files_at_once_both_end_well`
    """,
)
