// One account: what is the matter, both scores taken apart, goals, audience, traffic, and how fresh all of it is.
import { begin, history } from "./history.js";
import { el, format, pill, said, stack, track } from "./parts.js";

export function account(data) {
  const { account: who } = data;
  begin(who.account_id);
  const about = [who.industry, who.size ? said("size_" + who.size) : "", who.team, who.brand, who.region].filter(Boolean).join(" · ");
  return el("div", {},
    el("a", { class: "back", href: "#" }, "← " + said("home")),
    el("h1", { class: "headline" }, who.name), el("p", { class: "under" }, about),
    panel("open", alerts(data)),
    el("div", { class: "two" }, score(data, "business"), score(data, "popularity")),
    panel("goals", ...(data.goals.length ? data.goals.map(goal) : [el("p", { class: "empty" }, said("no_goal"))])),
    panel("surprises", surprises(data.surprises)),
    el("div", { class: "two" }, flow(data, "gmv", "gmv", "yuan"), flow(data, "leads", "leads_day", "count")),
    el("div", { class: "two" }, flow(data, "net_fans", "fans", "count"), panel("tiers", tiers(data.tiers))),
    el("div", { class: "two" }, panel("traffic", traffic(data.traffic)), panel("benefits", benefits(data.benefits))),
    el("div", { class: "two" }, panel("suggestions", suggestions(data.suggestions)), panel("tasks", tasks(data.tasks))),
    panel("freshness", freshness(data.freshness)));
}

let panels = 0;

function panel(name, ...content) {
  const id = `panel-${++panels}`;
  return el("section", { class: "panel", "aria-labelledby": id }, el("h2", { id }, said(name)), ...content);
}

function alerts(data) {
  if (!data.alerts.length) return el("p", { class: "empty" }, said("no_alert"));
  return el("ul", {}, ...data.alerts.map((alert) => el("li", { class: "alert" },
    el("p", { class: "row" }, el("span", {}, pill(alert.severity, said(alert.severity)), " ", el("b", {}, alert.title)),
      el("span", { class: "small" }, [said(alert.state), said("since", { day: alert.since }), alert.stake ? said("stake", { money: format(alert.stake, "yuan") }) : "",
        alert.acknowledged_by ? said("taken", { name: alert.acknowledged_by }) : ""].filter(Boolean).join(" · "))),
    el("p", {}, alert.because || ""), data.plays[alert.play] ? el("p", {}, el("span", { class: "small" }, said("fits") + " "), data.plays[alert.play]) : "", alert.cause ? el("p", { class: "small" }, alert.cause) : "",
    el("p", { class: "small" }, said("look"), " ", el("code", {}, alert.look_further)))));
}

function score(data, name) {
  const found = data.scores[name] || { components: [] };
  const isKnown = found.score !== null && found.score !== undefined;
  const group = found.level === "all" || !found.key ? said("rank_all") : found.key;
  const most = Math.max(...found.components.map((part) => Math.abs(part.points || 0)), 1);
  const titles = found.components.map((part) => part.title);
  const isTwice = (title) => titles.indexOf(title) !== titles.lastIndexOf(title);
  const parts = found.components.slice(0, 12).map((part) => el("li", { class: "part" },
    el("span", {}, part.title, isTwice(part.title) && part.component.endsWith("_growth") ? el("span", { class: "small" }, " " + said("growth")) : ""), part.points === null ? el("span", { class: "small" }, said("no_data")) : track(part.points / most),
    el("span", { class: "value" }, format(part.points, "points"))));
  const title = `score-${name}`;
  return el("section", { class: `panel ${name}`, "aria-labelledby": title }, el("h2", { id: title }, said(name)),
    el("p", { class: "score" }, isKnown ? el("b", {}, format(found.score, "score")) : el("span", {}, said("no_score")),
      isKnown && found.change !== null ? el("span", {}, format.signed(found.change, "score"), " ", el("span", { class: "small" }, said("score_7d"))) : ""),
    el("p", { class: "small" }, [found.rank ? said("rank", { ...found, group }) : "", isKnown ? said("coverage", { share: format(found.coverage, "share") }) : ""].filter(Boolean).join(" · ")),
    history(data.history[name], name, said(name), "score", name === "popularity" ? "--orange" : "--blue"), parts.length ? el("h3", { class: "small" }, said("parts")) : "", el("ul", {}, ...parts));
}

