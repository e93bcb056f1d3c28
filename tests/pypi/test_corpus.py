"""Whether the rules agree with PyPI: on cases that nobody of this project wrote, with the verdicts of its own code."""

from __future__ import annotations

import base64
import io
import json
import re
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from packaging.version import InvalidVersion, Version

from pypublish import archive
from pypublish.model import Publisher
from pypublish.pypi import contents, descriptions, filenames, form, metadata, names, publishers
from pypublish.pypi.answers import Answer
from pypublish.pypi.archives import ENCRYPTED_SOURCE, archive_answer

Case = dict[str, Any]
Corpus = Callable[[str], Path]

ONLY_FOR_DISPLAY = {"verify_url_from_reference"}
"""Which links of a project page PyPI calls verified: nothing of a release depends on it."""


def load(path: Path) -> list[Case]:
    text = path.read_text(encoding="utf-8").replace("{PyPI}", "pypi.org").replace("{HOSTED}", "pythonhosted.org")
    cases: list[Case] = json.loads(text)
    return cases


def verdict(case: Case) -> Case:
    """What PyPI's own code said; where nobody asked it, what the source's own test expects."""
    said: Case = case["pypi"] or case["expected"]
    return said


def disagreements(cases: list[Case], judge: Callable[[Case], Answer | str | None]) -> list[str]:
    found = []
    for case in cases:
        said, answer = verdict(case), judge(case["input"])
        accepted = answer is None
        message = answer.message if isinstance(answer, Answer) else answer
        status = answer.status if isinstance(answer, Answer) else None
        if said["accept"] not in {None, accepted} or (status and status != said.get("status", status)):
            found.append(f"{case['id']}: PyPI {said}, ours {answer}")
        elif said.get("message") and not accepted and not same_words(said["message"], message or ""):
            found.append(f"{case['id']}: PyPI says {said['message']!r}, ours {message!r}")
    return found


def same_words(theirs: str, ours: str) -> bool:
    """Compare messages; PyPI lists the members of sets in any order, and says nothing where its code stumbles."""
    if theirs.startswith("UNHANDLED"):
        return ours == "Internal Server Error"
    theirs = theirs.replace("<filename>", "x-1-py3-none-any.whl")

    def sort_lists(text: str) -> str:
        return re.sub(r"\[([^\]]*)\]", lambda found: str(sorted(found[1].split(", "))), text)

    # A case may hold a rule's words without the sentence that leads to a help page.
    return sort_lists(ours) == sort_lists(theirs) or sort_lists(ours).startswith(f"{sort_lists(theirs)} See ")


def judge_form(given: Case) -> Answer | None:
    fields = form.sanitise(form.gather((name, value) for name, value in given["form"]))
    return form.protocol_is_known(fields) or form.fields_are_valid(fields) or metadata.judge_form(fields)


def judge_file(given: Case) -> Answer | None:
    return metadata.judge(metadata.from_file(base64.b64decode(given["metadata_b64"])))


def judge_filename(given: Case) -> Answer | None:
    try:
        version = Version(given["metadata_version_field"])
    except InvalidVersion:
        return Answer(status=400, message="")
    filename, file_type, project = given["filename"], given["filetype"], given.get("project_name")
    return (
        filenames.is_printable(filename)
        or filenames.has_no_path(filename)
        or filenames.has_its_extension(filename, file_type)
        or filenames.fits(
            filename,
            file_type=file_type,
            project=project or given["metadata_name"],
            name=given["metadata_name"],
            version=version,
        )
    )


def judge_name(given: Case) -> Answer | None:
    return names.judge(given["name"], existing={names.normalise(name) for name in given.get("existing", ())})


def judge_description(given: Case) -> Answer | None:
    return descriptions.judge(given["description"], given["content_type"] or "")


@pytest.mark.parametrize(
    ("name", "judge"),
    [
        ("upload_form_cases.json", judge_form),
        ("metadata_file_cases.json", judge_file),
        ("metadata_file_cases_twine.json", judge_file),
        ("filename_cases.json", judge_filename),
        ("filename_cases_uv.json", judge_filename),
        ("project_name_cases.json", judge_name),
        ("description_render_cases.json", judge_description),
    ],
)
def test_the_rules_give_pypis_answers(corpus: Corpus, name: str, judge: Callable[[Case], Answer | str | None]) -> None:
    assert disagreements(load(corpus(name)), judge) == []


def test_entry_points_are_judged_as_pypi_judges_them(corpus: Corpus) -> None:
    cases = load(corpus("entry_points_cases.json"))
    assert (
        disagreements(cases, lambda given: contents.entry_points_mistake(base64.b64decode(given["entry_points_b64"])))
        == []
    )
    refused = contents.entry_points_are_valid("a-1-py3-none-any.whl", b"\xff")
    assert refused is not None
    assert refused.message == cases[-2]["expected"]["message"].replace("<filename>", "a-1-py3-none-any.whl")


