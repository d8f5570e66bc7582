"use strict";
(() => {
  const table = document.getElementById("glossary");
  const form = document.getElementById("search");
  const box = document.getElementById("q");
  const shown = document.getElementById("shown");
  const choice = document.getElementById("languages");
  const rows = Array.from(table.tBodies[0].rows);
  const heads = Array.from(table.tHead.rows[0].cells).slice(1);
  // Neither case nor accents, vowel signs and the like count.
  const fold = (text) => text.normalize("NFKD").replace(/[\p{M}\u0640]/gu, "").toLowerCase();
  let texts;

  const search = () => {
    texts ??= rows.map((row) => fold(row.textContent));
    const words = fold(box.value).split(/\s+/).filter(Boolean);
    let count = 0;
    rows.forEach((row, at) => {
      row.hidden = !words.every((word) => texts[at].includes(word));
      count += row.hidden ? 0 : 1;
    });
    shown.textContent = `${count} of ${rows.length}`;
  };

  // What is asked for is in the address, so that it can be sent to a colleague.
  const note = () => {
    const off = boxes.filter((one) => !one.checked).map((one) => one.value);
    const asked = new URLSearchParams();
    if (box.value.trim()) {
      asked.set("q", box.value.trim());
    }
    if (off.length) {
      asked.set("without", off.join(","));
    }
    const hash = asked.toString();
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  };

  const style = document.head.appendChild(document.createElement("style"));
  const columns = () => {
    const off = boxes.map((one, at) => (one.checked ? "" : `#glossary tr > :nth-child(${at + 2}) { display: none; }`));
    style.textContent = off.join("\n");
    table.style.setProperty("--n", boxes.filter((one) => one.checked).length);
  };
  const boxes = heads.map((head) => {
    const label = document.createElement("label");
    const one = document.createElement("input");
    one.type = "checkbox";
    one.checked = true;
    one.value = head.dataset.lang;
    label.append(one, ` ${head.querySelector("small").textContent}`);
    choice.querySelector("p").append(label);
    one.addEventListener("change", () => {
      columns();
      note();
    });
    return one;
  });

  const fromAddress = () => {
    const hash = location.hash.slice(1);
    if (hash.startsWith("c-")) {
      const row = document.getElementById(hash);
      if (row && row.hidden) {
        box.value = "";
        search();
        row.scrollIntoView();
      }
      return;
    }
    const asked = new URLSearchParams(hash);
    box.value = asked.get("q") ?? "";
    const off = (asked.get("without") ?? "").split(",");
    for (const one of boxes) {
      one.checked = !off.includes(one.value);
    }
    columns();
    search();
  };

  let waiting;
  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      search();
      note();
    }, rows.length > 2000 ? 200 : 0);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", fromAddress);
  const closed = () => Array.from(table.querySelectorAll("details:not([open])"));
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = closed();
    opened.forEach((one) => { one.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach((one) => { one.open = false; }));
  form.hidden = false;
  choice.hidden = boxes.length < 2;
  shown.textContent = `${rows.length} of ${rows.length}`;
  fromAddress();
  document.documentElement.dataset.script = "ready";
})();
