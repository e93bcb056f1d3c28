"""upload, with the real twine against the embedded index: what is absent is sent, until the index shows it."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish import codec
from pypublish.edges import credentials, uploading
from pypublish.edges.uploading import End
from pypublish.edges.world import Clock, Transport, World
from pypublish.errors import ExitCode, IndexUnavailableError, NotVisibleError, SealError, UsageError
from pypublish.findings import Outcome
from pypublish.listing import PublishPlan
from pypublish.model import PYPI, TESTPYPI, Artifact, ArtifactKind, Index, Manifest, Release, VerifySettings
from pypublish.rehearsal.server import Registration, Rehearsal, serve
from pypublish.stages.upload import upload
from tests import factories
from tests.factories import Made
from tests.rehearsal.parts import API_TOKEN, JOB, PUBLISHER, form_of, http_client

TOKEN = {"TWINE_PASSWORD": API_TOKEN}
FILES = (
    factories.sdist(),
    factories.wheel(tag="py3-none-any"),
    factories.wheel(tag="cp313-cp313-win_amd64"),
)
WHEELS = sorted(made.filename for made in FILES if made.filename.endswith(".whl"))
SDIST = "hello-1.0.0.tar.gz"
ALL = {*WHEELS, SDIST}


def artifact(made: Made) -> Artifact:
    return Artifact(
        filename=made.filename,
        kind=ArtifactKind.WHEEL if made.filename.endswith(".whl") else ArtifactKind.SDIST,
        size=len(made.content),
        sha256=hashlib.sha256(made.content).hexdigest(),
        blake2b_256=hashlib.blake2b(made.content, digest_size=32).hexdigest(),
        python_tag="py3",
        requires_python=">=3.8",
    )


def manifest_of(*files: Made, tag: str | None = "v1.0.0", index: Index = PYPI) -> Manifest:
    return Manifest(
        schema=1,
        release=Release(name="hello", version="1.0.0", tag=tag, commit="c" * 40, epoch=1),
        artifacts=tuple(map(artifact, files)),
        builds=(),
        verify=VerifySettings(dependencies_index="https://pypi.org/simple/"),
        index=index,
    )


@dataclass
class Recorder:
    lines: list[str] = field(default_factory=list)

    def started(self, stage: str) -> None:
        self.lines.append(f"{stage} …")

    def done(self, outcome: Outcome[object]) -> None:
        self.lines.append(f"{outcome.stage}: {outcome.summary}")


@dataclass
class Place:
    """A staging folder, an index, and a world in which waiting takes no time."""

    folder: Path
    world: World
    index: Rehearsal
    slept: list[float]
    files: tuple[Made, ...] = FILES
    said: Recorder = field(default_factory=Recorder)

    def __call__(self, *, manifest: Manifest | None = None, index: Index = PYPI, **how: object) -> Outcome[PublishPlan]:
        self.said = Recorder()
        sealed = manifest or manifest_of(*self.files)
        return upload(sealed, self.folder / "dist", index, self.world, self.said, **how)  # type: ignore[arg-type]

    @property
    def published(self) -> set[str]:
        project = self.index.stores["pypi"].project("hello")
        releases = project.releases.values() if project else ()
        return {file.filename for release in releases for file in release.files}

    def with_environ(self, **more: str) -> None:
        self.world = replace(self.world, environ={**self.world.environ, **more})

    def publish(self, *names: str) -> None:
        with http_client(self.index) as client:
            for path in (self.folder / "dist" / name for name in names):
                form = {**form_of(path), "requires_python": ">=3.8"}
                answer = client.post(
                    PYPI.upload_url,
                    data={name: value for name, value in form.items() if value is not None},
                    files={"content": (path.name, path.read_bytes(), "application/octet-stream")},
                    auth=("__token__", API_TOKEN),
                )
                assert answer.status_code == 200, answer.text


@pytest.fixture
def place(tmp_path: Path, world: World) -> Callable[..., Iterator[Place]]:
    @contextmanager
    def make(*faults: str, files: Sequence[Made] = FILES, environ: dict[str, str] | None = None) -> Iterator[Place]:
        folder = tmp_path / "staging"
        for made in files:
            made.write(folder / "dist")
        slept: list[float] = []
        clock = Clock(monotonic=lambda: sum(slept), sleep=slept.append)
        registered = Registration(publisher=PUBLISHER, project="hello")
        with serve(
            tmp_path / "index",
            job=JOB,
            api_tokens={API_TOKEN: "alice"},
            registrations=[registered] if environ and "GITHUB_ACTIONS" in environ else [],
            faults=faults,
        ) as index:
            given = {"PATH": os.environ["PATH"], **(TOKEN if environ is None else environ)}
            if "GITHUB_ACTIONS" in given:
                given["ACTIONS_ID_TOKEN_REQUEST_URL"] = index.request_url
                given["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = index.request_token
            transport = Transport(proxy=index.proxy_url, ca_file=index.ca_file)
            reached = replace(world, environ=given, transport=transport, clock=clock)
            yield Place(folder=folder, world=reached, index=index, slept=slept, files=tuple(files))

    return make  # type: ignore[return-value]


Open = Callable[..., "_Context"]


class _Context:
    def __enter__(self) -> Place: ...  # type: ignore[empty-body]

    def __exit__(self, *_: object) -> None: ...


def told(outcome: Outcome[PublishPlan]) -> list[str]:
    return [f"{found.severity} {found.check} {found.where}: {found.message}" for found in outcome.all_findings]


@pytest.mark.slow
def test_what_is_absent_is_uploaded_and_seen(place: Open) -> None:
    with place() as here:
        outcome = here()
        assert told(outcome) == []
        assert here.published == ALL
        assert [re.sub(r"twine [\d.]+", "twine X", line) for line in here.said.lines] == snapshot(
            [
                "plan …",
                "plan: hello 1.0.0 on PyPI: not published, 3 files to upload",
                "login: by TWINE_PASSWORD",
                "upload …",
                "upload: 3 files of hello 1.0.0 taken by PyPI, by twine X",
                "wait …",
                "wait: PyPI shows 3 files, the same bytes",
            ]
        )
        assert outcome.closing == snapshot(("Published: PyPI shows all files of hello 1.0.0.",))
        assert outcome.value is not None
        assert outcome.value.state == "published"


@pytest.mark.slow
def test_a_finished_release_needs_no_credentials(place: Open) -> None:
    with place(environ={}) as here:
        here.publish(*WHEELS, SDIST)
        outcome = here()
        assert outcome.ok
        assert here.said.lines == snapshot(
            ["plan …", "plan: hello 1.0.0 on PyPI: published, the same bytes; nothing to upload"]
        )
        assert outcome.closing == snapshot(("PyPI has all files of hello 1.0.0; nothing was uploaded.",))


@pytest.mark.slow
def test_what_is_there_is_left_alone(place: Open) -> None:
    lines: list[str] = []
    with place() as here:
        here.world = replace(here.world, sink=lines.append)
        here.publish(WHEELS[0])
        assert here().ok
        assert here.published == ALL
    sent = [line.split()[1] for line in lines if line.startswith("Uploading hello")]
    assert sent == [WHEELS[1], SDIST]


@pytest.mark.slow
def test_wheels_are_sent_first(place: Open) -> None:
    with place("sdist-unavailable") as here:
        with pytest.raises(IndexUnavailableError) as caught:
            here()
        assert here.published == set(WHEELS)
        assert re.sub(r"in \d+ s", "in N s", f"{caught.value}\n{caught.value.hint}") == snapshot("""\
