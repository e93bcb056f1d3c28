"""Faults on request, before the index and its CDN: `--fault`, and `/_/faults` on the plain side of the port."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Final

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from pypublish.edges.world import Clock
from pypublish.errors import UsageError
from pypublish.rehearsal.faults import Armed, Faults
from pypublish.rehearsal.meeting import Meeting, target_of
from pypublish.rehearsal.oidc import Issuer
from pypublish.rehearsal.responses import json_response, text_response
from pypublish.rehearsal.store import Store

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CONTROL_PATH: Final = "/_/faults"
CONTROL_LIMIT: Final = 64 << 10
"""Bytes of an order."""


class Injection:
    """An application before another one, whose faults strike first."""

    def __init__(
        self,
        app: WSGIApplication,
        faults: Faults,
        *,
        stores: Mapping[str, Store],
        issuer: Issuer,
        clock: Clock,
        request_token: str,
    ) -> None:
        self._app = app
        self._faults = faults
        self._stores = stores
        self._issuer = issuer
        self._clock = clock
        self._request_token = request_token

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        if request.scheme == "http" and request.path == CONTROL_PATH:
            return self._control(request)(environ, start_response)
        target = target_of(request)
        armed = self._faults.against(target) if target is not None else []
        if not armed:
            return self._app(environ, start_response)
        with closing(self._meeting(environ)) as meeting:
            try:
                response = self._strike(meeting, armed) or meeting.pass_on()
            except HTTPException as error:
                return error(environ, start_response)
        return response(environ, start_response)

    def _strike(self, meeting: Meeting, armed: Iterable[Armed]) -> Response | None:
        """Answer by the first fault that strikes; None where none does."""
        for one in armed:
            if not self._faults.claim(one):
                continue
            meeting.argument = 0.0 if one.order.argument is None else one.order.argument
            response = one.order.fault.effect(meeting)
            if response is not None:
                return response
            self._faults.give_back(one)
        return None

    def _meeting(self, environ: WSGIEnvironment) -> Meeting:
        return Meeting(environ, self._app, stores=self._stores, issuer=self._issuer, clock=self._clock)

    def _control(self, request: Request) -> Response:
        """Answer who has the request token: POST asks for faults, one a line, DELETE for none, GET which there are."""
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not hmac.compare_digest(token.encode(), self._request_token.encode()):
            return text_response("Faults are for who has the request token: Authorization: bearer …\n", 401)
        if request.method == "POST":
            request.max_content_length = CONTROL_LIMIT
            try:
                self._faults.arm(*request.get_data(as_text=True).split())
            except HTTPException as error:
                return text_response(f"{error.description}\n", error.code or 400)
            except UsageError as error:
                return text_response(f"{error}\n{error.hint}\n", 400)
        elif request.method == "DELETE":
            self._faults.disarm()
        elif request.method != "GET":
            return text_response("Method Not Allowed\n", 405)
        return json_response({"faults": list(self._faults)})
