"""The embedded index as a WSGI application: which part answers for which host and path."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from pypublish.rehearsal import files, json_api, simple, upload
from pypublish.rehearsal.exchange import Exchange
from pypublish.rehearsal.oidc import Issuer
from pypublish.rehearsal.responses import redirect, text_response
from pypublish.rehearsal.sites import Part, Site, find
from pypublish.rehearsal.store import Store
from pypublish.rehearsal.upload import UploadApi

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteApp:
    """All that one index answers, one method a path."""

    site: Site
    store: Store
    exchange: Exchange
    upload: UploadApi

    def take_upload(self, request: Request) -> Response:
        """Answer for `/legacy/`."""
        return self.upload(request)

    def point_to_upload(self, _request: Request) -> Response:
        """Answer for `/legacy`."""
        return upload.without_slash()

    def audience(self, _request: Request) -> Response:
        """Answer for `/_/oidc/audience`."""
        return self.exchange.audience()

    def mint_token(self, request: Request) -> Response:
        """Answer for `/_/oidc/mint-token`."""
        return self.exchange.mint(request)

    def burn_token(self, request: Request) -> Response:
        """Answer for `/_/oidc/burn-token`."""
        return self.exchange.burn(request)

    def simple_index(self, request: Request) -> Response:
        """Answer for `/simple/`."""
        return simple.index(request, self.store)

    def simple_project(self, request: Request, name: str) -> Response:
        """Answer for `/simple/NAME/`."""
        return simple.project(request, self.site, self.store.project(name), name)

    def json_project(self, request: Request, name: str, version: str | None = None) -> Response:
        """Answer for `/pypi/NAME/json` and `/pypi/NAME/VERSION/json`."""
        return json_api.project(request, self.site, self.store, name, version)

    def provenance(self, request: Request, name: str, version: str, filename: str) -> Response:
        """Answer for `/integrity/NAME/VERSION/FILE/provenance`."""
        return files.provenance(request, self.store, name, version, filename)

    def download(self, request: Request, path: str) -> Response:
        """Answer for `/packages/…`."""
        return files.download(request, self.store, path)

    def with_slash(self, request: Request, **_: str) -> Response:
        """Answer where only the slash at the end is missing."""
        return redirect(f"{request.path}/", 301)

    def without_slash(self, request: Request, **_: str) -> Response:
        """Answer where there is a slash too much at the end."""
        return redirect(request.path.rstrip("/"), 301)


_READ: Final = ("GET",)
_EXCHANGE: Final = (
    ("/_/oidc/audience", _READ, SiteApp.audience),
    ("/_/oidc/mint-token", ("POST",), SiteApp.mint_token),
    ("/_/oidc/github/mint-token", ("POST",), SiteApp.mint_token),
    ("/_/oidc/burn-token", ("POST",), SiteApp.burn_token),
)
ROUTES: Final[Mapping[Part, tuple[tuple[str, tuple[str, ...] | None, Callable[..., Response]], ...]]] = {
    Part.UPLOAD: (
        ("/legacy/", None, SiteApp.take_upload),
        ("/legacy", ("POST",), SiteApp.point_to_upload),
        *_EXCHANGE,
    ),
    Part.PAGES: (
        ("/simple/", _READ, SiteApp.simple_index),
        ("/simple", _READ, SiteApp.with_slash),
        ("/simple/<name>/", _READ, SiteApp.simple_project),
        ("/simple/<name>", _READ, SiteApp.with_slash),
        ("/pypi/<name>/json", _READ, SiteApp.json_project),
        ("/pypi/<name>/json/", _READ, SiteApp.without_slash),
        ("/pypi/<name>/<version>/json", _READ, SiteApp.json_project),
        ("/pypi/<name>/<version>/json/", _READ, SiteApp.without_slash),
        ("/integrity/<name>/<version>/<filename>/provenance", _READ, SiteApp.provenance),
        *_EXCHANGE,
    ),
    Part.FILES: (("/packages/<path:path>", _READ, SiteApp.download),),
}
"""What each kind of host answers: path, methods (None for all), and who."""


class App:
    """The whole: over TLS the indexes, by name; without TLS the identity provider."""

    def __init__(self, sites: Mapping[str, SiteApp], issuer: Issuer) -> None:
        self._sites = sites
        self._issuer = issuer
        self._maps: dict[frozenset[Part], Map] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        try:
            response = self._answer(request)
        except HTTPException as error:
            return error(environ, start_response)
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.scheme == "http":
            if request.host.partition(":")[0] not in _LOOPBACK:
                return text_response(f"{request.host} is not part of this rehearsal\n", 403)
            return self._issuer(request)
        site, parts = find(request.host)
        handler, values = self._map(parts).bind_to_environ(request.environ).match()
        response: Response = handler(self._sites[site.name], request, **values)
        return response

    def _map(self, parts: frozenset[Part]) -> Map:
        if parts not in self._maps:
            # One host of TestPyPI is two of PyPI's: what both have is the same.
            routes = dict.fromkeys(route for part in Part if part in parts for route in ROUTES[part])
            rules = [Rule(path, methods=methods, endpoint=handler) for path, methods, handler in routes]
            self._maps[parts] = Map(rules, merge_slashes=False)
        return self._maps[parts]
