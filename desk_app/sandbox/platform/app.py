"""The contract's paths, as an ASGI application."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from desk_app.sandbox.platform import (
    authorizations,
    cards,
    catalogue,
    claims,
    e_cards,
    issuing,
    security_module,
)
from desk_app.sandbox.platform.call import Call, Operation
from desk_app.sandbox.platform.platform import Asked, Platform
from desk_app.sandbox.platform.problems import Answer, Problem, answer
from desk_app.sandbox.platform.signatures import SignedRequest

LARGEST_BODY = 1 << 20
"""Bytes of the largest request body that is read."""

_Endpoint = Callable[[Request], Awaitable[Response]]


def health(call: Call) -> Answer:
    """GET /v1/health"""
    return answer({"status": "ok", "time": call.now.isoformat()})


_E_CARD = "/v1/e-cards/{sign_no}"

_SIGNED: tuple[tuple[str, dict[str, Operation]], ...] = (
    ("/v1/health", {"GET": health}),
    ("/v1/card-authentications", {"POST": security_module.authenticate}),
    ("/v1/cards/{identification_code}", {"GET": cards.show, "PUT": cards.report}),
    ("/v1/e-cards", {"GET": e_cards.search, "POST": issuing.issue}),
    (_E_CARD, {"GET": e_cards.show}),
    (f"{_E_CARD}/suspensions", {"POST": e_cards.suspend}),
    (f"{_E_CARD}/resumptions", {"POST": e_cards.resume}),
    (f"{_E_CARD}/revocations", {"POST": e_cards.revoke}),
    (f"{_E_CARD}/rebindings", {"POST": e_cards.rebind}),
    (f"{_E_CARD}/claim-codes", {"POST": claims.create}),
    (f"{_E_CARD}/authorizations", {"GET": authorizations.of_holder}),
    (f"{_E_CARD}/authorizations/{{id}}/revocations", {"POST": authorizations.revoke}),
    ("/v1/regions/{region}/services", {"GET": catalogue.services}),
    ("/v1/channels", {"GET": catalogue.channels}),
)

_UNSIGNED: tuple[tuple[str, dict[str, Operation]], ...] = (
    ("/claims/{token}", {"GET": claims.show, "POST": claims.redeem}),
)


def application(platform: Platform) -> Starlette:
    """The ASGI application that serves `platform`."""
    routes = [_route(path, by_method, platform.ask) for path, by_method in _SIGNED]
    routes += [_route(path, by_method, platform.ask_unsigned) for path, by_method in _UNSIGNED]
    served = Starlette(
        routes=routes,
        exception_handlers={
            HTTPException: _http_problem,
            ClientDisconnect: _nobody_listens,
            sqlite3.OperationalError: _store_problem,
            Exception: _internal_problem,
        },
    )
    served.router.redirect_slashes = False  # a signature is good for one address
    return served


def _route(
    path: str, by_method: dict[str, Operation], ask: Callable[[Operation, Asked], Answer]
) -> Route:
    async def endpoint(request: Request) -> Response:
        asked = await _read(request)
        operation = by_method["GET" if request.method == "HEAD" else request.method]
        return _response(await run_in_threadpool(ask, operation, asked))

    return Route(path, endpoint, methods=list(by_method))


async def _read(request: Request) -> Asked:
    """Take the request as it was sent: what is signed is the address before decoding."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise HTTPException(413)
    query = request.scope["query_string"].decode("latin-1")
    target = request.scope["raw_path"].decode("latin-1") + (f"?{query}" if query else "")
    return Asked(
        SignedRequest(request.method, target, request.headers, bytes(body)),
        request.path_params,
        dict(parse_qsl(query, keep_blank_values=True)),
    )


def _response(given: Answer) -> Response:
    return Response(given.body, given.status, dict(given.headers), given.media_type)


def _http_problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}[error.status_code]
    problem = Problem(error.status_code, code, error.detail, headers=error.headers)
    return _response(problem.answer())


def _nobody_listens(_: Request, __: Exception) -> Response:
    return Response(status_code=400)


def _store_problem(_: Request, __: Exception) -> Response:
    detail = "The platform's store is busy or full; nothing was kept of this request."
    return _response(Problem(503, "unavailable", detail, retryable=True).answer())


def _internal_problem(_: Request, __: Exception) -> Response:
    return _response(Problem(500, "internal", "The platform has failed.", retryable=True).answer())
