/* Maps in pairs that move together. Places are metres from the north-west corner; the camera is a viewBox. */
function makePair(panes, label) {
  const [width, height] = data.size;
  const camera = { x: width / 2, y: height / 2, w: 0 };
  const views = panes.map((pane) => makeView(pane, label));
  let home = 0;

  function makeView(pane, what) {
    const root = svg("svg", { tabindex: 0, role: "group", "aria-label": `${what}. Arrow keys move, plus and minus zoom, nought shows all.` });
    const ground = svg("g", { "aria-hidden": "true" });
    for (const each of data.outlines) ground.append(svg("path", { d: each.path, class: "outline" }));
    const content = svg("g");
    const names = svg("g", { "aria-hidden": "true" });
    const labels = data.settlements.map(([name, x, y]) => {
      const text = svg("text", { class: "place" }, name);
      names.append(text);
      return { text, x, y, name };
    });
    root.append(ground, content, names);
    const zoom = html("div", { class: "zoom" });
    for (const [sign, says, act] of [["+", "Zoom in", () => zoomBy(0.6)], ["−", "Zoom out", () => zoomBy(1 / 0.6)], ["⤢", "Show all", reset]]) {
      const button = html("button", { type: "button", "aria-label": says, title: says }, sign);
      button.addEventListener("click", act);
      zoom.append(button);
    }
    const bar = html("div", { class: "scale-bar", "aria-hidden": "true" });
    pane.append(root, zoom, bar);
    return { pane, root, content, labels, bar, scaled: [], hit: null };
  }

  const sizeOf = (view) => [view.pane.clientWidth || 1, view.pane.clientHeight || 1];
  const metresPerPixel = (view) => camera.w / sizeOf(view)[0];
  function shown() { return views.find((view) => view.pane.clientWidth) || views[0]; }
  function fit() {
    const [w, h] = sizeOf(shown());
    home = Math.max(width, (height * w) / h);
  }
  function reset(now) {
    fit();
    camera.x = width / 2;
    camera.y = height / 2;
    camera.w = home;
    if (now === true) views.forEach(drawOne);
    else draw();
  }
  function zoomBy(factor, at) {
    const wanted = Math.min(home, Math.max(home / 60, camera.w * factor));
    const ratio = wanted / camera.w;
    const pin = at || [camera.x, camera.y];
    camera.x = pin[0] + (camera.x - pin[0]) * ratio;
    camera.y = pin[1] + (camera.y - pin[1]) * ratio;
    camera.w = wanted;
    draw();
  }
  let waiting = false;
  function draw() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; views.forEach(drawOne); });
  }
  function drawOne(view) {
    const [w, h] = sizeOf(view);
    if (w < 2) return;
    const k = camera.w / w;
    const halfW = camera.w / 2, halfH = (k * h) / 2;
    camera.x = Math.min(Math.max(camera.x, 0), width);
    camera.y = Math.min(Math.max(camera.y, 0), height);
    view.root.setAttribute("viewBox", `${camera.x - halfW} ${camera.y - halfH} ${camera.w} ${2 * halfH}`);
    view.root.classList.toggle("zoomed", camera.w < home * 0.98);
    const grown = k * (0.82 + 0.5 * Math.log2(home / camera.w) / 6);
    for (const each of view.scaled) each.node.setAttribute("transform", `translate(${each.x} ${each.y}) scale(${grown * (each.size || 1)})`);
    placeNames(view, k, halfW, halfH);
    const round = [100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000].find((m) => m / k > 55) || 50000;
    view.bar.style.width = `${round / k}px`;
    view.bar.textContent = round < 1000 ? `${round} m` : `${round / 1000} km`;
  }
  function placeNames(view, k, halfW, halfH) {
    const taken = [];
    for (const { text, x, y, name } of view.labels) {
      const halfName = (name.length * 3.1 + 6) * k;
      const box = [x - halfName, y - 21 * k, x + halfName, y - 5 * k];
      const inside = box[0] > camera.x - halfW && box[2] < camera.x + halfW && Math.abs(y - camera.y) < halfH - 10 * k;
      const free = inside && !taken.some((b) => b[0] < box[2] && box[0] < b[2] && b[1] < box[3] && box[1] < b[3]);
      text.style.display = free ? "" : "none";
      if (free) {
        taken.push(box);
        text.setAttribute("transform", `translate(${x} ${y - 9 * k}) scale(${k})`);
      }
    }
  }
  function toMap(view, event) {
    const box = view.root.getBoundingClientRect();
    const k = metresPerPixel(view);
    return [camera.x + (event.clientX - box.left - box.width / 2) * k, camera.y + (event.clientY - box.top - box.height / 2) * k];
  }
  function attach(view) {
    const held = new Map();
    let moved = 0, spread = 0;
    view.root.addEventListener("pointerdown", (event) => {
      held.set(event.pointerId, event);
      moved = 0;
      spread = 0;
    });
    view.root.addEventListener("pointermove", (event) => {
      const before = held.get(event.pointerId);
      if (!before) {
        if (view.hover) view.hover(toMap(view, event), metresPerPixel(view), event);
        return;
      }
      held.set(event.pointerId, event);
      if (held.size === 2) {
        const [a, b] = [...held.values()];
        const now = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
        const middle = { clientX: (a.clientX + b.clientX) / 2, clientY: (a.clientY + b.clientY) / 2 };
        if (spread) zoomBy(spread / now, toMap(view, middle));
        spread = now;
        moved = 99;
        return;
      }
      const dx = event.clientX - before.clientX, dy = event.clientY - before.clientY;
      moved += Math.abs(dx) + Math.abs(dy);
      if (moved > 4) {
        if (!view.root.hasPointerCapture(event.pointerId)) view.root.setPointerCapture(event.pointerId);
        camera.x -= dx * metresPerPixel(view);
        camera.y -= dy * metresPerPixel(view);
        hush();
        draw();
      }
    });
    const release = (event) => held.delete(event.pointerId);
    view.root.addEventListener("pointerup", (event) => {
      release(event);
      if (moved <= 4 && view.click) view.click(toMap(view, event), metresPerPixel(view), event);
    });
    view.root.addEventListener("pointercancel", release);
    view.root.addEventListener("pointerleave", (event) => { release(event); hush(); if (view.leave) view.leave(); });
    view.root.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoomBy(Math.exp(event.deltaY * 0.002), toMap(view, event));
    }, { passive: false });
    view.root.addEventListener("dblclick", (event) => zoomBy(0.5, toMap(view, event)));
    view.root.addEventListener("keydown", (event) => {
      const step = camera.w / 8;
      const move = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
      if (move) { camera.x += move[0]; camera.y += move[1]; draw(); }
      else if (event.key === "+" || event.key === "=") zoomBy(0.6);
      else if (event.key === "-") zoomBy(1 / 0.6);
      else if (event.key === "0") reset();
      else if (event.key === "Escape") choose(null);
      else return;
      event.preventDefault();
    });
  }
  views.forEach(attach);
  panes.forEach((pane) => { pane.style.aspectRatio = String(Math.min(1.5, Math.max(0.85, width / height))); });
  reset();
  addEventListener("resize", () => { const whole = camera.w >= home * 0.98; fit(); if (whole) reset(); else draw(); });
  return { views, draw, reset, goTo(x, y) { camera.x = x; camera.y = y; camera.w = home / 5; draw(); } };
}

