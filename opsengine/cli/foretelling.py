"""`opsengine run --plan`: what would be imported and rebuilt, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opsengine.cli.tables import Table

if TYPE_CHECKING:
    from opsengine.cli.frame import Session
    from opsengine.rebuilding import Foreseen

_COLUMNS = {"table": "table", "what": "what", "days": "days"}
_SAID = {"what": {"taken over": "taken over", "some days": "some days", "made anew": "made anew"}}
_MOST_NAMED = 10


def show_plan(session: Session) -> None:
    """Look, and change nothing."""
    from opsengine.rebuilding import foresee_run

    found = foresee_run(session.desk, session.as_of)
    if session.is_for_people:
        _say(session, found)
    rows = [[one.table, one.what, one.days] for one in found.rebuild.tables] if found.rebuild else []
    session.show(_as_json(session, found), Table(_COLUMNS, rows, empty="nothing would be rebuilt", said=_SAID))


def _say(session: Session, found: Foreseen) -> None:
    for file in found.new_files[:_MOST_NAMED]:
        session.say("{file} would be imported first; what it changes is known afterwards", file=file)
    if len(found.new_files) > _MOST_NAMED:
        session.say("and {count} more files", count=len(found.new_files) - _MOST_NAMED)
    rebuild = found.rebuild
    if rebuild is None:
        session.say("the tables of {day} stand: nothing that goes into them has changed", day=session.as_of.isoformat())
        return
    first, last = rebuild.made_from.isoformat(), session.as_of.isoformat()
    session.say("{accounts} accounts would be made from {first} to {last}", accounts=rebuild.accounts, first=first, last=last)
    if rebuild.going_on_from:
        session.say("the days before are taken over from the build {build}", build=rebuild.going_on_from[:12])
    for reason in rebuild.reasons:
        session.say(reason.text, **reason.fields)


def _as_json(session: Session, found: Foreseen) -> dict[str, Any]:
    rebuild = found.rebuild
    told: dict[str, Any] = {"as_of": session.as_of, "new_files": list(found.new_files), "stands": found.stands}
    if rebuild is None:
        return told | {"rebuild": None}
    return told | {
        "rebuild": {
            "accounts": rebuild.accounts,
            "first": rebuild.first,
            "made_from": rebuild.made_from,
            "going_on_from": rebuild.going_on_from or None,
            "reasons": [session.words(reason.text, **reason.fields) for reason in rebuild.reasons],
            "tables": [{"table": one.table, "what": one.what, "days": one.days} for one in rebuild.tables],
        }
    }
