// Histories of one account: a line over days that zooms, and the same numbers as a table.
// All of them show the same days: whoever zooms into a fall of sales sees what the scores did then.
import { dated, el, format, said, sketch } from "./parts.js";

const DAY = 86400;
const SPANS = [30, 90];
const PLOT = { height: 190, least: 3 * DAY, font: '12px system-ui, "PingFang SC", "Noto Sans CJK SC", sans-serif' };
const view = { account: "", range: null, open: new Set() };
let drawn = [];
let library;

// What is drawn belongs to this account from now on; the same one again keeps its zoom and its open tables.
export function begin(account) {
  drawn.forEach(({ plot, watcher }) => { watcher.disconnect(); plot.destroy(); });
  drawn = [];
  if (view.account !== account) Object.assign(view, { account, range: null, open: new Set() });
}

// Colours are read anew when the page turns dark or light.
export function recolour() { drawn.forEach(({ plot }) => plot.redraw()); }

// `points` are [day, value] pairs, oldest first; a missing day is a gap. Without the library the plain line stays.
export function history(points, key, name, unit, colour = "--blue") {
  const known = (points || []).filter(([, value]) => value !== null);
  if (known.length < 2) return el("p", { class: "empty" }, said("no_data"));
  const { picture, label } = sketch(known, name, unit);
  const place = el("div", { class: "plot", tabindex: "0", role: "application", "aria-label": `${label} ${said("plot_keys")}`, "data-focus": "plot-" + key }, picture);
  const reading = el("p", { class: "reading", "aria-live": "polite" });
  const spans = el("div", { class: "spans", role: "group", "aria-label": said("span") });
  const numbers = table(known, key, name, unit);
  load().then((uPlot) => draw(uPlot, { place, reading, spans, unit, colour, key, data: daily(known) }), () => place.removeAttribute("tabindex"));
  return el("figure", { class: "drawn" }, place, el("div", { class: "under-plot" }, reading, spans), numbers);
}

function load() {
  library ??= new Promise((resolve, reject) => {
    const script = el("script", { src: "uPlot.iife.min.js" });
    script.addEventListener("load", () => resolve(globalThis.uPlot));
    script.addEventListener("error", reject);
    document.head.append(script);
  });
  return library;
}

// One entry for each day from the first to the last, in seconds; null where nothing is known.
function daily(known) {
  const at = new Map(known.map(([day, value]) => [Date.parse(day) / 1000, value]));
  const first = Date.parse(known[0][0]) / 1000, last = Date.parse(known.at(-1)[0]) / 1000;
  const days = Array.from({ length: Math.round((last - first) / DAY) + 1 }, (_, number) => first + number * DAY);
  return [days, days.map((day) => at.get(day) ?? null)];
}

function draw(uPlot, made) {
  const { place, data, unit, colour } = made;
  if (!place.isConnected) return;
  place.replaceChildren();
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const axis = { font: PLOT.font, stroke: () => style("--soft"), grid: { stroke: () => style("--line"), width: 1 }, ticks: { show: false } };
  const options = {
    width: place.clientWidth, height: PLOT.height, legend: { show: false }, tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "Etc/UTC"),
    cursor: { y: false, drag: { x: true, y: false, dist: 6 }, points: { size: 8 } },
    scales: { x: { time: true, range: (_plot, low, high) => [low, high] }, y: { range: (_plot, low, high) => heights(uPlot, low, high) } },
    axes: [
      { ...axis, size: 30, space: 76, values: (_plot, splits) => splits.map((at) => (at % DAY ? "" : dated(at * 1000, { month: "short", day: "numeric" }))) },
      { ...axis, size: 62, space: 36, values: (_plot, splits) => splits.map((value) => format(value, unit)) },
    ],
    series: [{}, { stroke: () => style(colour), fill: () => style(colour) + "1a", width: 2, spanGaps: false, points: { size: 5 } }],
    hooks: { setScale: [(plot, name) => name === "x" && zoomed(plot, made)], setCursor: [(plot) => read(plot, made)] },
  };
  const plot = new uPlot(options, data, place);
  const watcher = new ResizeObserver(() => place.clientWidth && plot.setSize({ width: place.clientWidth, height: PLOT.height }));
  watcher.observe(place);
  Object.assign(made, { plot, watcher });
  drawn.push(made);
  place.addEventListener("keydown", (event) => press(event, made));
  touch(made);
  made.spans.replaceChildren(...[...SPANS, null].map((days) => spanOf(days, made)));
  apply(made);
}

const heights = (uPlot, low, high) => (low === null ? [0, 1] : low === high ? [low - 1, high + 1] : uPlot.rangeNum(low, high, 0.1, true));

const ends = ({ data: [days] }) => ({ first: days[0], last: days.at(-1) });

