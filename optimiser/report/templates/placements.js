/* The table of placements: find, filter, sort. Rows are in the page already; this only moves and hides them. */
function makePlacements() {
  const table = document.getElementById("placements-table");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const find = document.getElementById("find");
  const byProvider = document.getElementById("filter-provider");
  const byTier = document.getElementById("filter-tier");
  const shown = document.getElementById("shown");
  const text = (row, column) => row.cells[column].textContent;
  for (const row of rows) row.words = row.textContent.toLowerCase();
  const options = (select, column) => {
    for (const value of [...new Set(rows.map((row) => text(row, column)))].sort()) select.append(html("option", { value }, value));
  };
  options(byProvider, 4);
  options(byTier, 5);
  function filter() {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let kept = 0;
    for (const row of rows) {
      const keep = words.every((word) => row.words.includes(word)) && (!byProvider.value || text(row, 4) === byProvider.value) && (!byTier.value || text(row, 5) === byTier.value);
      row.hidden = !keep;
      kept += keep;
    }
    shown.textContent = `${kept.toLocaleString("en-GB")} of ${plural(rows.length, "package")}`;
  }
  function sort(button) {
    const column = Number(button.dataset.column);
    const heading = button.closest("th");
    const down = heading.getAttribute("aria-sort") === "ascending";
    for (const each of table.tHead.rows[0].cells) each.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const value = (row) => {
      const cell = row.cells[column];
      if (button.dataset.kind !== "number") return cell.textContent;
      return cell.dataset.value === "" ? null : Number(cell.dataset.value);
    };
    const compare = (a, b) => (typeof a === "string" ? a.localeCompare(b, "en-GB", { numeric: true }) : a - b);
    rows.sort((one, other) => {
      const a = value(one), b = value(other);
      if (a === null || b === null) return (a === null) - (b === null);
      return down ? compare(b, a) : compare(a, b);
    });
    body.append(...rows);
  }
  for (const each of [find, byProvider, byTier]) each.addEventListener("input", filter);
  table.tHead.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) sort(button);
  });
  const position = new Map(data.packages.map((pack, i) => [pack[0], i]));
  body.addEventListener("click", (event) => {
    const button = event.target.closest(".locate");
    if (!button) return;
    set({ provider: null, found: position.get(button.dataset.package) });
    document.getElementById("packages-maps").scrollIntoView({ block: "center" });
  });
  filter();
}
