"use strict";
(() => {
  const form = document.getElementById("filters");
  const table = document.getElementById("findings");
  const shown = document.getElementById("shown");
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const texts = new Map(rows.map((row) => [row, row.textContent.normalize("NFKC").toLocaleLowerCase()]));
  const severities = ["error", "warning", "info"];
  const collator = new Intl.Collator(undefined, { numeric: true });

  const filter = () => {
    const wanted = Object.fromEntries(new FormData(form));
    const text = wanted.text.trim().normalize("NFKC").toLocaleLowerCase();
    let count = 0;
    for (const row of rows) {
      const fits = (key) => !wanted[key] || row.dataset[key] === wanted[key];
      row.hidden = !(fits("severity") && fits("check") && fits("file") && texts.get(row).includes(text));
      count += row.hidden ? 0 : 1;
    }
    shown.textContent = `${count} of ${rows.length} shown`;
    // What is asked for is in the address, so that it can be sent to a colleague.
    const asked = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value)).toString();
    if (asked !== location.hash.slice(1)) {
      history.replaceState(null, "", asked ? `#${asked}` : location.pathname + location.search);
    }
  };

  const keys = {
    severity: (row) => severities.indexOf(row.dataset.severity),
    check: (row) => row.dataset.check,
    text: (row) => row.cells[3].textContent,
  };
  const compare = (key, a, b) => {
    if (key === "place") {
      return collator.compare(a.dataset.file, b.dataset.file) || a.dataset.line - b.dataset.line;
    }
    const [x, y] = [keys[key](a), keys[key](b)];
    return typeof x === "number" ? x - y : collator.compare(x, y);
  };
  const sort = (head) => {
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) {
      other.removeAttribute("aria-sort");
    }
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const place = new Map(rows.map((row, at) => [row, at]));
    const sorted = rows.slice().sort((a, b) => {
      const order = compare(head.dataset.sort, a, b);
      return (down ? -order : order) || place.get(a) - place.get(b);
    });
    body.append(...sorted);
  };

  const fromAddress = () => {
    const asked = new URLSearchParams(location.hash.slice(1));
    for (const name of ["severity", "check", "file", "text"]) {
      form.elements[name].value = asked.get(name) ?? "";
    }
    filter();
    const head = Array.from(table.tHead.rows[0].cells).find((cell) => cell.dataset.sort === asked.get("sort"));
    if (head) {
      sort(head);
    }
  };

  for (const head of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", () => sort(head));
    head.replaceChildren(button);
  }
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  addEventListener("hashchange", fromAddress);
  form.hidden = false;
  fromAddress();
  document.documentElement.dataset.script = "ready";
})();
