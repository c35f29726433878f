/* A map and a table of one publication; what is chosen above holds for both. */
const data = JSON.parse(document.getElementById("data").textContent);
const NS = "http://www.w3.org/2000/svg";
const at = (id) => document.getElementById(id);
function make(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
function draw(tag, attributes, ...children) {
  const made = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
const FEW = "few, none, or not shown";
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const said = (figure) => (figure === null || figure === undefined ? "*" : figure.toLocaleString("en-GB"));
function day(iso) {
  const [year, month, date] = iso.split("-").map(Number);
  return `${date} ${MONTHS[month - 1]} ${year}`;
}
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
function fill(select, choices, every) {
  select.append(...choices.map(([code, name]) => make("option", { value: code }, code ? capital(name) : every)));
}
function light(area) {
  for (const each of document.querySelectorAll("[data-area]")) each.classList.toggle("lit", each.dataset.area === area);
}
function lighten(node, area) {
  node.dataset.area = area;
  node.addEventListener("pointerenter", () => light(area));
  node.addEventListener("pointerleave", () => light(null));
}
const map = at("map"), rows = at("rows");
map.setAttribute("viewBox", `-8 -8 ${data.size[0] + 16} ${data.size[1] + 16}`);
map.append(draw("defs", {}, draw("pattern", { id: "few", width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, draw("rect", { width: 5, height: 5, style: "fill: var(--land)" }), draw("rect", { width: 1.4, height: 5, style: "fill: var(--shore)" }))));
const ground = draw("g"), marks = draw("g");
map.append(ground, marks);

function showDemand() {
  const level = at("level").value, band = at("band").value, service = at("service").value;
  const figure = (kind, area) => data.figures[`${kind}|${area}|${service}|${band}`];
  const places = data.outlines.filter((each) => each[0] === level);
  const known = places.map((each) => [each, figure(level, each[1])]).filter((each) => each[1]);
  const most = Math.max(1, ...known.map((each) => each[1][0] || 0));
  ground.replaceChildren();
  rows.replaceChildren();
  for (const [[, area, name, path], shown] of known) {
    const node = draw("path", { d: path }, draw("title", {}, shown[0] === null ? `${name}: ${FEW}` : `${name}: about ${said(shown[0])} packages`));
    if (shown[0] === null) node.classList.add("few");
    else {
      node.classList.add("shown");
      node.style.setProperty("--share", `${Math.round(15 + (80 * shown[0]) / most)}%`);
    }
    lighten(node, area);
    ground.append(node);
  }
  known.sort((a, b) => (b[1][0] || 0) - (a[1][0] || 0) || a[0][2].localeCompare(b[0][2]));
  for (const [[, area, name], [count, hours]] of known) {
    const row = make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, said(count)), make("td", {}, said(hours)));
    lighten(row, area);
    rows.append(row);
  }
  const whole = figure("market", "all");
  at("whole").textContent = whole && whole[0] !== null ? `about ${said(whole[0])} packages${whole[1] === null ? "" : `, ${said(whole[1])} hours a week`}` : FEW;
}

function showCards() {
  const chosen = (name) => at(name).value;
  const fits = (card) =>
    (!chosen("service") || card.service === chosen("service")) &&
    (!chosen("band") || card.bands.split(";").includes(chosen("band"))) &&
    (!chosen("carers") || String(card.carers) === chosen("carers")) &&
    (!at("fit") || !chosen("fit") || card.round_fit === chosen("fit"));
  const order = ["good", "fair", "poor", "not said"];
  const shown = data.cards.filter(fits);
  shown.sort((a, b) => order.indexOf(a.round_fit) - order.indexOf(b.round_fit) || a.area.localeCompare(b.area) || a.reference.localeCompare(b.reference));
  const [west, north, scale] = data.frame;
  const number = new Map();
  for (const card of shown) number.set(card.area, (number.get(card.area) || 0) + 1);
  marks.replaceChildren();
  for (const [area, n] of [...number].sort((a, b) => b[1] - a[1])) {
    if (!data.middles[area]) continue;
    const [x, y] = [(data.middles[area][0] - west) * scale, (north - data.middles[area][1]) * scale];
    const node = draw("circle", { cx: x, cy: y, r: 3 + 1.7 * Math.sqrt(n) }, draw("title", {}, `${data.names[area] || area}: ${n}`));
    lighten(node, area);
    marks.append(node);
    if (n >= 10) marks.append(draw("text", { x, y }, n));
  }
  rows.replaceChildren();
  for (const card of shown) {
    const area = data.names[card.area] || card.area;
    const cells = [area, capital(card.service), card.carers, card.gender_of_carer, card.hours_a_week, card.bands.replaceAll(";", ", "), day(card.start_by), card.skills.replaceAll(";", ", ")];
    const row = make("tr", {}, make("th", { scope: "row" }, card.reference));
    if (card.round_fit) row.append(make("td", { class: `fit-${card.round_fit.split(" ")[0]}` }, card.round_fit));
    row.append(...cells.map((each) => make("td", {}, each)));
    lighten(row, card.area);
    rows.append(row);
  }
  at("whole").textContent = `${shown.length} of ${data.cards.length} cards`;
}

const show = data.cards ? showCards : showDemand;
if (data.cards) {
  for (const [level, area, , path] of data.outlines) if (level === "district") ground.append(draw("path", { d: path }));
  const of = (name) => [...new Set(data.cards.flatMap((card) => String(card[name]).split(";")))].sort().map((each) => [each, each]);
  fill(at("service"), [["", ""], ...of("service")], "All");
  const bands = of("bands").map((each) => each[0]);
  fill(at("band"), [["", ""], ...["morning", "lunch", "tea", "bed", "night", "live in"].filter((each) => bands.includes(each)).map((each) => [each, each])], "Any");
} else {
  const names = { district: "districts", outward: "postcode districts", locality: "localities" };
  fill(at("level"), data.levels.map((each) => [each, names[each]]), "");
  at("level").value = data.levels.includes("locality") ? "locality" : data.levels[data.levels.length - 1];
  fill(at("service"), data.services, "All");
  fill(at("band"), data.bands, "Any");
}
for (const each of document.querySelectorAll("select")) each.addEventListener("change", show);
show();