/* Packages: a mark for each home. */
function makePackageMaps() {
  const scenarios = ["baseline", "proposal"];
  const pair = makePair(scenarios.map((name) => document.getElementById(`packages-${name}`)), "Map of packages by provider");
  const holderOf = (pack, index) => pack[3 + index];
  pair.views.forEach((view, index) => {
    view.marks = data.packages.map((pack) => {
      const node = mark(holderOf(pack, index));
      const each = { node, x: pack[1], y: pack[2] };
      view.scaled.push(each);
      return node;
    });
    const order = data.packages.map((_, i) => i).sort((a, b) => holderOf(data.packages[b], index) - holderOf(data.packages[a], index));
    for (const i of order) view.content.append(view.marks[i]);
    const nearest = ([x, y], k) => {
      let best = -1, least = 13 * k;
      data.packages.forEach((pack, i) => {
        if (state.provider !== null && holderOf(pack, index) !== state.provider) return;
        const away = Math.hypot(pack[1] - x, pack[2] - y);
        if (away < least) { least = away; best = i; }
      });
      return best;
    };
    view.hover = (at, k, event) => {
      const found = nearest(at, k);
      view.root.style.cursor = found < 0 ? "" : "pointer";
      if (found < 0) return hush();
      const pack = data.packages[found];
      const lines = [nameOf(holderOf(pack, index)), `${pack[5]} h a week, ${pack[6]}`];
      if (pack[3] !== pack[4]) lines.push(index ? `as now: ${nameOf(pack[3])}` : `proposal: ${nameOf(pack[4])}`);
      say(pack[0], lines, event.clientX, event.clientY);
    };
    view.click = (at, k) => {
      const found = nearest(at, k);
      choose(found < 0 ? null : holderOf(data.packages[found], index));
    };
  });
  listen((changes) => {
    if ("provider" in changes || "found" in changes) {
      pair.views.forEach((view, index) => data.packages.forEach((pack, i) => {
        const mine = state.provider === null || holderOf(pack, index) === state.provider;
        view.marks[i].classList.toggle("dim", !mine);
        view.marks[i].classList.toggle("found", i === state.found);
        if (i === state.found || ("provider" in changes && mine && state.provider !== null)) view.content.append(view.marks[i]);
      }));
    }
    if (changes.found != null) pair.goTo(data.packages[changes.found][1], data.packages[changes.found][2]);
  });
  pair.draw();
  return pair;
}