// The days that are asked for, within those that there are.
function wanted(made) {
  const { first, last } = ends(made), { range } = view;
  if (range === null) return { min: first, max: last };
  if (range.days) return { min: Math.max(first, last - (range.days - 1) * DAY), max: last };
  return range.max <= first || range.min >= last ? { min: first, max: last } : { min: Math.max(first, range.min), max: Math.min(last, range.max) };
}

function apply(made) {
  made.isLed = true;
  made.plot.batch(() => made.plot.setScale("x", wanted(made)));
  made.isLed = false;
  for (const button of made.spans.children) button.setAttribute("aria-pressed", String(button.value === chosen()));
}

const chosen = () => (view.range === null ? "all" : String(view.range.days ?? ""));

function look(range) {
  view.range = range;
  drawn.forEach(apply);
}

// Somebody dragged over days of one plot, or clicked twice to see all of them again.
function zoomed(plot, made) {
  if (made.isLed || !made.plot) return;
  const { min, max } = plot.scales.x, { first, last } = ends(made);
  look(min <= first && max >= last ? null : around((min + max) / 2, Math.max(max - min, PLOT.least), made));
}

function around(middle, width, made) {
  const { first, last } = ends(made);
  if (width >= last - first) return null;
  const min = Math.min(Math.max(middle - width / 2, first), last - width);
  return { min, max: min + width };
}

function spanOf(days, made) {
  const button = el("button", { type: "button", value: days === null ? "all" : String(days), "data-focus": `span-${made.key}-${days}` },
    days === null ? said("all_days") : said("days", { count: days }));
  button.addEventListener("click", () => look(days === null ? null : { days }));
  return button;
}

function read(plot, { reading, data: [days, values], unit }) {
  const at = plot.cursor.idx;
  if (at === null || at === undefined) { reading.textContent = ""; return; }
  const day = dated(days[at] * 1000, { year: "numeric", month: "short", day: "numeric", weekday: "short" });
  reading.textContent = `${day} · ${values[at] === null ? said("no_data") : format(values[at], unit)}`;
}

function press(event, made) {
  const { plot, data: [days] } = made, { min, max } = plot.scales.x;
  const at = plot.cursor.idx ?? days.length;
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: days.length - 1 }[event.key];
  const factor = { "+": 0.5, "=": 0.5, "-": 2 }[event.key];
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (to !== undefined) step(made, Math.min(Math.max(to, 0), days.length - 1));
  else if (factor) look(around(days[at] ?? (min + max) / 2, Math.max((max - min) * factor, PLOT.least), made));
  else if (event.key === "0" || event.key === "Escape") look(null);
  else return;
  event.preventDefault();
}

function step(made, at) {
  const { plot, data: [days] } = made, { min, max } = plot.scales.x;
  if (days[at] < min || days[at] > max) look(around(days[at], max - min, made));
  plot.setCursor({ left: plot.valToPos(days[at], "x"), top: 10 });
}

// A finger that moves sideways chooses days as a mouse does; one that moves up or down scrolls the page.
function touch({ plot }) {
  let from = null;
  const left = (event) => event.clientX - plot.over.getBoundingClientRect().left;
  plot.over.addEventListener("pointerdown", (event) => { if (event.pointerType === "touch") { from = left(event); plot.over.setPointerCapture(event.pointerId); } });
  plot.over.addEventListener("pointermove", (event) => {
    if (from === null || event.pointerType !== "touch") return;
    const to = left(event);
    plot.setCursor({ left: to, top: 10 });
    plot.setSelect({ left: Math.min(from, to), width: Math.abs(to - from), top: 0, height: plot.over.clientHeight }, false);
  });
  plot.over.addEventListener("pointerup", (event) => {
    if (from === null) return;
    const [low, high] = [from, left(event)].sort((one, other) => one - other);
    from = null;
    plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
    if (high - low > 12) plot.setScale("x", { min: plot.posToVal(low, "x"), max: plot.posToVal(high, "x") });
  });
  plot.over.addEventListener("pointercancel", () => { from = null; plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false); });
}

// The same numbers for whoever does not see lines, or wants to know exactly; the newest first, made when it is opened.
function table(known, key, name, unit) {
  const box = el("details", {}, el("summary", { "data-focus": "table-" + key }, said("as_table")));
  const fill = () => {
    if (!box.open) { view.open.delete(key); return; }
    view.open.add(key);
    if (box.children.length > 1) return;
    const rows = known.toReversed().map(([day, value]) => el("tr", {}, el("th", { scope: "row" }, day), el("td", {}, format(value, unit))));
    box.append(el("div", { class: "numbers", tabindex: "0", role: "region", "aria-label": name, "data-focus": "numbers-" + key },
      el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, said("day")), el("th", { scope: "col" }, name))), el("tbody", {}, ...rows))));
  };
  box.addEventListener("toggle", fill);
  if (view.open.has(key)) { box.open = true; fill(); }
  return box;
}
