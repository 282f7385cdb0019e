"""The local cloud's own switches, for tests: paths under /_local-cloud/. No path of AWS begins with `/_`."""

import json
from urllib.parse import parse_qsl

from ministack import app

PREFIX = "/_local-cloud/"
_switches: dict = {}


def register() -> None:
    """Wraps the server's entry."""
    app.app = answer_switches(app.app)


def switch(path: str, *methods: str):
    """Makes a function the switch at PREFIX + path. It takes method, query and JSON body; it gives status and answer."""

    def keep(answer):
        _switches[PREFIX + path] = (methods, answer)
        return answer

    return keep


def answer_switches(server):
    """MiniStack has no such paths: it would take them for a bucket's."""

    async def serve(scope, receive, send):
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            return await server(scope, receive, send)
        methods, answer = _switches.get(scope["path"], ((), None))
        query = dict(parse_qsl(scope.get("query_string", b"").decode()))
        body = await _body(receive)
        if answer is None:
            status, content = 404, {"error": "there is no such switch"}
        elif scope["method"] not in methods:
            status, content = 405, {"error": f"use {' or '.join(methods)}"}
        else:
            try:
                status, content = answer(scope["method"], query, json.loads(body or b"{}"))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                status, content = 400, {"error": f"{type(error).__name__}: {error}"}
        await send({"type": "http.response.start", "status": status,
                    "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": json.dumps(content).encode()})

    return serve


async def _body(receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)