PyPI did not take the files: 503 SERVICE UNAVAILABLE (6 tries in N s). PyPI has hello-1.0.0-cp313-cp313-win_amd64.whl, hello-1.0.0-py3-none-any.whl, and lacks hello-1.0.0.tar.gz
Run the same command again when the index is well: it uploads what is missing, and nothing else.\
""")
        assert caught.value.exit_code is ExitCode.INDEX
        assert len(here.slept) == 5
        here.index.faults.disarm()
        assert here().ok
        assert here.published == ALL


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault",
    ["upload-unavailable:503/9", "upload-unavailable:500/6", "upload-stored-then-error/2", "upload-rate-limited"],
)
def test_trouble_that_passes_is_no_trouble(place: Open, fault: str) -> None:
    with place(fault) as here:
        outcome = here()
        assert told(outcome) == []
        assert here.published == ALL
        if fault == "upload-rate-limited":
            assert here.slept[0] >= 30


@pytest.mark.slow
def test_other_bytes_stop_it_before_anything_is_sent(place: Open, tmp_path: Path) -> None:
    with place() as here:
        here.publish(SDIST)
        other = factories.sdist({"more.py": "x = 1"})
        other.write(here.folder / "dist")
        outcome = here(manifest=manifest_of(other, *FILES[1:]))
        assert not outcome.ok
        assert [found.check for found in outcome.all_findings] == ["published-files-are-the-sealed-ones"]
        assert artifact(other).sha256 in outcome.all_findings[0].message
        assert artifact(FILES[0]).sha256 in outcome.all_findings[0].message
        assert here.published == {SDIST}
        assert here.said.lines[-1].startswith("plan:")


@pytest.mark.slow
def test_a_login_page_is_no_success(place: Open) -> None:
    with place("upload-login-page") as here:
        outcome = here()
        assert not outcome.ok
        assert told(outcome) == snapshot(
            [
                "error taken-files-are-there : twine says that all was taken, but PyPI has no file, and lacks hello-1.0.0-cp313-cp313-win_amd64.whl, hello-1.0.0-py3-none-any.whl, hello-1.0.0.tar.gz"
            ]
        )
        assert here.published == set()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "shown"),
    [
        pytest.param(
            "upload-forbidden",
            snapshot(
                [
                    "hello-1.0.0-cp313-cp313-win_amd64.whl",
                    "PyPI refused it: 403 Invalid or non-existent authentication information. See https://pypi.org/help/#invalid-auth for more information.",
                    "PyPI does not know the token from TWINE_PASSWORD: it was revoked, cut off when it was copied, or made elsewhere.",
                ]
            ),
            id="upload-forbidden",
        ),
        pytest.param(
            "filename-used",
            snapshot(
                [
                    "hello-1.0.0-cp313-cp313-win_amd64.whl",
                    "PyPI refused it: 400 This filename was previously used by a file that has since been deleted. Use a different version. See https://pypi.org/help/#file-name-reuse for more information.",
                    "A file of that name was deleted on PyPI, and its name is never free again: raise the version.",
                ]
            ),
            id="filename-used",
        ),
        pytest.param(
            "file-too-large",
            snapshot(
                [
                    "hello-1.0.0-cp313-cp313-win_amd64.whl",
                    "PyPI refused it: 400 File too large. Limit for project 'hello' is 100 MB. See https://docs.pypi.org/project-management/storage-limits#requesting-a-file-size-limit-increase for more information.",
                    "Ask PyPI for a higher limit, or make the file smaller in a new version; what was taken already stays.",
                ]
            ),
            id="file-too-large",
        ),
        pytest.param(
            "upload-redirected",
            snapshot(
                [
                    "hello-1.0.0-cp313-cp313-win_amd64.whl",
                    "PyPI refused it: RedirectDetected: https://upload.pypi.org/legacy/ attempted to redirect to https://login.example.net/.",
                    "Correct upload-url of the index; where it is right, a proxy answers in the index's place.",
                ]
            ),
            id="upload-redirected",
        ),
    ],
)
def test_a_refusal_is_said_in_the_indexs_words(place: Open, fault: str, shown: list[str]) -> None:
    with place(fault) as here:
        outcome = here()
        assert not outcome.ok
        (refusal,) = outcome.all_findings
        assert refusal.check == "upload-is-accepted"
        assert [str(refusal.where), refusal.message, refusal.hint] == shown
        assert here.slept == []
        assert API_TOKEN not in refusal.message + refusal.hint


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["filename-used", "file-too-large"])
def test_of_half_an_upload_the_rest_is_named_with_what_becomes_of_it(place: Open, fault: str) -> None:
    with place() as here:
        here.publish("hello-1.0.0-cp313-cp313-win_amd64.whl", "hello-1.0.0-py3-none-any.whl")
        here.index.faults.arm(fault)
        (refusal,) = here().all_findings[-1:]
        assert str(refusal.where) == "hello-1.0.0.tar.gz"
        assert [refusal.message.splitlines()[-1], refusal.hint] == {
            "filename-used": snapshot(
                [
                    "PyPI has hello-1.0.0-cp313-cp313-win_amd64.whl, hello-1.0.0-py3-none-any.whl, and lacks hello-1.0.0.tar.gz",
                    "A file of that name was deleted on PyPI, and its name is never free again: raise the version. Yank hello 1.0.0 then: it cannot be completed.",
                ]
            ),
            "file-too-large": snapshot(
                [
                    "PyPI has hello-1.0.0-cp313-cp313-win_amd64.whl, hello-1.0.0-py3-none-any.whl, and lacks hello-1.0.0.tar.gz",
                    "Ask PyPI for a higher limit, or make the file smaller in a new version; what was taken already stays. Then run the same command again: it uploads what is missing, and nothing else.",
                ]
            ),
        }[fault]


@pytest.mark.slow
def test_by_trusted_publishing(place: Open) -> None:
    with place(environ={"GITHUB_ACTIONS": "true", **TOKEN}) as here:
        outcome = here()
        assert outcome.ok, told(outcome)
        assert here.published == ALL
        assert "login: by Trusted Publishing, as a job of GitHub Actions" in here.said.lines
        assert told(outcome) == snapshot(
            [
                "note credentials-are-used : TWINE_PASSWORD is set, and not needed",
                "note publishing-job-leaves-the-token-alone : this runs on GitHub, where pypublish does not have to hold the right to publish",
            ]
        )


@pytest.mark.slow
def test_a_publisher_that_is_not_registered(place: Open) -> None:
    with place("publisher-unknown", environ={"GITHUB_ACTIONS": "true"}) as here:
        outcome = here()
        (refusal,) = [found for found in outcome.all_findings if found.stops(strict=False)]
        assert [refusal.message, refusal.hint] == snapshot(
            [
                "PyPI refused it: invalid-publisher: valid token, but no corresponding publisher (Publisher with matching claims was not found)",
                "No publisher on PyPI fits this job: compare its four values with those that pypublish doctor prints.",
            ]
        )
        assert here.published == set()


@pytest.mark.slow
def test_published_but_not_shown_yet_is_an_end_of_its_own(place: Open) -> None:
    with place("page-stale:3600") as here:
        with pytest.raises(NotVisibleError):
            here(patience=30)
        assert here.published == ALL


def test_what_is_no_longer_as_it_was_sealed_is_not_uploaded(place: Open) -> None:
    with place() as here:
        (here.folder / "dist" / SDIST).write_bytes(b"other")
        with pytest.raises(SealError):
            here()


def test_an_index_to_read_from_takes_nothing(place: Open) -> None:
    readable = Index(name="mirror", upload_url="", simple_url="https://pypi.org/simple/", oidc_audience="")
    with place() as here, pytest.raises(UsageError, match="mirror is an index to read from"):
        here(index=readable)


def test_pypi_wants_a_tag(place: Open) -> None:
    with place() as here, pytest.raises(UsageError, match="was sealed without a tag"):
        here(manifest=manifest_of(*FILES, tag=None))


# What there is to upload with.

PYPI_TOKEN, TEST_TOKEN = (f"pypi-{site}-the-rest" for site in ("AgEIcHlwaS5vcmc", "AgENdGVzdC5weXBpLm9yZw"))
OWN = Index(
    name="ours",
    upload_url="https://upload.example.org/legacy/",
    simple_url="https://example.org/simple/",
    oidc_audience="ours",
)


@pytest.fixture
def find(world: World, tmp_path: Path) -> Callable[..., credentials.Credentials]:
    def find(
        environ: dict[str, str], pypirc: str = "", *, index: Index = PYPI, config_file: Path | None = None
    ) -> credentials.Credentials:
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        if pypirc:
            (home / ".pypirc").write_text(pypirc)
        keyring = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
        changed = replace(world, environ={"HOME": str(home), "PATH": os.environ["PATH"], **keyring, **environ})
        return credentials.find(index, changed, config_file=config_file)

    return find


Find = Callable[..., credentials.Credentials]

IN_PYPIRC = f"[pypi]\nusername = __token__\npassword = {PYPI_TOKEN}\n"


@pytest.mark.parametrize(
    ("environ", "pypirc", "source"),
    [
        ({"TWINE_PASSWORD": PYPI_TOKEN}, "", "TWINE_PASSWORD"),
        ({"TWINE_API_TOKEN": PYPI_TOKEN}, "", "TWINE_API_TOKEN"),
        ({"TWINE_USERNAME": "__token__", "TWINE_PASSWORD": PYPI_TOKEN}, IN_PYPIRC, "TWINE_PASSWORD"),
        ({}, IN_PYPIRC, "HOME/.pypirc [pypi]"),
        ({}, f"[distutils]\nindex-servers = a\n[pypi]\npassword = {PYPI_TOKEN}\n", "HOME/.pypirc [pypi]"),
        (
            {},
            f"[mine]\nrepository = https://upload.pypi.org/legacy/\npassword = {PYPI_TOKEN}\n",
            "HOME/.pypirc [mine]",
        ),
    ],
)
def test_where_a_token_is_found(find: Find, environ: dict[str, str], pypirc: str, source: str) -> None:
    found = find(environ, pypirc)
    assert re.sub(r"\S*/home/", "HOME/", found.source) == source
    assert (found.username, found.password) == ("__token__", PYPI_TOKEN)
    assert PYPI_TOKEN not in repr(found)


def test_a_name_and_a_password_are_for_other_indexes(find: Find) -> None:
    found = find({"TWINE_USERNAME": "jo", "TWINE_PASSWORD": "secret"}, index=OWN)
    assert (found.username, found.password, found.source) == ("jo", "secret", "TWINE_PASSWORD")
    found = find(
        {}, "[ours]\nusername = jo\npassword = secret\nrepository = https://upload.example.org/legacy/\n", index=OWN
    )
    assert (found.username, found.password) == ("jo", "secret")


@pytest.mark.parametrize(
    ("environ", "pypirc"),
    [
        ({"TWINE_PASSWORD": PYPI_TOKEN, "TWINE_REPOSITORY_URL": "https://upload.example.org/legacy/"}, ""),
        ({"TWINE_PASSWORD": PYPI_TOKEN, "TWINE_REPOSITORY": "ours"}, ""),
        ({}, f"[pypi]\nrepository = https://upload.example.org/\npassword = {PYPI_TOKEN}\n"),
    ],
)
def test_a_password_for_another_index_is_not_sent(find: Find, environ: dict[str, str], pypirc: str) -> None:
    with pytest.raises(UsageError) as caught:
        find(environ, pypirc)
    assert re.search(r" is for (https://upload\.example\.org/|ours)", str(caught.value))
    assert PYPI_TOKEN not in str(caught.value) + caught.value.hint


@pytest.mark.parametrize(
    ("environ", "index", "shown"),
    [
        pytest.param(
            {"TWINE_PASSWORD": "hunter2"},
            PYPI,
            snapshot(
                (
                    "what TWINE_PASSWORD holds is no token of PyPI: those begin with pypi-",
                    "Make one on PyPI (Account settings, API tokens).",
                )
            ),
            id="a password",
        ),
        pytest.param(
            {"TWINE_USERNAME": "jo", "TWINE_PASSWORD": PYPI_TOKEN},
            PYPI,
            snapshot(
                (
                    "TWINE_PASSWORD goes with the user 'jo', but PyPI takes tokens alone",
                    "Make a token on PyPI (Account settings, API tokens); its user is __token__.",
                )
            ),
            id="a user",
        ),
        pytest.param(
            {"TWINE_PASSWORD": f"{PYPI_TOKEN}\n"},
            PYPI,
            snapshot(
                (
                    "what TWINE_PASSWORD holds has a line break, a blank or a control character in it",
                    "Paste the token alone, without what came with it.",
                )
            ),
            id="a line break",
        ),
        pytest.param(
            {"TWINE_PASSWORD": "\x16"},
            OWN,
            snapshot(
                (
                    "what TWINE_PASSWORD holds has a line break, a blank or a control character in it",
                    "Paste the token alone, without what came with it.",
                )
            ),
            id="what Windows pastes",
        ),
        pytest.param(
            {"TWINE_API_TOKEN": TEST_TOKEN},
            PYPI,
            snapshot(
                (
                    "the token in TWINE_API_TOKEN was made by TestPyPI, and is none of PyPI's",
                    "The two have nothing in common, accounts included: make a token on the right one.",
                )
            ),
            id="TestPyPI's for PyPI",
        ),
        pytest.param(
            {"TWINE_API_TOKEN": PYPI_TOKEN},
            TESTPYPI,
            snapshot(
                (
                    "the token in TWINE_API_TOKEN was made by PyPI, and is none of TestPyPI's",
                    "The two have nothing in common, accounts included: make a token on the right one.",
                )
            ),
            id="PyPI's for TestPyPI",
        ),
    ],
)
def test_what_cannot_be_the_right_one_is_not_sent(
    find: Find, environ: dict[str, str], index: Index, shown: tuple[str, str]
) -> None:
    with pytest.raises(UsageError) as caught:
        find(environ, index=index)
    assert (str(caught.value), caught.value.hint) == shown
    for secret in ("hunter2", PYPI_TOKEN, TEST_TOKEN):
        assert secret not in str(caught.value) + caught.value.hint


def test_nothing_to_upload_with(find: Find) -> None:
    with pytest.raises(UsageError) as caught:
        find({})
    assert re.sub(r"\S*/home/", "HOME/", f"{caught.value}\n{caught.value.hint}") == snapshot("""\
