"""Start and stop the embedded index, and know what clients have to be told about it."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pypublish.edges.world import Clock
from pypublish.errors import UsageError
from pypublish.model import PYPI, Publisher
from pypublish.pypi.callers import Caller
from pypublish.rehearsal.app import App, SiteApp
from pypublish.rehearsal.cdn import Behaviour, Cdn
from pypublish.rehearsal.disk import write_atomically
from pypublish.rehearsal.exchange import Exchange
from pypublish.rehearsal.faults import Faults, read
from pypublish.rehearsal.injection import CONTROL_PATH, Injection
from pypublish.rehearsal.listener import HOST, Listener, bind
from pypublish.rehearsal.oidc import TOKEN_PATH, Issuer, Job
from pypublish.rehearsal.records import EVERY_PROJECT, PublisherRecord
from pypublish.rehearsal.sites import HOSTS, SITES
from pypublish.rehearsal.store import Store
from pypublish.rehearsal.tokens import Tokens
from pypublish.rehearsal.upload import UploadApi

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

CA_FILE: Final = "ca.pem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A publisher that the index is to trust for a project, from the start."""

    publisher: Publisher
    project: str
    index: str = PYPI.name
    pending: bool = True
    """The project does not exist: it is made when the publisher is used first."""
    owner_id: str = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """An embedded index that runs."""

    folder: Path
    port: int
    ca_file: Path
    """The authority that signed the index's certificate; clients have to trust it, and nobody else."""
    job: Job
    request_token: str
    """What a job shows to the identity provider."""
    stores: Mapping[str, Store]
    """What each index has, by its name."""
    faults: Faults = field(default_factory=Faults)
    """What goes wrong on request."""

    @property
    def proxy_url(self) -> str:
        """The proxy that leads to the index under PyPI's own names."""
        return f"http://{HOST}:{self.port}"

    @property
    def url(self) -> str:
        """The index (as PyPI) by address, for clients that cannot use a proxy."""
        return f"https://{HOST}:{self.port}"

    @property
    def issuer_url(self) -> str:
        """The identity provider: its configuration and keys are below."""
        return f"http://{HOST}:{self.port}"

    @property
    def request_url(self) -> str:
        """Where a job asks for an identity token; it appends `&audience=…`."""
        return f"{self.issuer_url}{TOKEN_PATH}?api-version=2.0"

    @property
    def faults_url(self) -> str:
        """Where faults are asked for, with the request token."""
        return f"{self.issuer_url}{CONTROL_PATH}"


@contextmanager
def serve(
    folder: Path,
    *,
    job: Job,
    registrations: Iterable[Registration] = (),
    api_tokens: Mapping[str, str] | None = None,
    port: int = 0,
    clock: Clock | None = None,
    cdn: Behaviour | None = None,
    faults: Iterable[str] = (),
    local_versions: bool = False,
) -> Iterator[Rehearsal]:
    """Run the embedded index with its files under `folder`, until the context ends.

    What it has survives in `folder` for the next start. `api_tokens` are the users' own tokens, each with the
    name of the user; `port` 0 takes any that is free. Without a `cdn`, pages are always fresh. `faults` are asked
    for from the start, each as `NAME[:ARGUMENT][/TIMES]`. With `local_versions` those are taken, as PyPI never does.

    Raises:
        UsageError: the port is taken, `folder` cannot be used, or there is no such fault.
        SettingsError: what lies in `folder` was not written by this index.

    """
    clock = clock or Clock()
    armed = Faults(map(read, faults))
    folder = folder.absolute()  # clients are told of it, and run elsewhere
    listening = bind(port)
    try:
        stores, tokens = _open(folder, registrations, api_tokens or {}, clock.now())
        rehearsal = Rehearsal(
            folder=folder,
            port=listening.getsockname()[1],
            ca_file=folder / CA_FILE,
            job=job,
            request_token=tokens.derive("identity token request"),
            stores=stores,
            faults=armed,
        )
        issuer = Issuer(job, clock, rehearsal.request_token)
        app: WSGIApplication = _assemble(stores, tokens, issuer, clock, local_versions=local_versions)
        if cdn is not None:
            app = _behind_cdn(app, stores, clock, cdn)
        app = Injection(app, armed, stores=stores, issuer=issuer, clock=clock, request_token=rehearsal.request_token)
        listener = Listener(listening, app, _certify(rehearsal.ca_file))
    except OSError as error:
        listening.close()
        raise UsageError(f"the folder {folder} cannot be used: {error.strerror or error}") from None
    except BaseException:
        listening.close()
        raise
    listener.start()
    try:
        yield rehearsal
    finally:
        listener.stop()


def _open(
    folder: Path, registrations: Iterable[Registration], api_tokens: Mapping[str, str], now: float
) -> tuple[dict[str, Store], Tokens]:
    folder.mkdir(parents=True, exist_ok=True)
    stores = {site.name: Store(folder / site.name) for site in SITES}
    for registration in registrations:
        _register(stores[registration.index], registration, now)
    return stores, Tokens(folder, {token: Caller(user=user) for token, user in api_tokens.items()})


def _assemble(
    stores: Mapping[str, Store], tokens: Tokens, issuer: Issuer, clock: Clock, *, local_versions: bool
) -> App:
    sites = {
        site.name: SiteApp(
            site=site,
            store=stores[site.name],
            exchange=Exchange(site=site, store=stores[site.name], tokens=tokens, issuer=issuer, clock=clock),
            upload=UploadApi(
                site=site, store=stores[site.name], tokens=tokens, clock=clock, local_versions=local_versions
            ),
        )
        for site in SITES
    }
    return App(sites, issuer)


def _behind_cdn(app: WSGIApplication, stores: Mapping[str, Store], clock: Clock, behaviour: Behaviour) -> Cdn:
    cdn = Cdn(app, clock, behaviour)
    for name, store in stores.items():
        store.watch(partial(cdn.changed, name))
    return cdn


def _register(store: Store, registration: Registration, now: float) -> None:
    """Register a publisher; PyPI takes none as pending for a project that there is."""
    store.register(
        PublisherRecord(
            publisher=registration.publisher,
            project=registration.project,
            owner_id=registration.owner_id,
            pending=registration.pending
            and registration.project != EVERY_PROJECT
            and store.project(registration.project) is None,
            registered=now,
        )
    )


def _certify(ca_file: Path) -> ssl.SSLContext:
    """Make an authority, put its certificate into `ca_file`, and return the TLS of PyPI's names signed by it."""
    import trustme

    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*HOSTS, "localhost", HOST).configure_cert(context)
    write_atomically(ca_file, authority.cert_pem.bytes())
    return context
