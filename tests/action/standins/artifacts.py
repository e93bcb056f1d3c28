"""Artifacts of a run as files in a folder: ids, digests, no second artifact of a name unless it replaces the first."""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import os
import sys
import zipfile
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

STORE = Path(os.environ["STANDIN_ARTIFACTS"])


def upload(name: str, paths: list[Path], *, overwrite: bool) -> dict[str, str]:
    """Keep files and whole folders below what is common to them; hidden files are left out, as the real action does."""
    below = [inner for path in paths for inner in (path.rglob("*") if path.is_dir() else [path])]
    files = sorted(path for path in below if path.is_file() and not path.name.startswith("."))
    if not files:
        raise SystemExit(f"::error::No files were found with the provided path: {paths}")
    root = Path(os.path.commonpath([*paths, *(file.parent for file in files)]))
    for there in [path for path, record in of_this_run() if record["name"] == name]:
        if not overwrite:
            raise SystemExit("::error::Conflict: an artifact with this name already exists on the workflow run")
        there.with_suffix(".zip").unlink()
        there.unlink()
    number = free_number()
    content = zipped({path.relative_to(root).as_posix(): path.read_bytes() for path in files})
    digest = hashlib.sha256(content).hexdigest()
    (STORE / f"{number}.zip").write_bytes(meddled(content))
    meddles_with_digest = os.environ.get("STANDIN_MEDDLING") in {"add", "change"}
    known = hashlib.sha256(meddled(content)).hexdigest() if meddles_with_digest else digest
    record = {"run": os.environ["GITHUB_RUN_ID"], "name": name, "digest": known}
    said = STORE / f"{number}.said"
    said.write_text(json.dumps(record))
    said.rename(said.with_suffix(".json"))  # other legs of a matrix read it at any moment
    return {"artifact-id": str(number), "artifact-digest": digest}


def of_this_run() -> Iterator[tuple[Path, dict[str, str]]]:
    """Return what is known of each artifact of the run, and the file that says it."""
    for path in sorted(STORE.glob("*.json")):
        record = json.loads(path.read_text())
        if record["run"] == os.environ["GITHUB_RUN_ID"]:
            yield path, record


def free_number() -> int:
    """Return an id that no artifact has; the legs of a matrix ask at the same time."""
    for number in itertools.count(1000):
        try:
            (STORE / f"{number}.taken").touch(exist_ok=False)
        except FileExistsError:
            continue
        return number
    raise AssertionError


def download_all(pattern: str, folder: Path, digest_mismatch: str, *, merge: bool) -> dict[str, str]:
    """Lay the files of all artifacts whose names match into one folder, or into one for each."""
    for path, record in list(of_this_run()):
        if fnmatchcase(record["name"], pattern):
            download(path.stem, folder if merge else folder / record["name"], digest_mismatch)
    return {"download-path": str(folder)}


def download(ids: str, folder: Path, digest_mismatch: str) -> dict[str, str]:
    """Lay the files of one artifact into a folder."""
    content = (STORE / f"{int(ids)}.zip").read_bytes()
    record = json.loads((STORE / f"{int(ids)}.json").read_text())
    if hashlib.sha256(content).hexdigest() != record["digest"]:
        message = f"Artifact '{record['name']}' digest validation failed."
        if digest_mismatch == "error":
            raise SystemExit(f"::error::{message}")
        sys.stdout.write(f"::warning::{message}\n")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)
    return {"download-path": str(folder)}


def meddled(content: bytes) -> bytes:
    """Return an artifact as somebody left it who could write to the store."""
    how = os.environ.get("STANDIN_MEDDLING")
    if not how:
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    wheel = next(name for name in files if name.endswith(".whl"))
    if how == "add":
        files[wheel.replace("-py3-", "-py2-")] = files[wheel]
    else:
        files[wheel] = files[wheel].replace(b"hello", b"HELLO") + b"\0"
    return zipped(files)


def zipped(files: dict[str, bytes]) -> bytes:
    """Return a ZIP of files that is the same every time."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return target.getvalue()


def main() -> None:
    """Do what the inputs of the action say."""
    STORE.mkdir(parents=True, exist_ok=True)
    if sys.argv[1] == "upload":
        given = [line for line in os.environ["INPUT_PATH"].split("\n") if line]
        paths = [Path(path) for line in given for path in (sorted(Path().glob(line)) if "*" in line else [line])]
        outputs = upload(os.environ["INPUT_NAME"], paths, overwrite=os.environ["INPUT_OVERWRITE"] == "true")
    else:
        folder, mismatch = Path(os.environ["INPUT_PATH"]), os.environ["INPUT_DIGEST_MISMATCH"]
        folder.mkdir(parents=True, exist_ok=True)
        if pattern := os.environ["INPUT_PATTERN"]:
            merge = os.environ["INPUT_MERGE_MULTIPLE"] == "true"
            outputs = download_all(pattern, folder, mismatch, merge=merge)
        else:
            outputs = download(os.environ["INPUT_IDS"], folder, mismatch)
    with Path(os.environ["GITHUB_OUTPUT"]).open("a") as file:
        file.writelines(f"{name}={value}\n" for name, value in outputs.items())


if __name__ == "__main__":
    main()
