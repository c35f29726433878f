/* Puts the parts together. */
function makeLegend() {
  const legend = document.getElementById("legend");
  const held = (provider, index) => data.packages.filter((pack) => pack[3 + index] === provider).length;
  const buttons = [-1, ...data.providers.keys()].map((provider) => {
    const drawing = svg("svg", { viewBox: "-7 -7 14 14", "aria-hidden": "true" }, mark(provider));
    const name = html("span", { class: "name" }, provider < 0 ? "Last resort" : nameOf(provider));
    const button = html("button", { type: "button", "aria-pressed": "false", title: nameOf(provider) }, drawing, name, html("span", { class: "n" }, `${held(provider, 0)} → ${held(provider, 1)}`));
    button.addEventListener("click", () => {
      if (provider < 0) set({ provider: state.provider === -1 ? null : -1 });
      else choose(state.provider === provider ? null : provider);
    });
    return [provider, button];
  });
  legend.append(...buttons.slice(1).map((each) => each[1]), buttons[0][1]);
  listen((changes) => {
    if ("provider" in changes) for (const [provider, button] of buttons) button.setAttribute("aria-pressed", String(state.provider === provider));
  });
}

function makeChoosers() {
  for (const select of document.querySelectorAll(".choose-provider")) {
    select.append(html("option", { value: -1 }, "All providers"));
    data.providers.forEach((provider, i) => {
      const rounds = data.days.proposal.filter((each) => each.p === i).length;
      select.append(html("option", { value: i }, `${provider.name} (${plural(rounds, "round")})`));
    });
    select.value = state.rounds;
    select.addEventListener("change", () => {
      const provider = Number(select.value);
      set({ rounds: provider, provider: provider < 0 ? null : provider, lit: null });
    });
    listen((changes) => { if ("rounds" in changes) select.value = state.rounds; });
  }
}

function makeSwitches(redraw) {
  for (const group of document.querySelectorAll("[data-switch]")) {
    const pair = document.getElementById(group.dataset.switch);
    group.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      pair.dataset.showing = button.dataset.show;
      for (const each of group.children) each.setAttribute("aria-pressed", String(each === button));
      redraw();
    });
  }
  const day = document.getElementById("day-switch");
  day.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) set({ day: button.dataset.day });
  });
  listen((changes) => {
    if ("day" in changes) for (const each of day.children) each.setAttribute("aria-pressed", String(each.dataset.day === state.day));
  });
}

/* The first provider shown: most rounds, but no more than a screen holds. */
function firstProvider() {
  const counts = data.providers.map((_, i) => data.days.proposal.filter((each) => each.p === i).length);
  const best = counts.reduce((chosen, n, i) => (n <= 20 && n > (chosen < 0 ? 0 : counts[chosen]) ? i : chosen), -1);
  return best < 0 ? Math.max(0, counts.indexOf(Math.max(0, ...counts))) : best;
}

state.rounds = data.providers.length ? firstProvider() : -1;
makeLegend();
const packageMaps = makePackageMaps();
const roundMaps = makeRoundMaps();
makeTimeline();
makePlacements();
makeChoosers();
makeSwitches(() => { packageMaps.draw(); roundMaps.draw(); });
addEventListener("beforeprint", () => { packageMaps.reset(true); roundMaps.reset(true); });
