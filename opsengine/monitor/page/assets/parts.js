// Small parts: elements made of text nodes, words in the reader's language, numbers as people write them, charts.
let locale = "zh-CN";
let dictionary = {};

export async function words() {
  dictionary = await (await fetch("words.json")).json();
}

export function setLocale(chosen) { locale = chosen; }

export function said(name, fields = {}) {
  const text = dictionary[locale][name] ?? name;
  return text.replace(/\{(\w+)\}/g, (gap, key) => fields[key] ?? gap);
}

export function el(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== "" && child !== null && child !== undefined));
  return made;
}

export function replace(element, ...children) { element.replaceChildren(...children); }

export function pill(kind, text) { return el("span", { class: "pill " + kind }, text); }

export const dated = (moment, options) => new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options }).format(moment);

const number = (value, options) => new Intl.NumberFormat(locale, options).format(value);

export function format(value, unit) {
  if (value === null || value === undefined) return "–";
  if (unit === "score") return number(value, { maximumFractionDigits: 0 });
  if (unit === "share" || unit === "ratio") return number(value, { style: "percent", maximumFractionDigits: 1 });
  if (unit === "points") return number(value, { maximumFractionDigits: 1 });
  const isLong = Math.abs(value) >= 10000;
  const text = number(Math.abs(value), isLong ? { notation: "compact", maximumFractionDigits: 1 } : { maximumFractionDigits: Math.abs(value) < 10 ? 2 : 0 });
  return (value < 0 ? "−" : "") + (unit === "yuan" ? "¥" : "") + text;
}

format.signed = (value, unit) => {
  if (value === null || value === undefined) return "–";
  const shown = format(Math.abs(value), unit);
  return value > 0 ? "+" + shown : value < 0 ? "−" + shown : shown;
};

const SVG = "http://www.w3.org/2000/svg";

function shape(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// A line over days and what it says in words; what is missing is a gap. `known` are at least two [day, value] pairs, oldest first.
export function sketch(known, name, unit) {
  const values = known.map(([, value]) => value);
  const days = known.map(([day]) => Date.parse(day));
  const low = Math.min(...values), high = Math.max(...values), first = days[0], last = days.at(-1);
  const x = (at) => 100 * (days[at] - first) / (last - first || 1);
  const y = (value) => 38 - 34 * (value - low) / (high - low || 1);
  let path = "";
  values.forEach((value, at) => { path += `${at && days[at] - days[at - 1] <= 2 * 86400000 ? "L" : "M"}${x(at).toFixed(2)} ${y(value).toFixed(2)}`; });
  const label = said("chart", { name, first: known[0][0], last: known.at(-1)[0], low: format(low, unit), high: format(high, unit) });
  const picture = shape("svg", { class: "chart", viewBox: "0 0 100 40", preserveAspectRatio: "none", role: "img", "aria-label": label });
  picture.append(shape("path", { class: "area", d: `M0 40${path.replaceAll("M", "L")}L100 40Z` }), shape("path", { class: "line", d: path }));
  return { picture, label };
}

export function track(share, kind = "") {
  const fill = el("span", { class: "fill " + kind });
  fill.style.width = `${Math.max(0, Math.min(1, share || 0)) * 100}%`;
  return el("span", { class: "track" }, fill);
}

export function stack(parts) {
  const all = parts.reduce((sum, [, value]) => sum + (value || 0), 0);
  if (!all) return el("p", { class: "empty" }, said("no_data"));
  const bar = el("div", { class: "stack", "aria-hidden": "true" }, ...parts.map(([, value], at) => {
    const piece = el("span", { class: "c" + at });
    piece.style.width = `${100 * (value || 0) / all}%`;
    return piece;
  }));
  const legend = el("ul", { class: "legend" }, ...parts.map(([name, value], at) =>
    el("li", {}, el("i", { class: "c" + at }), said(name), " ", format(value, "count"), value === null ? "" : el("span", { class: "small" }, " " + format((value || 0) / all, "share")))));
  return el("div", {}, bar, legend);
}
