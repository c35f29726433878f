/* The day: a row for each round, with visits, travel, waiting and rests on one scale of hours. */
function makeTimeline() {
  const frame = document.getElementById("timeline");
  const said = document.getElementById("said");
  const ROW = 38, TOP = 24, BAR = 15;
  let rounds = [], boxes = [], at = null;

  function draw() {
    rounds = data.days[state.day].filter((each) => state.rounds < 0 || each.p === state.rounds);
    boxes = [];
    at = null;
    frame.replaceChildren();
    if (!rounds.length) {
      frame.append(html("p", { class: "empty" }, "No rounds for this provider on this day."));
      return;
    }
    const wide = Math.max(300, frame.clientWidth - 2);
    const from = Math.floor(Math.min(...rounds.map((each) => each.s[0][2] - each.s[0][4])) / 3600);
    const to = Math.ceil(Math.max(...rounds.map((each) => each.s[each.s.length - 1][3] + each.h)) / 3600);
    const x = (seconds) => 2 + ((wide - 4) * (seconds / 3600 - from)) / (to - from);
    const root = svg("svg", { viewBox: `0 0 ${wide} ${TOP + ROW * rounds.length + 8}`, tabindex: 0, role: "application", "aria-label": `Timeline of ${plural(rounds.length, "round")}. Arrow keys go from visit to visit.` });
    const every = wide < 560 ? 3 : 1;
    for (let hour = from; hour <= to; hour += 1) {
      root.append(svg("line", { x1: x(hour * 3600), x2: x(hour * 3600), y1: TOP - 4, y2: TOP + ROW * rounds.length, class: "hour" }));
      if (hour % every === 0 && hour < to) root.append(svg("text", { x: x(hour * 3600) + 3, y: 14 }, `${String(hour % 24).padStart(2, "0")}:00`));
    }
    rounds.forEach((each, row) => drawRow(root, each, row, x, wide));
    root.addEventListener("pointermove", onMove);
    root.addEventListener("pointerdown", onMove);
    root.addEventListener("pointerleave", () => { hush(); light(null); });
    root.addEventListener("keydown", onKey);
    root.addEventListener("blur", () => { hush(); light(null); });
    frame.append(root);
  }
  function drawRow(root, each, row, x, wide) {
    const y = TOP + ROW * row, bar = y + 17;
    const who = state.rounds < 0 ? `${nameOf(each.p)}, ${each.c}` : each.c;
    const label = svg("text", { x: x(each.s[0][2] - each.s[0][4]) + 1, y: y + 13 }, svg("tspan", { class: "who" }, who), ` · ${minutes(each.t)} travel, ${miles(each.d)}`);
    const last = each.s[each.s.length - 1][3] + each.h;
    if (x(each.s[0][2]) + 6.3 * label.textContent.length > wide) {
      label.setAttribute("x", Math.min(x(last), wide - 2));
      label.setAttribute("text-anchor", "end");
    }
    boxes.push([]);
    each.s.forEach((stop, n) => {
      const free = n ? each.s[n - 1][3] : stop[2] - stop[4];
      const leave = Math.max(free, stop[2] - stop[4]);
      if (leave - free > 60) root.append(svg("line", { x1: x(free) + 3, x2: x(leave) - 2, y1: bar + BAR / 2, y2: bar + BAR / 2, class: "wait" }));
      if (stop[4]) root.append(svg("rect", { x: x(leave), y: bar + BAR / 2 - 2, width: Math.max(1, x(stop[2]) - x(leave)), height: 4, class: "travel" }));
    });
    if (each.h) {
      const end = each.s[each.s.length - 1][3];
      root.append(svg("rect", { x: x(end), y: bar + BAR / 2 - 2, width: Math.max(1, x(end + each.h) - x(end)), height: 4, class: "travel" }));
    }
    for (const [start, end] of each.r) root.append(svg("rect", { x: x(start), y: bar + 2, width: Math.max(2, x(end) - x(start)), height: BAR - 4, class: "rest", rx: 2 }));
    each.s.forEach((stop, n) => {
      const node = svg("rect", { x: x(stop[2]) + 0.5, y: bar, width: Math.max(2, x(stop[3]) - x(stop[2]) - 1), height: BAR, rx: 2, class: `visit${stop[6] > 1 ? " pair" : ""}` });
      root.append(node);
      boxes[row].push({ node, stop, round: each, left: x(stop[2]), right: x(stop[3]) });
    });
    root.append(label);
  }
  function light(box) {
    if (at) at.node.classList.remove("lit");
    at = box;
    if (box) box.node.classList.add("lit");
    const round = box ? box.round : null;
    if (state.lit !== round) set({ lit: round });
  }
  function onMove(event) {
    const frameBox = event.currentTarget.getBoundingClientRect();
    const row = Math.floor((event.clientY - frameBox.top - TOP) / ROW);
    const px = event.clientX - frameBox.left;
    let best = null, least = 9;
    for (const box of boxes[row] || []) {
      const far = px < box.left ? box.left - px : px > box.right ? px - box.right : 0;
      if (far < least) { least = far; best = box; }
    }
    light(best);
    if (best) say(best.stop[0], visitLines(best.stop, best.round), event.clientX, event.clientY);
    else hush();
  }
  function onKey(event) {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!step) return;
    event.preventDefault();
    let row = 0, column = 0;
    if (at) {
      const now = boxes.findIndex((each) => each.includes(at));
      row = Math.min(boxes.length - 1, Math.max(0, now + step[0]));
      column = step[0] ? boxes[row].reduce((best, box, i) => (Math.abs(box.left - at.left) < Math.abs(boxes[row][best].left - at.left) ? i : best), 0) : boxes[now].indexOf(at) + step[1];
      column = Math.min(boxes[row].length - 1, Math.max(0, column));
    }
    const box = boxes[row][column];
    light(box);
    box.node.scrollIntoView({ block: "nearest" });
    const where = box.node.getBoundingClientRect();
    const lines = visitLines(box.stop, box.round);
    say(box.stop[0], lines, where.left, where.bottom);
    said.textContent = `${box.stop[0]}: ${lines.join(", ")}`;
  }
  listen((changes) => { if ("rounds" in changes || "day" in changes) draw(); });
  let width = 0;
  addEventListener("resize", () => { if (frame.clientWidth !== width) { width = frame.clientWidth; draw(); } });
  draw();
}
