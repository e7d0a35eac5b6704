// Evaluated in the browser. Finds what a page does not have room for, as it is shown.
globalThis.layoutFaults = () => {
  const faults = [];
  const nameOf = (element) =>
    `${element.tagName.toLowerCase()}.${element.className} “${(element.textContent ?? "").trim().slice(0, 60)}”`;
  const isVisible = (element) =>
    element.checkVisibility({ visibilityProperty: true }) &&
    element.closest(".visually-hidden") === null &&
    getComputedStyle(element).clipPath === "none";
  const all = (selector) => [...document.querySelectorAll(selector)].filter(isVisible);

  const excess = document.documentElement.scrollWidth - innerWidth;
  if (excess > 0) faults.push(`the page is ${excess} px too wide`);

  // The preview of a file shows its columns as they are.
  for (const table of all("table:not(.preview)")) {
    const box = table.closest(".table-scroll") ?? table.parentElement;
    const more = box.scrollWidth - box.clientWidth;
    if (more > 0) faults.push(`a table needs ${more} px more: ${nameOf(table)}`);
  }

  for (const control of all("button, .button, .badge, select, .segments, .toast, dialog > article")) {
    const hidden = control.scrollWidth - control.clientWidth;
    // What is wider than a phone may scroll.
    const scrolls = /auto|scroll/.test(getComputedStyle(control).overflowX);
    if (hidden > 0 && !scrolls) faults.push(`${hidden} px are cut off: ${nameOf(control)}`);
  }

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
    const parent = text.parentElement;
    if (parent === null || text.textContent.trim() === "" || !isVisible(parent)) continue;
    if (parent.closest(".one-line, pre, code, textarea, select") !== null) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const { left, right, width } = range.getBoundingClientRect();
    if (width === 0) continue;
    const cell = parent.closest("td, dd")?.getBoundingClientRect();
    if (cell !== undefined && right > cell.right + 1) faults.push(`text leaves its cell: ${nameOf(parent)}`);
    if (parent.closest(".table-scroll") !== null) continue;
    const edges = parent.closest(".stat, .card, .notice, dialog > article, .badge")?.getBoundingClientRect();
    if (edges !== undefined && (right > edges.right - 3 || left < edges.left + 3))
      faults.push(`text touches the edge of its frame: ${nameOf(parent)}`);
  }

  // Where rows become cards, their height has no limit.
  if (innerWidth <= 720) return faults;
  for (const row of all(':is([data-table="calls"], [data-table="numbers"]) tbody tr')) {
    const cell = row.querySelector("td");
    const { lineHeight, paddingTop, paddingBottom } = getComputedStyle(cell);
    const space = cell.clientHeight - parseFloat(paddingTop) - parseFloat(paddingBottom);
    const lines = space / parseFloat(lineHeight);
    if (lines > 2.5) faults.push(`a row of ${lines.toFixed(1)} lines: ${nameOf(row)}`);
  }
  return faults;
};