there is nothing to upload to PyPI with: looked at TWINE_PASSWORD, TWINE_API_TOKEN, HOME/.pypirc, the keyring
Make a token for the project on PyPI (Account settings, API tokens) and set TWINE_PASSWORD to it, or keep it in the keyring: keyring set https://upload.pypi.org/legacy/ __token__\
""")
    with pytest.raises(UsageError, match="nothing to upload to ours with"):
        find({}, index=OWN)
    with pytest.raises(UsageError) as caught:
        find({"GITHUB_ACTIONS": "true"})
    assert "id-token: write" in caught.value.hint


def test_a_pypirc_that_does_not_read_is_not_quoted(find: Find, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        find({}, f"password = {PYPI_TOKEN}\n")
    assert PYPI_TOKEN not in str(caught.value) + caught.value.hint
    with pytest.raises(UsageError, match="there is no"):
        find({}, config_file=tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("environ", "index", "source"),
    [
        ({"GITLAB_CI": "true", "PYPI_ID_TOKEN": "jwt"}, PYPI, "as a job of GitLab (PYPI_ID_TOKEN)"),
        ({"GITLAB_CI": "true", "TESTPYPI_ID_TOKEN": "jwt"}, TESTPYPI, "as a job of GitLab (TESTPYPI_ID_TOKEN)"),
        ({"GOOGLE_SERVICE_ACCOUNT_NAME": "x"}, PYPI, "as a Google service account"),
    ],
)
def test_who_else_can_be_identified(find: Find, environ: dict[str, str], index: Index, source: str) -> None:
    found = find(environ | {"TWINE_PASSWORD": PYPI_TOKEN}, index=index)
    assert found.source == f"Trusted Publishing, {source}"
    assert found.by_trusted_publishing
    assert found.password == ""
    assert found.unused == ("TWINE_PASSWORD is set, and not needed",)


BACKEND = """
import os, time
from keyring.backend import KeyringBackend
from keyring.credentials import SimpleCredential

