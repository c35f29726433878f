/* Small helpers, and the marks by which providers are told apart: seven colours times four shapes. */
const data = JSON.parse(document.getElementById("data").textContent);
const SVG = "http://www.w3.org/2000/svg";
const MILE = 1609.344;
const SHAPES = [
  "M-4.4 0a4.4 4.4 0 1 0 8.8 0a4.4 4.4 0 1 0 -8.8 0Z",
  "M-4 -4H4V4H-4Z",
  "M0 -5.2L5 3.8H-5Z",
  "M0 -5.6L5 0L0 5.6L-5 0Z",
];
const CROSS = "M-4.6 -3L-3 -4.6L0 -1.6L3 -4.6L4.6 -3L1.6 0L4.6 3L3 4.6L0 1.6L-3 4.6L-4.6 3L-1.6 0Z";

function html(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
function svg(tag, attributes, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
const colour = (provider) => `var(--c${provider % 7})`;
const shape = (provider) => SHAPES[Math.floor(provider / 7) % 4];
function mark(provider) {
  if (provider < 0) return svg("path", { d: CROSS, class: "mark cross" });
  const made = svg("path", { d: shape(provider), class: "mark" });
  made.style.fill = colour(provider);
  return made;
}
const nameOf = (provider) => (provider < 0 ? "Last resort" : data.providers[provider].name);
const clock = (seconds) => {
  const minutes = Math.floor(seconds / 60);
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
};
const minutes = (seconds) => `${Math.round(seconds / 60)} min`;
const hoursText = (seconds) => `${(seconds / 3600).toFixed(1)} h`;
const miles = (metres) => `${(metres / MILE).toLocaleString("en-GB", { maximumFractionDigits: metres < 160000 ? 1 : 0 })} mi`;
const plural = (n, noun) => `${n.toLocaleString("en-GB")} ${noun}${n === 1 ? "" : "s"}`;

/* One state for the page; every part listens. `provider` null shows all packages; `rounds` -1 all rounds. */
const state = { provider: null, rounds: 0, day: "proposal", lit: null, found: null };
const listeners = [];
const listen = (what) => listeners.push(what);
function set(changes) {
  Object.assign(state, changes);
  for (const each of listeners) each(changes);
}
function choose(provider) {
  set(provider === null || provider < 0 ? { provider: null } : { provider, rounds: provider });
}

const tip = document.getElementById("tip");
function say(title, lines, x, y) {
  tip.replaceChildren(html("b", {}, title), lines.join("\n"));
  tip.hidden = false;
  const box = tip.getBoundingClientRect();
  const left = Math.min(Math.max(8, x + 14), innerWidth - box.width - 8);
  const top = y + 18 + box.height > innerHeight ? y - box.height - 12 : y + 18;
  tip.style.left = `${left}px`;
  tip.style.top = `${Math.max(8, top)}px`;
}
function hush() { tip.hidden = true; }
addEventListener("scroll", hush, { passive: true });
function visitLines(stop, round) {
  const lines = [`${clock(stop[2])}–${clock(stop[3])}, ${minutes(stop[3] - stop[2])}`];
  lines.push(stop[4] || stop[5] ? `${minutes(stop[4])} on the way there, ${miles(stop[5])}` : "no travel before it");
  if (stop[6] > 1) lines.push(`${stop[6]} carers together`);
  lines.push(`${nameOf(round.p)}, ${round.c}`);
  return lines;
}