function goal(one) {
  const bar = track(one.progress);
  if (one.expected !== null && one.target) {
    const plan = el("span", { class: "mark-of-plan" });
    plan.style.left = `${Math.max(0, Math.min(1, one.expected / one.target)) * 100}%`;
    bar.append(plan);
  }
  const said_of = [said("elapsed", { share: format(one.elapsed, "share") }), one.odds === null ? "" : said("odds", { odds: format(one.odds, "share") }),
    one.needed_per_day === null ? "" : said("needed", { amount: format(one.needed_per_day, one.unit) }), `${one.cycle.start} – ${one.cycle.end}`];
  return el("div", { class: "goal" },
    el("p", { class: "row" }, el("span", {}, el("b", {}, one.title), " ", el("span", { class: "small" }, said(one.role))),
      el("span", {}, pill(one.status, said(one.status === "behind" ? "word_behind" : one.status)))),
    bar, el("p", { class: "row" }, el("span", {}, said("reached_of", { actual: format(one.actual, one.unit), target: format(one.target, one.unit) }),
      one.progress === null ? "" : el("span", { class: "small" }, " " + format(one.progress, "share"))),
    el("span", { class: "small" }, said_of.filter(Boolean).join(" · "))));
}

function surprises(rows) {
  if (!rows.length) return el("p", { class: "empty" }, said("no_surprise"));
  const heads = ["metric", "value", "expected", "own", "field", "surprise"].map((name) => el("th", { scope: "col" }, said(name)));
  return el("table", { class: "wide" }, el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...rows.map((row) => el("tr", {},
    el("th", { scope: "row" }, row.title),
    el("td", { "data-label": said("value") }, format(row.value, row.unit)), el("td", { "data-label": said("expected") }, format(row.expected, row.unit)),
    el("td", { "data-label": said("own") }, format.signed(row.change, "share")), el("td", { "data-label": said("field") }, format.signed(row.field_change, "share")),
    el("td", { "data-label": said("surprise") }, row.is_anomaly || row.is_shift ? pill("warning", format.signed(row.surprise, "points")) : format.signed(row.surprise, "points"))))));
}

function flow(data, line, name, unit) {
  const id = `flow-${line}`;
  return el("section", { class: "panel", "aria-labelledby": id }, el("h2", { id }, `${said(name)} · ${said("history")}`), history(data.history[line], line, said(name), unit));
}

function tiers(found) {
  if (!found) return el("p", { class: "empty" }, said("no_data"));
  const bar = stack([["devoted", found.devoted], ["warm", found.warm], ["casual", found.casual]]);
  return found.is_estimate ? el("div", {}, bar, el("p", { class: "small" }, said("estimate"))) : bar;
}

function traffic(found) {
  if (!found) return el("p", { class: "empty" }, said("no_data"));
  return stack(["public", "paid", "owned", "external"].map((name) => [name, found[name]]));
}

function benefits(rows) {
  if (!rows.length) return el("p", { class: "empty" }, said("no_benefit"));
  return el("ul", { class: "list" }, ...rows.map((row) => el("li", {}, said("benefit", { ...row, unit: row.unit === "yuan" ? said("yuan") : row.unit }))));
}

function suggestions(rows) {
  if (!rows.length) return el("p", { class: "empty" }, "–");
  return el("ol", { class: "list" }, ...rows.map((row) => el("li", {}, el("b", {}, row.title), el("p", { class: "small" }, row.why))));
}

function tasks(rows) {
  if (!rows.length) return el("p", { class: "empty" }, said("no_task"));
  return el("ul", { class: "list" }, ...rows.map((row) => el("li", {}, pill(row.state, said(row.state)), " ", row.title, " ",
    el("span", { class: "small" }, [row.owner, said("due", { day: row.due })].filter(Boolean).join(" · ")))));
}

function freshness(rows) {
  if (!rows.length) return el("p", { class: "empty" }, said("never"));
  const heads = ["source", "last_day", "days_behind"].map((name) => el("th", { scope: "col" }, said(name)));
  return el("table", {}, el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...rows.map((row) => el("tr", {}, el("th", { scope: "row" }, row.title || row.source),
    el("td", {}, row.last_day), el("td", {}, row.is_daily && row.days_since_data > 2 ? pill("warning", said("late", { count: row.days_since_data })) : row.days_since_data > 1 ? said("late", { count: row.days_since_data }) : said("fresh"))))));
}