class Keyring(KeyringBackend):
    priority = 9
    name = "a test's keyring"
    def get_password(self, service, username):
        if os.environ.get("KEYRING_WAITS"):
            time.sleep(600)
        return "TOKEN" if service == "https://upload.pypi.org/legacy/" and username == "__token__" else None
    def get_credential(self, service, username):
        password = self.get_password(service, username)
        return SimpleCredential(username, password) if password else None
    def set_password(self, *_): pass
    def delete_password(self, *_): pass
"""


@pytest.mark.slow
def test_the_keyring_is_asked(find: Find, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a_keyring.py").write_text(BACKEND.replace("TOKEN", PYPI_TOKEN))
    backend = {"PYTHON_KEYRING_BACKEND": "a_keyring.Keyring"}
    # The asking is isolated, so its modules come from where Python's own do.
    path = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
    monkeypatch.setattr("pypublish.edges.keyring_lookup.ASK", path + keyring_script())
    found = find(backend)
    assert (found.source, found.password) == ("the keyring (a test's keyring)", PYPI_TOKEN)
    monkeypatch.setattr("pypublish.edges.keyring_lookup.TIME_LIMIT", 1.0)
    with pytest.raises(UsageError, match="the keyring did not answer within 1 s"):
        find(backend | {"KEYRING_WAITS": "1"})


def keyring_script() -> str:
    from pypublish.edges.keyring_lookup import ASK

    return ASK


@pytest.mark.parametrize(
    ("output", "end", "words"),
    [
        ("ERROR    HTTPError: 503 Service Unavailable from https://x/\n", End.TROUBLE, "HTTP 503"),
        ("INFO     Response from https://x/:\n         502 Bad gateway\nERROR    HTTPError: 502 Bad Gateway from https://x/", End.TROUBLE, "502 Bad gateway"),
        ("<title>400 Only one sdist may be &lt;uploaded&gt;</title>\nHTTPError: 400 Bad Request from https://x/", End.REFUSED, "400 Only one sdist may be <uploaded>"),
        ("HTTPError: 403 Forbidden from https://x/", End.REFUSED, "HTTP 403"),
        ("HTTPError: 429 Too Many Requests from https://x/", End.TROUBLE, "HTTP 429"),
        ("Traceback (most recent call last):\n  File x\nrequests.exceptions.ConnectionError: ('Connection aborted.',)", End.TROUBLE, "ConnectionError: ('Connection aborted.',)"),
        ("ERROR    InvalidDistribution: Cannot find file", End.REFUSED, "InvalidDistribution: Cannot find file"),
        ("ERROR    TrustedPublishingFailure: The token-minting request returned invalid JSON", End.TROUBLE, "TrustedPublishingFailure: The token-minting request returned invalid JSON"),
        ("ERROR    TrustedPublishingFailure: The token request failed\n\n         * `invalid-publisher`: no such", End.REFUSED, "invalid-publisher: no such"),
        ("Killed", End.TROUBLE, "Killed"),
        ("", End.TROUBLE, "twine said nothing"),
    ],
)  # fmt: skip
def test_how_an_upload_ended(output: str, end: End, words: str) -> None:
    sent = uploading.understand(output)
    assert (sent.end, sent.words) == (end, words)


# From the outside: the command, killed at any moment and run again.


def command(here: Place, root: Path, *args: str) -> tuple[list[str], dict[str, str]]:
    (here.folder / "manifest.json").write_text(codec.dumps(manifest_of(*FILES)))
    called = [sys.executable, "-m", "pypublish", "upload", "--manifest", str(here.folder / "manifest.json"), *args]
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(root / "src"),
        "HOME": str(here.folder),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "HTTPS_PROXY": here.index.proxy_url,
        "SSL_CERT_FILE": str(here.index.ca_file),
        **TOKEN,
    }
    return called, environ


@pytest.mark.slow
def test_the_command(place: Open, root: Path) -> None:
    with place() as here:
        called, environ = command(here, root)
        done = subprocess.run(called, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert here.published == ALL
        assert "login      by TWINE_PASSWORD" in done.stdout
        assert API_TOKEN not in done.stdout + done.stderr
        verbose = subprocess.run([*called, "-v"], env=environ, capture_output=True, text=True, check=False)
        assert verbose.returncode == 0
        assert "PyPI has all files of hello 1.0.0; nothing was uploaded." in verbose.stdout


@pytest.mark.slow
@pytest.mark.parametrize("stored", [1, 2, 3])
def test_killed_in_the_middle_it_is_finished_by_the_same_command(place: Open, root: Path, stored: int) -> None:
    with place() as here:
        called, environ = command(here, root)
        process = subprocess.Popen(
            called, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        while len(here.published) < stored and process.poll() is None:
            pass
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert len(here.published) >= stored
        done = subprocess.run(called, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert here.published == ALL


@pytest.mark.slow
def test_no_secret_is_in_any_output(place: Open, root: Path) -> None:
    with place("upload-forbidden") as here:
        called, environ = command(here, root, "--verbose")
        done = subprocess.run(called, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == ExitCode.FINDINGS
        assert API_TOKEN not in done.stdout + done.stderr
