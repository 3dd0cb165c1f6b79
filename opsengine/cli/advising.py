"""What an account might do next, as a person reads it in a terminal: the plays, their numbers, and why others lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from opsengine.cli.wrapping import wrapped

if TYPE_CHECKING:
    from opsengine.words import Words

_FAMILIES = {"business": "business", "popularity": "popularity", "efficiency": "efficiency"}
_STEPS = {"settle": "settle", "retain": "retain", "convert": "convert"}
_DEEP = "     "


def in_short(told: Sequence[Mapping[str, Any]], words: Words) -> Iterator[str]:
    """For many accounts: the plays and the sentence that speaks for each."""
    for account in told:
        yield from _plays(account, words)
        yield from _nothing(account, words)
        if account["cannot_judge"] and not account["silent_since"]:
            count = len(account["cannot_judge"])
            yield wrapped(words("{count} plays cannot be judged for want of numbers", count=count), indent="  ")
        yield ""
    if told:
        yield wrapped(words("`opsengine strategy suggest ACCOUNT` shows the rules, what is expected, and why others lost"))


def in_full(told: Sequence[Mapping[str, Any]], words: Words) -> Iterator[str]:
    """For accounts that were asked for: everything that decided."""
    for account in told:
        for at, line in enumerate(account["suggestions"]):
            if not at:
                yield account["account_id"]
            yield from _play(line, words)
            yield from _reasons(line, words)
        if not account["suggestions"]:
            yield account["account_id"]
        yield from _nothing(account, words)
        yield from _lost(account["passed_over"], words)
        yield from _unjudged(account["cannot_judge"], words)
        yield ""


def _nothing(account: Mapping[str, Any], words: Words) -> Iterator[str]:
    """Why there is nothing to say."""
    if account["silent_since"]:
        yield wrapped(words("no file has told of it since {day}", day=account["silent_since"]), indent="  ")
    elif not account["suggestions"]:
        yield wrapped(words("no play fits: every number is where its peers are, or missing"), indent="  ")


def _plays(account: Mapping[str, Any], words: Words) -> Iterator[str]:
    yield account["account_id"]
    for line in account["suggestions"]:
        yield from _play(line, words)


def _play(line: Mapping[str, Any], words: Words) -> Iterator[str]:
    yield wrapped(line["title"], indent=f"  {line['rank']}  ", hanging=_DEEP)
    family, step, goal = words(_FAMILIES[line["family"]]), words(_STEPS[line["step"]]), line["goal"]
    if goal:
        text = words(
            "{family}, {step}, effort {effort} of 5, for {goal}", family=family, step=step, effort=line["effort"], goal=goal
        )
    else:
        text = words("{family}, {step}, effort {effort} of 5", family=family, step=step, effort=line["effort"])
    yield wrapped(text, indent=_DEEP)
    if line["state"] == "declined":
        yield wrapped(words("was turned down; little else fits"), indent=_DEEP)
    yield wrapped(line["why"], indent=_DEEP)


def _reasons(line: Mapping[str, Any], words: Words) -> Iterator[str]:
    yield wrapped(words("rule: {rule}", rule=line["rule"]), indent=_DEEP)
    potential = line["potential"]
    believed = potential["believed"]
    shares = {name: f"{100 * believed[name]:+.1f}%" for name in ("low", "mid", "high")}
    if potential["is_prior_only"]:
        text = words(
            "believed: {name} {mid} ({low} to {high}); only what the play declares, no case yet", name=potential["name"], **shares
        )
    else:
        text = words(
            "believed: {name} {mid} ({low} to {high}); {cases} cases", name=potential["name"], cases=potential["cases"], **shares
        )
    yield wrapped(text, indent=_DEEP)
    if potential["base"] is not None:
        yield wrapped(
            words("that is {base} -> {then}", base=_number(potential, "base"), then=_number(potential, "potential")), indent=_DEEP
        )
    gain = line["gain"]
    if gain and gain["role"] != "guardrail":
        closes, hoped = f"{100 * gain['believed']:.1f}%", f"{100 * gain['hoped']:.1f}%"
        text = "of the gap to the target of {metric} it closes {closes} of the target, and may well close {hoped}"
        yield wrapped(words(text, metric=gain["metric"], closes=closes, hoped=hoped), indent=_DEEP)
    if line["cost"]:
        yield wrapped(words("set aside {cost} yuan", cost=f"{line['cost']:,.0f}"), indent=_DEEP)


def _number(potential: Mapping[str, Any], key: str) -> str:
    """A number with its unit, as in the sentences of plays."""
    from opsengine.strategy import Number, shown

    return shown(Number(potential[key], potential["unit"]), "en")


def _lost(lines: Sequence[Mapping[str, Any]], words: Words) -> Iterator[str]:
    if lines:
        yield "  " + words("Why the next ones lost")
    for line in lines:
        yield wrapped(words("{title}: {why_not}", title=line["title"], why_not=line["why_not"]), indent=_DEEP, hanging=_DEEP + "  ")


def _unjudged(lines: Sequence[Mapping[str, Any]], words: Words) -> Iterator[str]:
    from opsengine.strategy import in_one

    if lines:
        yield "  " + words("Cannot be judged")
    locale: Literal["zh-CN", "en"] = "zh-CN" if words.locale == "zh-CN" else "en"
    for line in lines:
        text = words("{title}: {ways}", title=line["title"], ways=in_one(line["ways"], locale))
        yield wrapped(text, indent=_DEEP, hanging=_DEEP + "  ")


def ahead(told: Sequence[Mapping[str, Any]], words: Words) -> Iterator[str]:
    """What becomes of accounts with the plays that are tried."""
    for one in told:
        names = words.listed(play["play"] for play in one["plays"])
        yield wrapped(words("If {account} does {plays}:", account=one["account_id"], plays=names))
        for play in one["plays"]:
            if play["fits"] is False:
                yield wrapped(words("{play} does not fit it today: its numbers do not call for it", play=play["play"]), indent="  ")
            elif play["fits"] is None:
                yield wrapped(words("nobody knows whether {play} fits it: numbers are missing", play=play["play"]), indent="  ")
        yield from _metrics(one["metrics"], words)
        yield from _scores(one["scores"], words)
        yield from _goals(one["goals"], words)
        yield ""


def _metrics(lines: Sequence[Mapping[str, Any]], words: Words) -> Iterator[str]:
    for line in lines:
        shares = {name: f"{100 * line[name]:+.1f}%" for name in ("low", "change", "high")}
        if line["is_carried"]:
            text = words("{metric} {change} ({low} to {high}), carried over by what it serves", metric=line["metric"], **shares)
        else:
            text = words("{metric} {change} ({low} to {high})", metric=line["metric"], **shares)
        yield wrapped(text, indent="  ", hanging="    ")


def _scores(lines: Sequence[Mapping[str, Any]], words: Words) -> Iterator[str]:
    cards = {"business": "business score", "popularity": "popularity score"}
    for line in lines:
        card = words(cards.get(line["scorecard"], line["scorecard"]))
        now, then = f"{line['score']:.1f}", {name: f"{value:.1f}" for name, value in line["then"].items()}
        if line["rank"] is None:
            text = words("{card} {now} -> {mid} ({low} to {high})", card=card, now=now, **then)
        else:
            ranks = {"rank": line["rank"], "rank_then": line["rank_then"]["mid"], "accounts": line["accounts"]}
            text = words(
                "{card} {now} -> {mid} ({low} to {high}), rank {rank} -> {rank_then} of {accounts}",
                card=card,
                now=now,
                **then,
                **ranks,
            )
        yield wrapped(text, indent="  ", hanging="    ")


def _goals(lines: Sequence[Mapping[str, Any]], words: Words) -> Iterator[str]:
    if not lines:
        yield wrapped(words("no running goal promises what these plays move"), indent="  ")
    for line in lines:
        numbers = {
            "now": _plain(line["landing"]["p50"]), "then": _plain(line["then"]["p50"]), "low": _plain(line["then_low"]),
            "high": _plain(line["then_high"]), "target": _plain(line["target"]),
        }  # fmt: skip
        text = "{goal}, {metric}: lands at {now} -> {then} ({low} to {high}), promised {target}"
        yield wrapped(words(text, goal=line["goal"], metric=line["metric"], **numbers), indent="  ", hanging="    ")
        if line["share"] < 1:
            known = {"whose": line["subject"]["id"], "share": f"{100 * line['share']:.1f}%"}
            yield wrapped(words("promised together by {whose}; {share} of it is this account's", **known), indent="    ")
        if line["odds"] is not None and line["odds_then"] is not None:
            odds = {"odds": f"{100 * line['odds']:.0f}%", "odds_then": f"{100 * line['odds_then']:.0f}%"}
            yield wrapped(words("odds that it is kept: {odds} -> {odds_then}", **odds), indent="    ")


def _plain(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3g}"


def on_record(told: Sequence[Mapping[str, Any]], words: Words) -> Iterator[str]:
    """What plays were said to do, and what they did."""
    for line in told:
        yield wrapped(line["title"])
        said = {name: f"{100 * line['predicted'][name]:+.1f}%" for name in ("low", "mid", "high")}
        yield wrapped(words("said: {metric} {mid} ({low} to {high})", metric=line["metric"], **said), indent="  ")
        counts = {"taken_up": line["taken_up"], "cases": line["cases"]}
        yield wrapped(words("taken up {taken_up} times, {cases} cases to be judged by", **counts), indent="  ")
        if line["realised"]:
            found = {name: f"{100 * line['realised'][name]:+.1f}%" for name in ("low", "mid", "high")}
            yield wrapped(words("found: {mid} ({low} to {high})", **found), indent="  ")
        if line["hit_rate"] is not None:
            yield wrapped(words("hit rate {rate}", rate=f"{100 * line['hit_rate']:.0f}%"), indent="  ")
        yield wrapped(line["note"], indent="  ")
