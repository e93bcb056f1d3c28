"""PyPI's answers as bytes: the status line repeats the words, the body comes as the client asks for it."""

from __future__ import annotations

import html
import json
from http import HTTPStatus
from typing import Final

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Request, Response

from pypublish.pypi.answers import Answer

_EXPLANATIONS: Final = {
    400: "The server could not comply with the request since it is either malformed or otherwise incorrect.",
    403: "Access was denied to this resource.",
    404: "The resource could not be found.",
    405: "The method {method} is not allowed for this resource. ",
    409: "There was a conflict when trying to complete your request.",
    410: "This resource is no longer available.  No forwarding address is given.",
    413: "The entity is too large.",
    429: "The action could not be performed because there were too many requests by the client.",
    500: "The server has either erred or is incapable of performing the requested operation.",
}
"""What PyPI's framework says of a status, before the particular words."""

_KINDS: Final = ("text/html", "application/json")


def answer_response(request: Request, answer: Answer) -> Response:
    """Write an answer in the shape that the client's `Accept` asks for: HTML, JSON, or plain text without one."""
    title = HTTPStatus(answer.status).phrase
    status = f"{answer.status} {answer.message or title}"
    explanation = _EXPLANATIONS.get(answer.status, "").format(method=request.method)
    kind = _wanted(request)
    if kind == "application/json":
        message = f"{explanation}\n\n\n{answer.message}\n\n"
        body = json.dumps({"message": message, "code": status, "title": title})
    elif kind == "text/html":
        body = _page(status, f"{explanation}<br/><br/>\n{html.escape(answer.message)}\n\n")
    else:
        body = f"{status}\n\n{explanation}\n\n\n{answer.message}\n\n"
    response = Response(body, mimetype=kind or "text/plain")
    response.status = _status_line(status)
    return response


def _page(title: str, body: str) -> str:
    escaped = html.escape(title)
    head = f" <head>\n  <title>{escaped}</title>\n </head>"
    return f"<html>\n{head}\n <body>\n  <h1>{escaped}</h1>\n  {body}\n </body>\n</html>"


def _wanted(request: Request) -> str | None:
    accept = request.headers.get("Accept")
    return parse_accept_header(accept, MIMEAccept).best_match(_KINDS) if accept else None


def _status_line(status: str) -> str:
    """Keep a status line to one line of the characters that HTTP has for it."""
    one_line = " ".join(status.split()) if any(ord(character) < ord(" ") for character in status) else status
    return one_line.encode("latin-1", "replace").decode("latin-1")


def json_response(value: object, status: int = 200) -> Response:
    """Write a value as JSON."""
    return Response(json.dumps(value), status=status, mimetype="application/json")


def text_response(text: str, status: int) -> Response:
    """Write plain text."""
    return Response(text, status=status, mimetype="text/plain")


def redirect(location: str, status: int, message: str = "") -> Response:
    """Send the client elsewhere."""
    response = Response("", status=status, headers={"Location": location})
    if message:
        response.status = _status_line(f"{status} {message}")
    response.autocorrect_location_header = False
    return response


def trouble(status: int, *, retry_after: float | None = None) -> Response:
    """Answer as the servers before PyPI do when it does not; `retry_after` is in seconds."""
    response = text_response(f"{status} from the server before the index\n", status)
    if retry_after is not None:
        response.headers["Retry-After"] = f"{retry_after:.0f}"
    return response


def login_page() -> Response:
    """Answer as a network does that wants a login first: 200, whatever was asked for."""
    form = '<form action="https://login.example.net/"><input name="password" type="password"></form>'
    return Response(_page("Log in to the network", form), mimetype="text/html")
