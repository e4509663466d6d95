"use strict";
// A page without this script lacks nothing but comfort: every box can be reached, every number stands in a table.
(() => {
  const root = document.documentElement;
  const themes = ["system", "light", "dark"];
  const theme = document.getElementById("theme");
  const remembered = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const show = (name) => {
    if (name === "system") delete root.dataset.theme; else root.dataset.theme = name;
    if (theme) theme.textContent = `Theme: ${name}`;
  };
  let chosen = themes.includes(remembered()) ? remembered() : "system";
  show(chosen);
  theme?.addEventListener("click", () => {
    chosen = themes[(themes.indexOf(chosen) + 1) % themes.length];
    show(chosen);
    try { localStorage.setItem("theme", chosen); } catch { /* files may have no storage: the choice holds for now */ }
  });

  // On paper, nothing can be opened.
  addEventListener("beforeprint", () => {
    for (const folded of document.querySelectorAll("details")) folded.open = true;
  });

  for (const button of document.querySelectorAll("button[data-copies]")) {
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copies);
      try {
        await navigator.clipboard.writeText(source.textContent);
        button.textContent = "Copied";
      } catch {
        // No clipboard for pages from files in some browsers: then the text is selected, ready for Ctrl-C.
        getSelection().selectAllChildren(source);
        button.textContent = "Selected: copy it";
      }
    });
  }

  const details = document.getElementById("details");
  const element = (name, text) => Object.assign(document.createElement(name), { textContent: text });
  const tell = (part) => {
    const facts = element("dl", "");
    for (const line of part.dataset.facts.split("\n").filter(Boolean)) {
      const [name, value] = line.split("\t");
      facts.append(element("dt", name), element("dd", value));
    }
    details.replaceChildren(element("strong", part.dataset.title), element("div", part.dataset.subtitle), facts);
    for (const other of document.querySelectorAll(".topology [data-about]")) {
      other.classList.toggle("same", other.dataset.about === part.dataset.about);
    }
  };
  const middle = (part) => {
    const box = part.getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
  };
  // The nearest box that way: what lies straight ahead counts three times as near as what lies aside.
  const next = (parts, from, dx, dy) => {
    const [x, y] = middle(from);
    let best = null;
    let least = Infinity;
    for (const part of parts) {
      const [px, py] = middle(part);
      const ahead = (px - x) * dx + (py - y) * dy;
      const aside = Math.abs((px - x) * dy) + Math.abs((py - y) * dx);
      // Sideways, nothing that lies rather above or below.
      if (dx && aside > ahead) continue;
      if (ahead > 5 && ahead + 3 * aside < least) { best = part; least = ahead + 3 * aside; }
    }
    return best;
  };
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  // One stop for the Tab key; within the drawing, the arrow keys go from box to box.
  for (const drawing of document.querySelectorAll(".topology")) {
   const parts = [...drawing.querySelectorAll(".part")];
   parts.forEach((part, number) => {
    part.setAttribute("tabindex", number ? "-1" : "0");
    part.addEventListener("focus", () => {
      for (const other of parts) other.setAttribute("tabindex", other === part ? "0" : "-1");
      tell(part);
    });
    part.addEventListener("click", () => part.focus());
    part.addEventListener("keydown", (event) => {
      const way = ways[event.key];
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); tell(part); }
      if (!way) return;
      event.preventDefault();
      next(parts, part, ...way)?.focus();
    });
   });
  }
})();