/* Rounds: a line for each round of the provider chosen. */
function makeRoundMaps() {
  const scenarios = ["baseline", "proposal"];
  const pair = makePair(scenarios.map((name) => document.getElementById(`rounds-${name}`)), "Map of rounds");
  function fill(view, scenario) {
    view.content.replaceChildren();
    view.scaled = [];
    view.rounds = data.days[scenario].filter((each) => state.rounds < 0 || each.p === state.rounds);
    view.root.classList.toggle("all", state.rounds < 0);
    view.groups = view.rounds.map((each, i) => {
      const tint = state.rounds < 0 ? colour(Math.max(each.p, 0)) : `var(--c${i % 7})`;
      const track = each.s.map((stop) => `${data.packages[stop[1]][1]},${data.packages[stop[1]][2]}`).join(" ");
      const group = svg("g", { class: "one" });
      const way = svg("polyline", { points: track, class: `way${["", " second", " third"][Math.floor(i / 7) % 3]}` });
      if (state.rounds < 0) way.setAttribute("class", "way");
      way.style.stroke = tint;
      group.append(svg("polyline", { points: track, class: "casing" }), way);
      each.s.forEach((stop, n) => {
        const dot = svg("path", { d: SHAPES[0], class: "mark" });
        dot.style.fill = tint;
        group.append(dot);
        view.scaled.push({ node: dot, x: data.packages[stop[1]][1], y: data.packages[stop[1]][2], size: state.rounds < 0 ? 0.5 : n ? 0.75 : 1.25 });
      });
      view.content.append(group);
      return group;
    });
    const sum = (key) => view.rounds.reduce((total, each) => total + each[key], 0);
    const rate = sum("k") ? ` · ${((sum("t") / 60) / (sum("k") / 3600)).toFixed(1)} min travel an hour of care` : "";
    document.getElementById(`totals-${scenario}`).textContent = `${plural(view.rounds.length, "round")}, ${hoursText(sum("t"))} travel, ${miles(sum("d"))}${rate}`;
  }
  function light(view, index) {
    view.root.classList.toggle("hovering", index >= 0);
    view.groups.forEach((group, i) => group.classList.toggle("lit", i === index));
    if (index >= 0) view.content.append(view.groups[index]);
  }
  const away = (px, py, a, b) => {
    const dx = b[0] - a[0], dy = b[1] - a[1];
    const along = dx || dy ? Math.max(0, Math.min(1, ((px - a[0]) * dx + (py - a[1]) * dy) / (dx * dx + dy * dy))) : 0;
    return Math.hypot(px - a[0] - along * dx, py - a[1] - along * dy);
  };
  pair.views.forEach((view, index) => {
    const scenario = scenarios[index];
    const nearest = ([x, y], k) => {
      let best = -1, bestStop = -1, least = 10 * k;
      view.rounds.forEach((each, i) => each.s.forEach((stop, n) => {
        const here = data.packages[stop[1]].slice(1, 3);
        const before = n ? data.packages[each.s[n - 1][1]].slice(1, 3) : here;
        const far = Math.min(away(x, y, before, here), Math.hypot(here[0] - x, here[1] - y) - 3 * k);
        if (far < least) { least = far; best = i; bestStop = Math.hypot(here[0] - x, here[1] - y) < 9 * k ? n : -1; }
      }));
      return [best, bestStop];
    };
    view.hover = (at, k, event) => {
      const [found, stop] = nearest(at, k);
      set({ lit: found < 0 ? null : view.rounds[found] });
      if (found < 0) return hush();
      const each = view.rounds[found];
      if (stop >= 0) say(`${stop + 1}. ${each.s[stop][0]}`, visitLines(each.s[stop], each), event.clientX, event.clientY);
      else say(`${nameOf(each.p)}, ${each.c}`, [`${plural(each.s.length, "visit")}, ${clock(each.s[0][2])}–${clock(each.s[each.s.length - 1][3])}`, `${minutes(each.t)} travel, ${miles(each.d)}`], event.clientX, event.clientY);
    };
    view.click = (at, k) => {
      const [found] = nearest(at, k);
      if (found >= 0) { choose(view.rounds[found].p); set({ day: scenario }); }
    };
    view.leave = () => set({ lit: null });
    view.scenario = scenario;
  });
  listen((changes) => {
    if ("rounds" in changes) { pair.views.forEach((view) => fill(view, view.scenario)); pair.draw(); }
    if ("lit" in changes || "rounds" in changes) pair.views.forEach((view) => light(view, state.lit ? view.rounds.indexOf(state.lit) : -1));
  });
  pair.views.forEach((view) => fill(view, view.scenario));
  pair.draw();
  return pair;
}
