"""Faults of the artifact that carries the sealed files from job to job (F36-F41): they are GitHub's to make."""

from __future__ import annotations

from pypublish.rehearsal.fault import described

artifact_expired = described(
    "F36",
    "artifact-expired",
    """The sealed artifact has expired: the approval came after its 30 days.

    Seen: the publishing job is red, since there is no such artifact. `prepare`, run again, warns that it has expired
    (`sealed-artifact-is-kept`), and builds anew.
    Do: *Re-run all jobs*. What is built then is published only where the index has no other bytes of this version.
    Tried: `tests/stages/test_recover.py::test_what_has_expired_is_built_again_and_said`,
    `tests/stages/test_finishing.py::test_what_comes_out_the_same_again_is_finished_without_the_artifact`
    """,
)

artifact_not_handed_out = described(
    "F37",
    "artifact-not-handed-out",
    """GitHub lists the artifact, and does not hand it out.

    Seen: `prepare` ends with exit code 4 and names the artifact; it builds nothing in its place. Where it is the
    publishing job that does not get it, that is red before a token is asked for.
    Do: run the same job again later.
    Tried: `tests/stages/test_recover.py::test_an_artifact_that_is_listed_but_not_handed_out_is_waited_for`
    """,
)

artifact_changed = described(
    "F38",
    "artifact-changed",
    """What comes out of the artifact is not what was sealed: a file or the manifest has other bytes.

    Seen: the publishing job is red at the comparison with the checksums, before a token is asked for; `plan` and
    `verify` end with exit code 1 and name the file.
    Do: find out which job changed it before you go on; then *Re-run all jobs*.
    Tried: `tests/faults/test_command.py::test_f38_a_manifest_that_was_changed_on_the_way_is_refused`,
    `tests/stages/test_proof.py::test_no_byte_can_be_changed_unseen`,
    `tests/action/test_release.py::test_an_artifact_that_somebody_meddled_with_is_not_published`
    """,
)

artifact_not_whole = described(
    "F39",
    "artifact-not-whole",
    """The artifact lacks a file, or has one too many.

    Seen: the publishing job is red at the comparison with the checksums, which shows both lists; `upload` ends with
    exit code 1 and names each file.
    Do: find out which job changed it before you go on; then *Re-run all jobs*.
    Tried: `tests/templates/test_comparison.py::test_what_somebody_meddled_with_stops`,
    `tests/faults/test_machine.py::test_f39_a_folder_that_is_not_what_was_sealed_is_not_uploaded`
    """,
)

artifact_named_twice = described(
    "F40",
    "artifact-named-twice",
    """Two attempts of a run hand over an artifact each.

    Seen: nothing: each is named by its attempt, the publishing job takes the one that its own `prepare` named, and a
    later `prepare` takes up the oldest that can be had.
    Do: nothing.
    Tried: `tests/stages/test_recover.py::test_the_oldest_that_can_be_had_is_used`,
    `tests/action/test_action_yml.py::test_the_artifact_is_named_by_attempt_and_kept_while_an_approval_may_take`
    """,
)

built_again = described(
    "F41",
    "built-again",
    """*Re-run all jobs* of a release that stopped half way, and the backend makes other bytes the second time.

    Seen: nothing while the artifact is kept: `prepare` takes what was sealed first. Where it cannot be had, `prepare`
    stops and shows both digests: `published-files-are-the-sealed-ones`.
    Do: start the workflow with the `run-id` of the run that published; where its files are gone, raise the version and
    yank this one.
    Tried: `tests/stages/test_finishing.py::test_a_release_that_stopped_half_way_is_finished_with_its_own_bytes`,
    `tests/stages/test_finishing.py::test_other_bytes_than_were_published_stop_it`,
    `tests/faults/test_upload.py::test_f41_another_build_does_not_finish_a_release`
    """,
)
