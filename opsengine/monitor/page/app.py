"""The page's addresses: the page itself, its board and accounts as JSON, the stream of news, health and metrics."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from opsengine.monitor.board import Asked, page_of, said
from opsengine.monitor.page.gauges import as_prometheus

if TYPE_CHECKING:
    from starlette.requests import Request

    from opsengine.monitor.site import Site
    from opsengine.strategy import Locale

ASSETS = Path(__file__).parent / "assets"
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".svg": "image/svg+xml"}
MOST_READERS = 500
"""Open pages at the most; further ones are asked to come again later."""
HEARTBEAT = 15.0
"""Seconds after which a quiet stream says that it is still there: proxies cut what is silent for longer."""
SLOW = timedelta(minutes=15)
"""A watch that has not finished a round for so long is not well."""


def make_app(site: Site, clock: Callable[[], datetime]) -> Starlette:
    """The application; files are read once, so that no path leads to the disk."""
    files = {file.name: (file.read_bytes(), TYPES[file.suffix]) for file in sorted(ASSETS.iterdir()) if file.suffix in TYPES}

    async def asset(request: Request) -> Response:
        content, kind = files[request.path_params.get("name", "page.html")]
        return Response(content, media_type=kind)

    async def board(request: Request) -> Response:
        shown = site.board
        if shown is None:
            return JSONResponse({"starting": True}, status_code=503)
        return JSONResponse(page_of(shown, _asked(request), _locale(request)))

    async def account(request: Request) -> Response:
        name, locale, shown = request.path_params["account"], _locale(request), site.board
        found = await asyncio.to_thread(site.account, name, locale) if shown else None
        if found is None or shown is None:
            return JSONResponse({"missing": True}, status_code=404)
        alerts = [said(alert, locale) for alert in shown.of_account(name)]
        told = {"as_of": shown.as_of.isoformat(), "version": shown.version, "made_at": shown.made_at.isoformat(timespec="seconds")}
        return JSONResponse({**found, "alerts": alerts, "row": said(shown.row(name) or {}, locale), **told})

    async def events(_request: Request) -> Response:
        if site.readers >= MOST_READERS:
            return PlainTextResponse("", status_code=503, headers={"retry-after": "30"})
        return StreamingResponse(_news(site), media_type="text/event-stream", headers={"x-accel-buffering": "no"})

    async def health(_request: Request) -> Response:
        shown = site.board
        is_well = shown is not None and not shown.trouble and clock() - shown.made_at < SLOW
        return JSONResponse({"status": "ok" if is_well else "not well"}, status_code=200 if is_well else 503)

    async def metrics(_request: Request) -> Response:
        return PlainTextResponse(as_prometheus(site, clock()), media_type="text/plain; version=0.0.4")

    names = [Route(f"/{name}", _of(asset, name)) for name in files if name != "page.html"]
    return Starlette(routes=[
        Route("/", asset), *names, Route("/api/board", board), Route("/api/accounts/{account}", account),
        Route("/events", events), Route("/healthz", health), Route("/metrics", metrics),
    ])  # fmt: skip


def _of(asset: Callable[[Request], Any], name: str) -> Callable[[Request], Any]:
    """The address of one file."""

    async def answer(request: Request) -> Response:
        request.path_params["name"] = name
        answered: Response = await asset(request)
        return answered

    return answer


async def _news(site: Site) -> AsyncIterator[str]:
    """A line whenever there is a new board; the page asks for what it needs then."""
    loop, bell = asyncio.get_running_loop(), asyncio.Event()
    leave = site.wait(lambda: loop.call_soon_threadsafe(bell.set))
    told = -1
    try:
        yield "retry: 1000\n\n"
        while not site.is_closed:
            bell.clear()
            shown = site.board
            if shown is not None and shown.version != told:
                told = shown.version
                news = {"version": told, "as_of": shown.as_of.isoformat(), "made_at": shown.made_at.isoformat(timespec="seconds")}
                yield f"event: board\nid: {told}\ndata: {json.dumps(news)}\n\n"
            try:
                await asyncio.wait_for(bell.wait(), HEARTBEAT)
            except TimeoutError:
                yield ": still here\n\n"
    finally:
        leave()


def _locale(request: Request) -> Locale:
    return "en" if request.query_params.get("lang", "").startswith("en") else "zh-CN"


def _asked(request: Request) -> Asked:
    given = request.query_params
    return Asked(
        text=given.get("q", "")[:100],
        sort=given.get("sort", "urgency"),
        is_falling=given.get("order", "desc") != "asc",
        page=_number(given.get("page", "1")),
        size=_number(given.get("size", "50")),
        only_open=given.get("only", "") == "open",
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1
