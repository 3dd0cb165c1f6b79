// The live page: asks for what it shows, and asks again when the stream says that there is something new.
// Texts of other people go in as text nodes only; nothing here writes HTML.
import { account } from "./account.js";
import { begin, recolour } from "./history.js";
import { el, format, pill, replace, said, setLocale, words } from "./parts.js";

const state = { q: "", sort: "urgency", order: "desc", page: 1, only: "", version: -1, shown: "", asking: 0 };
const main = document.getElementById("main");

function remembered(name, otherwise) {
  try { return localStorage.getItem(name) || otherwise; } catch { return otherwise; }
}

function remember(name, value) {
  try { localStorage.setItem(name, value); } catch { /* private windows forget, and that is fine */ }
}

let language = remembered("language", navigator.language.startsWith("en") ? "en" : "zh-CN");

async function ask(path) {
  const answer = await fetch(path, { headers: { accept: "application/json" } });
  if (answer.status === 401) throw new Error("401");
  return { status: answer.status, data: await answer.json() };
}

// What the reader asked for takes the place of what was there; what the stream brings changes where it stands.
async function show({ isFromStream = false, isNews = false } = {}) {
  const turn = ++state.asking;
  const id = location.hash.startsWith("#/") ? decodeURIComponent(location.hash.slice(2)) : "";
  try {
    const path = id ? `api/accounts/${encodeURIComponent(id)}?lang=${language}` : `api/board?${query()}`;
    const { status, data } = await ask(path);
    if (turn !== state.asking) return;
    if (data.starting) { replace(main, el("p", { class: "empty" }, said("starting"))); return; }
    const change = () => (id ? replace(main, status === 404 ? missing() : account(data)) : board(data, isNews));
    if (isFromStream) inPlace(change); else change();
    state.shown = turnOf(data);
    head(data.as_of);
  } catch { /* the stream says that we are cut off, and brings us back */ }
}

// Tells boards apart, also those of a server that began anew.
const turnOf = ({ version, made_at }) => `${version} ${made_at}`;

// What is new takes nothing away: neither the focus nor the place in the page.
function inPlace(change) {
  const held = main.contains(document.activeElement) ? document.activeElement : null;
  const at = stops().indexOf(held), top = scrollY;
  change();
  if (held && !held.isConnected) {
    const again = held.dataset.focus ? main.querySelector(`[data-focus="${CSS.escape(held.dataset.focus)}"]`) : stops()[at];
    (again || main).focus({ preventScroll: true });
  }
  scrollTo({ top, behavior: "instant" });
}

const stops = () => [...main.querySelectorAll("a[href], button, input, summary, [tabindex]")];

function query() {
  const { q, sort, order, page, only } = state;
  return new URLSearchParams({ q, sort, order, page, only, lang: language }).toString();
}

function head(day) {
  document.getElementById("when").textContent = said("when", { day });
}

function missing() {
  return el("div", {}, el("a", { class: "back", href: "#" }, "← " + said("home")), el("p", { class: "empty" }, said("missing")));
}

function board(data, isNews) {
  const top = el("div", { id: "pulse" }, headline(data), ...notices(data), needs(data));
  const table = results(data);
  const known = document.getElementById("pulse");
  if (known) {
    known.replaceWith(top);
    const old = document.getElementById("results");
    const isHeld = old.contains(document.activeElement) ? focusKey(document.activeElement) : "";
    old.replaceWith(table);
    if (isHeld) table.querySelector(`[data-focus="${CSS.escape(isHeld)}"]`)?.focus({ preventScroll: true });
  } else {
    replace(main, top, el("section", { class: "panel", "aria-labelledby": "accounts-title" }, bar(), table));
  }
  if (isNews) document.getElementById("said").textContent = said("updated", { need: data.need });
}

const focusKey = (element) => element.dataset.focus || "";

function headline(data) {
  const strong = data.need ? said("need", { need: data.need }) : said("calm");
  const title = el("h1", { class: data.need ? "headline" : "headline calm" }, el("strong", {}, strong), " ", said("of", { accounts: data.accounts }));
  const counts = el("p", { class: "under" }, el("span", {}, said("counts", data.alerts)));
  if (data.behind) counts.append(el("span", {}, said("behind", { count: data.behind })));
  if (data.looking) counts.append(el("span", { class: "looking" }, said("looking")));
  return el("div", {}, title, counts);
}

function notices(data) {
  const found = data.trouble ? [el("p", { class: "notice act" }, said("trouble", { reason: data.trouble }))] : [];
  return [...found, ...data.house.map((alert) =>
    el("p", { class: alert.severity === "critical" ? "notice act" : "notice" }, el("b", {}, alert.title), " ", alert.because || ""))];
}

function needs(data) {
  if (!data.needs.length) return el("div", {});
  const cards = data.needs.map((row) => el("li", { class: `card ${row.severity}` },
    el("a", { href: "#/" + encodeURIComponent(row.account_id), "data-focus": "card-" + row.account_id },
      el("span", { class: "head" }, el("h3", {}, row.name), pill(row.severity, said(row.severity))),
      el("p", { class: "title" }, row.title),
      el("p", { class: "why" }, row.why === row.title ? "" : row.why),
      el("p", { class: "foot" }, row.stake ? el("span", {}, said("stake", { money: format(row.stake, "yuan") })) : "",
        row.alerts > 1 ? el("span", {}, said("more_alerts", { count: row.alerts })) : ""))));
  const rest = data.need - data.needs.length;
  return el("section", { "aria-labelledby": "needs-title" }, el("h2", { class: "hidden", id: "needs-title" }, said("needs")),
    el("ul", { class: "needs" }, ...cards), rest > 0 ? el("p", { class: "under" }, said("more", { count: rest })) : "");
}

