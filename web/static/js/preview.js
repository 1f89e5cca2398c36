// Shows under each field how it was understood, a moment after the last key.
const PAUSE_MS = 220;
const SILENT = new Set(["text", "choice", "probe"]);

export function showUnderstood(form) {
  const running = new Map();
  form.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.dataset.part || SILENT.has(field.dataset.kind)) return;
    const place = document.getElementById(`${field.id}-read`);
    place.classList.add("stale");
    const earlier = running.get(field);
    if (earlier) {
      clearTimeout(earlier.timer);
      earlier.stop.abort();
    }
    const stop = new AbortController();
    const timer = setTimeout(() => ask(form, field, place, stop), PAUSE_MS);
    running.set(field, { timer, stop });
  });
}

async function ask(form, field, place, stop) {
  const number = field.closest("[data-problem]").dataset.problem;
  try {
    const answer = await fetch("/api/v1/preview", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": form.dataset.csrf },
      body: JSON.stringify({
        token: form.elements[`token.${number}`].value,
        part: field.dataset.part,
        field: field.dataset.field,
        text: field.value,
      }),
      signal: stop.signal,
    });
    show(place, field, answer.ok ? await answer.json() : { mathml: null, error: "" });
  } catch (error) {
    // Asked again meanwhile, or offline: the line stays dim, and the server reads it at hand-in.
    if (error.name !== "AbortError") place.replaceChildren();
  }
}

function show(place, field, seen) {
  place.classList.remove("stale");
  place.classList.toggle("bad", Boolean(seen.error));
  field.setAttribute("aria-invalid", seen.error ? "true" : "false");
  if (seen.mathml) {
    // MathML that our own printer wrote from the parsed tree; no text of anybody stands in it raw.
    const math = document.createElement("span");
    math.innerHTML = seen.mathml;
    place.replaceChildren(span("read as", "how"), " ", math);
  } else if (seen.error) {
    place.replaceChildren(...(seen.position === null ? [] : [pointed(seen)]), span(seen.error, "why"));
  } else {
    place.replaceChildren();
  }
}

// The line with the character at which reading stopped.
function pointed(seen) {
  const line = document.createElement("code");
  line.className = "stop";
  const mark = document.createElement("mark");
  mark.textContent = seen.line.slice(seen.caret, seen.caret + 1) || "␣";
  line.append(span(seen.line.slice(0, seen.caret)), mark, span(seen.line.slice(seen.caret + 1)));
  return line;
}

function span(text, name = "") {
  const made = document.createElement("span");
  made.textContent = text;
  if (name) made.className = name;
  return made;
}
