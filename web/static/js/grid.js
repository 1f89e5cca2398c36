// A matrix or a vector in boxes. The text area behind them stays the one that is sent.
import { LARGEST_SIDE, readArray, writeMatrix, writeVector } from "./arrays.js";

export function openGrids(form) {
  for (const area of form.querySelectorAll("textarea[data-grid]")) new Grid(area).open();
}

class Grid {
  constructor(area) {
    this.area = area;
    this.isVector = area.dataset.kind === "vector";
    this.frame = element("div", { className: "grid", role: "group" });
    this.label = area.form.querySelector(`label[for="${CSS.escape(area.id)}"]`);
    this.frame.setAttribute("aria-label", this.label ? this.label.textContent.trim() : "Array");
    this.tools = element("div", { className: "grid-tools" });
    this.rows = [];
  }

  open() {
    const { rows, columns } = this.area.dataset;
    const typed = readArray(this.area.value);
    this.rows = typed ? this.turned(typed) : blank(Number(rows), Number(columns));
    this.area.after(this.frame, this.tools);
    this.drawTools();
    // What cannot stand in boxes (a factor before a matrix, say) stays text.
    this.show(Boolean(typed) || !this.area.value.trim());
  }

  // A vector keeps the direction in which it was asked for.
  turned(rows) {
    if (!this.isVector) return rows;
    const cells = rows.flat();
    return Number(this.area.dataset.columns) === 1 && cells.length > 0 && Number(this.area.dataset.rows) > 1
      ? cells.map((cell) => [cell])
      : [cells];
  }

  show(asBoxes) {
    this.asBoxes = asBoxes && !this.area.readOnly ? true : asBoxes;
    this.area.hidden = asBoxes;
    this.frame.hidden = !asBoxes;
    if (asBoxes) this.draw();
    for (const tool of this.tools.querySelectorAll("[data-boxes-only]")) tool.hidden = !asBoxes;
    this.toggle.textContent = asBoxes ? "type as text" : "fill in boxes";
  }

  draw() {
    this.frame.replaceChildren(
      ...this.rows.map((row, i) => {
        const line = element("div", { className: "grid-row" });
        line.append(...row.map((cell, j) => this.cell(cell, i, j)));
        return line;
      }),
    );
    const first = this.frame.querySelector("input");
    first.id = `${this.area.id}-cell`;
    if (this.label) this.label.htmlFor = first.id;
  }

  cell(text, i, j) {
    const place = this.isVector ? `entry ${i + j + 1}` : `row ${i + 1}, column ${j + 1}`;
    const input = element("input", { type: "text", className: "cell", value: text, autocomplete: "off" });
    input.spellcheck = false;
    input.readOnly = this.area.readOnly;
    input.setAttribute("autocapitalize", "none");
    input.setAttribute("aria-label", place);
    input.setAttribute("aria-describedby", this.area.getAttribute("aria-describedby"));
    input.addEventListener("input", (event) => {
      event.stopPropagation();
      this.rows[i][j] = input.value.trim();
      this.write();
    });
    input.addEventListener("paste", (event) => this.paste(event, i, j));
    input.addEventListener("keydown", (event) => this.move(event, i, j));
    return input;
  }

  write() {
    this.area.value = this.isVector ? writeVector(this.rows) : writeMatrix(this.rows);
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // A pasted table or array fills the boxes from here on and grows them where it is larger.
  paste(event, top, left) {
    const text = event.clipboardData.getData("text/plain");
    const pasted = /[\t\n,;[\]]/.test(text.trim()) ? readArray(text) : null;
    if (!pasted) return;
    event.preventDefault();
    const rows = this.turned(pasted);
    const whole = rows.length * rows[0].length > 1 && top === 0 && left === 0;
    if (whole) this.rows = rows.map((row) => [...row]);
    else this.fill(rows, top, left);
    this.draw();
    this.write();
    this.focus(top, left);
  }

  fill(rows, top, left) {
    const height = Math.min(LARGEST_SIDE, Math.max(this.rows.length, top + rows.length));
    const width = Math.min(LARGEST_SIDE, Math.max(this.rows[0].length, left + rows[0].length));
    this.rows = blank(height, width).map((row, i) =>
      row.map((_, j) => rows[i - top]?.[j - left] ?? this.rows[i]?.[j] ?? ""),
    );
  }

  move(event, i, j) {
    const step = { ArrowUp: -1, ArrowDown: 1, Enter: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.focus(i + step, j);
  }

  focus(i, j) {
    this.frame.children[i]?.children[j]?.focus();
  }

  resize(rows, columns) {
    const height = Math.min(LARGEST_SIDE, Math.max(1, this.rows.length + rows));
    const width = Math.min(LARGEST_SIDE, Math.max(1, this.rows[0].length + columns));
    this.rows = blank(height, width).map((row, i) => row.map((_, j) => this.rows[i]?.[j] ?? ""));
    this.draw();
    this.write();
  }

  drawTools() {
    const upright = Number(this.area.dataset.rows) > 1 && Number(this.area.dataset.columns) === 1;
    const sizes = this.isVector
      ? [["entry", upright ? [1, 0] : [0, 1]]]
      : [["row", [1, 0]], ["column", [0, 1]]];
    for (const [word, [rows, columns]] of this.area.readOnly ? [] : sizes) {
      this.tools.append(
        this.tool(`− ${word}`, `Remove the last ${word}`, () => this.resize(-rows, -columns)),
        this.tool(`+ ${word}`, `Add ${word === "entry" ? "an" : "a"} ${word}`, () => this.resize(rows, columns)),
      );
    }
    this.toggle = this.tool("", "", () => this.switch());
    delete this.toggle.dataset.boxesOnly;
    this.toggle.removeAttribute("aria-label");
    this.tools.append(this.toggle);
  }

  switch() {
    if (this.asBoxes) return this.show(false);
    const typed = readArray(this.area.value);
    if (!typed && this.area.value.trim()) {
      this.toggle.textContent = "this text does not fit into boxes";
      return undefined;
    }
    if (typed) this.rows = this.turned(typed);
    else this.rows = this.rows.map((row) => row.map(() => ""));
    return this.show(true);
  }

  tool(text, label, act) {
    const button = element("button", { type: "button", textContent: text });
    button.dataset.boxesOnly = "";
    button.setAttribute("aria-label", label);
    button.addEventListener("click", act);
    return button;
  }
}

function blank(rows, columns) {
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => ""));
}

function element(name, properties) {
  const made = document.createElement(name);
  const { role, ...rest } = properties;
  if (role) made.setAttribute("role", role);
  return Object.assign(made, rest);
}