function bar() {
  const search = el("input", { type: "search", value: state.q, placeholder: said("search"), "aria-label": said("search"), id: "search", maxlength: 100 });
  let waiting;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { state.q = search.value; state.page = 1; show(); }, 150);
  });
  const only = el("input", { type: "checkbox", id: "only" });
  only.checked = state.only === "open";
  only.addEventListener("change", () => { state.only = only.checked ? "open" : ""; state.page = 1; show(); });
  return el("div", { class: "bar-of-table" }, el("h2", { id: "accounts-title" }, said("accounts")), search, el("label", {}, only, said("only")));
}

const COLUMNS = ["name", "urgency", "business", "popularity", "sales", "leads", "fans_growth", "goal", "days_behind"];
const LABELS = { name: "account", urgency: "state" };
const UNSORTED = new Set(["goal"]);

function results(data) {
  const heads = COLUMNS.map((name) => column(name));
  const rows = data.rows.map((row) => line(row));
  const table = el("table", { class: "wide" }, el("caption", { class: "hidden" }, said("accounts")), el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...rows));
  const isFirst = data.page <= 1, isLast = data.page >= data.pages;
  const turn = (by) => () => { state.page = data.page + by; show(); };
  const pager = el("nav", { class: "pager", "aria-label": said("accounts") },
    el("span", {}, said("page", data)), button(said("previous"), turn(-1), isFirst, "previous"), button(said("next"), turn(1), isLast, "next"));
  return el("div", { id: "results" }, rows.length ? table : el("p", { class: "empty" }, said("nothing")), pager);
}

function button(text, act, isOff, focus) {
  const made = el("button", { type: "button", "data-focus": focus }, text);
  made.disabled = isOff;
  made.addEventListener("click", act);
  return made;
}

function column(name) {
  const label = said(LABELS[name] || name);
  if (UNSORTED.has(name)) return el("th", { scope: "col" }, label);
  const isSorted = state.sort === name;
  const act = () => {
    state.order = isSorted && state.order === "desc" ? "asc" : isSorted ? "desc" : name === "name" ? "asc" : "desc";
    state.sort = name; state.page = 1; show();
  };
  const arrow = isSorted ? (state.order === "desc" ? " ↓" : " ↑") : "";
  const head = el("th", { scope: "col" }, button(label + arrow, act, false, "sort-" + name));
  if (isSorted) head.setAttribute("aria-sort", state.order === "desc" ? "descending" : "ascending");
  return head;
}

function line(row) {
  const cell = (name, ...content) => el("td", { "data-label": said(LABELS[name] || name) }, ...content);
  const moved = (value, unit) => value === null || value === undefined ? "" : el("span", { class: "small" }, " ", format.signed(value, unit));
  const late = row.days_behind === null ? said("never") : row.days_behind > 1 ? said("late", { count: row.days_behind }) : said("fresh");
  return el("tr", {},
    el("th", { scope: "row", class: "account" }, el("a", { href: "#/" + encodeURIComponent(row.account_id), "data-focus": "row-" + row.account_id }, row.name),
      el("span", { class: "small" }, " " + [row.industry, row.team].filter(Boolean).join(" · "))),
    cell("urgency", row.severity ? pill(row.severity, said(row.severity) + (row.alerts > 1 ? ` ${row.alerts}` : "")) : pill("ok", said("ok"))),
    cell("business", format(row.business, "score"), moved(row.business_change, "score")),
    cell("popularity", format(row.popularity, "score"), moved(row.popularity_change, "score")),
    cell("sales", format(row.sales, "yuan"), moved(row.sales_change, "share")),
    cell("leads", format(row.leads, "count"), moved(row.leads_change, "share")),
    cell("fans_growth", format.signed(row.fans_growth, "count")),
    cell("goal", row.goal ? pill(row.goal, said(row.goal === "behind" ? "word_behind" : row.goal)) : "–"),
    cell("days_behind", el("span", { class: row.days_behind > 1 ? "pill warning" : "small" }, late)));
}

function listen() {
  const stream = new EventSource("events");
  const live = document.getElementById("live");
  stream.addEventListener("board", (event) => {
    const news = JSON.parse(event.data);
    const isNews = state.version >= 0 && news.version !== state.version;
    state.version = news.version;
    live.className = "live";
    live.textContent = said("live", { time: new Date(news.made_at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", second: "2-digit" }) });
    if (turnOf(news) !== state.shown) show({ isFromStream: true, isNews });
  });
  stream.addEventListener("error", () => {
    live.className = "live lost";
    live.textContent = said("lost");
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
  });
}

function dress() {
  setLocale(language);
  document.documentElement.lang = language;
  document.title = said("home") + " · opsengine";
  document.getElementById("skip").textContent = said("skip");
  document.getElementById("brand").setAttribute("aria-label", "opsengine: " + said("home"));
  document.getElementById("language").textContent = said("language");
  document.getElementById("language").lang = language === "en" ? "zh-CN" : "en";
  theme(remembered("theme", ""));
}

function theme(chosen) {
  const root = document.documentElement;
  if (chosen) root.dataset.theme = chosen; else delete root.dataset.theme;
  const isDark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.getElementById("theme").textContent = said(isDark ? "light" : "dark");
  document.getElementById("theme").onclick = () => { const next = isDark ? "light" : "dark"; remember("theme", next); theme(next); };
  recolour();
}

document.getElementById("language").addEventListener("click", () => {
  language = language === "en" ? "zh-CN" : "en";
  remember("language", language);
  dress();
  replace(main);
  show();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => theme(remembered("theme", "")));
addEventListener("hashchange", () => { replace(main); begin(""); show().then(() => { main.focus(); scrollTo(0, 0); }); });

await words();
dress();
await show();
listen();
