"use strict";
(() => {
  const GROUP = 100;
  const table = document.querySelector(".domains");
  if (!table) return;
  const form = document.querySelector("form");
  const shown = document.querySelector("#shown");
  const rows = Array.from(table.tBodies).flatMap((group) => Array.from(group.rows));
  const text = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const rank = { "": 0, info: 1, warning: 2, error: 3 };
  let order = rows.slice();

  function matches(row, wanted) {
    return (!wanted.verdict || row.dataset.verdict === wanted.verdict)
      && rank[row.dataset.severity] >= rank[wanted.severity]
      && wanted.words.every((word) => text.get(row).includes(word));
  }

  function draw() {
    const wanted = {
      words: form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean),
      verdict: form.elements.verdict.value,
      severity: form.elements.severity.value,
    };
    const kept = order.filter((row) => matches(row, wanted));
    const groups = [];
    for (let at = 0; at < kept.length; at += GROUP) {
      const group = document.createElement("tbody");
      group.setAttribute("role", "rowgroup");
      group.append(...kept.slice(at, at + GROUP));
      groups.push(group);
    }
    for (const group of Array.from(table.tBodies)) group.remove();
    table.append(...groups);
    shown.textContent = `${kept.length} of ${rows.length} domains shown`;
  }

  const collator = new Intl.Collator(undefined, { numeric: true });
  const keys = {
    domain: (row) => row.cells[0].textContent,
    host: (row) => row.cells[1].textContent,
    verdict: (row) => row.cells[2].textContent,
    findings: (row) => String(1000 * (3 - rank[row.dataset.severity]) - Number(row.dataset.findings)),
  };

  function sort(header) {
    const direction = header.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
    for (const other of header.parentElement.cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", direction);
    const key = keys[header.dataset.key];
    const sign = direction === "ascending" ? 1 : -1;
    const known = new Map(rows.map((row) => [row, key(row)]));
    order.sort((one, other) => sign * collator.compare(known.get(one), known.get(other)));
    draw();
  }

  for (const header of table.tHead.rows[0].cells) {
    if (!header.dataset.key) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = header.textContent;
    button.addEventListener("click", () => sort(header));
    header.replaceChildren(button);
  }

  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(draw, 120);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(draw));
  form.hidden = false;
})();
