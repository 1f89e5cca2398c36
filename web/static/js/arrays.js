// Text of an array to rows of cells and back. Cells stay as they were typed.
const WRAPPED = /^(?:[\w.]+\s*)?\(\s*(\[[\s\S]*\])\s*(?:,\s*(?:dtype|device)\s*=[^)]*)?\)$/;
const OPENING = "([{";
const CLOSING = ")]}";
export const LARGEST_SIDE = 40;

// Rows of cells, or null where the text is not a rectangle of cells.
export function readArray(text) {
  const trimmed = text.trim();
  if (!trimmed) return null;
  const array = WRAPPED.exec(trimmed)?.[1] ?? trimmed;
  const rows = array.startsWith("[") ? readBrackets(array) : readRows(array);
  if (!rows || !rows.length || !rows[0].length) return null;
  const width = rows[0].length;
  const fits = rows.length <= LARGEST_SIDE && width <= LARGEST_SIDE;
  return fits && rows.every((row) => row.length === width) ? rows : null;
}

export function writeVector(rows) {
  const cells = rows.flat();
  return cells.every((cell) => !cell) ? "" : `[${cells.join(", ")}]`;
}

export function writeMatrix(rows) {
  if (rows.flat().every((cell) => !cell)) return "";
  return `[${rows.map((row) => `[${row.join(", ")}]`).join(", ")}]`;
}

function readBrackets(text) {
  const inner = insideOf(text);
  if (inner === null) return null;
  if (!inner.trim().startsWith("[")) return [splitCells(inner)];
  const rows = rowsIn(inner);
  if (!rows) return null;
  return rows.map((row) => splitCells(row));
}

// The text between a bracket that opens the whole and the one that closes it.
function insideOf(text) {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === "[") depth += 1;
    if (text[index] === "]") depth -= 1;
    if (depth === 0) return index === text.length - 1 ? text.slice(1, -1) : null;
  }
  return null;
}

function rowsIn(text) {
  const rows = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === "[" && depth++ === 0) start = index + 1;
    else if (text[index] === "]" && --depth === 0) rows.push(text.slice(start, index));
    else if (depth === 0 && !/[\s,;]/.test(text[index])) return null;
  }
  return depth === 0 && rows.every((row) => !row.includes("[")) ? rows : null;
}

// Rows of bare cells; a bracket among them belongs to something larger, such as a factor times a matrix.
function readRows(text) {
  if (text.includes("[")) return null;
  return text.split(/\r?\n|;/).filter((line) => line.trim()).map(splitCells);
}

// Cells stand between commas or tabs where there are any, else between blanks.
function splitCells(text) {
  const trimmed = text.replace(/^[^\S\t]+|[^\S\t]+$/g, "");
  if (trimmed.includes("\t")) return trimmed.split("\t").map((cell) => cell.trim());
  const cells = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < trimmed.length; index += 1) {
    if (OPENING.includes(trimmed[index])) depth += 1;
    if (CLOSING.includes(trimmed[index])) depth -= 1;
    if (trimmed[index] === "," && depth === 0) {
      cells.push(trimmed.slice(start, index).trim());
      start = index + 1;
    }
  }
  if (start) {
    const last = trimmed.slice(start).trim();
    return last || trimmed.endsWith(",") === false ? [...cells, last] : cells;
  }
  const words = trimmed.split(/\s+/).filter(Boolean);
  return words.every((word) => /^[-+\w.\/^*]+$/.test(word) && /\d|^\w$/.test(word)) ? words : [trimmed];
}