def test_every_name_of_the_standard_library_is_kept(corpus: Corpus) -> None:
    assert names.standard_modules() == set(json.loads(corpus("stdlib_prohibited_names.json").read_bytes()))


COMPRESSION = {"bzip2": zipfile.ZIP_BZIP2, "lzma": zipfile.ZIP_LZMA}
TAKEN_BY_PYPI = {"hardlink"}
"""twine wants PKG-INFO to be a regular file, PyPI only that it is there."""


def build(given: Case) -> io.BytesIO:
    """Make an archive by its recipe."""
    made = io.BytesIO()
    if given["filename"].endswith((".whl", ".zip")):
        with zipfile.ZipFile(made, "w") as packed:
            for name, content, *method in given["members"]:
                packed.writestr(name, content, compress_type=COMPRESSION[method[0]] if method else None)
        return made
    with tarfile.open(fileobj=made, mode="w:gz") as tar:
        for name, content in given["members"]:
            info = tarfile.TarInfo(name)
            if isinstance(content, str):
                info.size = len(content.encode())
                tar.addfile(info, io.BytesIO(content.encode()))
            else:
                info.type = tarfile.LNKTYPE if "hardlink" in content else tarfile.GNUTYPE_SPARSE
                info.linkname = content.get("hardlink", "")
                tar.addfile(info)
    return made


def judge_archive(given: Case) -> Answer | None:
    name = given["filename"]
    found = archive.read(
        build(given), format=archive.format_of(name) or "tar.gz", keep=lambda _: True, search=ENCRYPTED_SOURCE
    )
    if "stage" not in given:
        return archive_answer(name, found)
    where = contents.dist_info(name)
    record = found.texts.get(f"{where}/RECORD")
    return contents.record_is_readable(name, record) or contents.metadata_is_there(name, found.names)


def test_archives_are_judged_as_pypi_judges_them(corpus: Corpus) -> None:
    cases = load(corpus("wheel_sdist_content_cases.json"))
    # The verdict of PyPI's code on a single rule has no words; its own tests have.
    worded = [{**case, "pypi": None} if "stage" in case["input"] else case for case in cases]
    assert disagreements(worded, judge_archive) == []


def test_sdists_of_twines_are_judged_as_pypi_would(corpus: Corpus) -> None:
    cases = [case for case in load(corpus("sdist_cases_twine.json")) if case["id"] not in TAKEN_BY_PYPI]
    assert disagreements(cases, judge_archive) == []


PUBLISHER = Publisher(owner="some", repository="some", workflow="some.yml", environment="")


def judge_job_workflow_ref(given: Case) -> str | None:
    registered = given["publisher"]
    publisher = replace(
        PUBLISHER,
        owner=registered["owner"],
        repository=registered["repository"],
        workflow=registered["workflow_filename"],
    )
    return publishers.job_workflow_ref_mistake(publisher, given)


def judge_registration(given: Case) -> str | None:
    fields = {{"workflow_filename": "workflow"}.get(name, name): value or "" for name, value in given.items()}
    return next(publishers.registration_mistakes(replace(PUBLISHER, **fields)), None)


def judge_oidc(kind: str, given: Case) -> tuple[bool, object]:
    """Return whether it is accepted, and the value or the words that come with that."""
    said: object
    accepted: bool
    match kind:
        case "extract_workflow_filename":
            said = publishers.workflow_filename(given["job_workflow_ref"])
            accepted = said is not None
        case "check_repository":
            accepted, said = publishers.is_repository(given["publisher"], given["claim"]), None
        case "check_environment":
            accepted, said = publishers.is_environment(given["publisher"], given["claim"]), None
        case "check_job_workflow_ref":
            said = judge_job_workflow_ref(given)
            accepted = said is None
        case "normalize_environment":
            accepted, said = True, publishers.normalise_environment(given["environment"])
        case "mint_token_body":
            accepted, said = judge_mint_body(given["body"])
        case _:
            said = judge_registration(given)
            accepted = said is None
    return accepted, said


def judge_mint_body(body: str) -> tuple[bool, object]:
    token = publishers.token_in(json.loads(body))
    if isinstance(token, publishers.Refusal):
        return False, token
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    refusal = publishers.issuer_is_known(claims)
    return refusal is None, refusal


def test_publishers_are_found_as_pypi_finds_them(corpus: Corpus) -> None:
    wrong = []
    for case in load(corpus("oidc_cases.json")):
        if case["kind"] in ONLY_FOR_DISPLAY:
            continue
        accepted, said = judge_oidc(case["kind"], case["input"])
        expected = case["expected"]
        if isinstance(said, publishers.Refusal):
            agrees = said.code == expected["code"] and said.description == expected.get("description", said.description)
        elif "message_starts" in expected:
            agrees = str(said).startswith(expected["message_starts"])
        else:
            wanted = expected.get("value", expected.get("message"))
            agrees = wanted is None or said == wanted
        if accepted != expected["accept"] or not agrees:
            wrong.append((case["id"], expected, accepted, said))
    assert wrong == []
