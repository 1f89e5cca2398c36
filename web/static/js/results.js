// Lets a result appear by itself: asks where the submission stands, soon at first, then less often.
const FIRST_MS = 120;
const LONGEST_MS = 5000;
const LONGEST_GPU_MS = 15000;
const OPEN = new Set(["queued", "running"]);

export function awaitResults() {
  for (const place of document.querySelectorAll("[data-poll]")) watch(place, FIRST_MS);
}

function watch(place, pause) {
  if (!OPEN.has(place.dataset.state)) return;
  setTimeout(() => ask(place, pause), pause);
}

async function ask(place, pause) {
  let longest = LONGEST_MS;
  try {
    const answer = await fetch(place.dataset.poll, { headers: { Accept: "application/json" } });
    if (answer.status === 401 || answer.status === 404) return;
    const { state, queue, progress } = await answer.json();
    if (queue === "gpu") longest = LONGEST_GPU_MS;
    if (state !== place.dataset.state) {
      await redraw(place);
    } else if (progress && "progress" in place.dataset) {
      await step(place, `${progress.done}/${progress.total}`);
    }
  } catch {
    // Offline, or the portal restarts: ask again later.
  }
  return watch(place, Math.min(longest, pause * 1.6));
}

// Takes the bar alone from the page as it reads now: the words around it stay as they are.
async function step(place, seen) {
  if (seen === place.dataset.progress) return;
  const bar = place.querySelector(".run-progress");
  if (!bar) return redraw(place);
  const fresh = await read(place);
  const newer = fresh?.querySelector(".run-progress");
  if (!newer) return;
  place.dataset.progress = fresh.dataset.progress;
  bar.replaceChildren(...newer.childNodes);
}

// Takes the same place from the page as it reads now.
async function redraw(place) {
  const fresh = await read(place);
  if (!fresh) return;
  follow(fresh.ownerDocument);
  place.dataset.state = fresh.dataset.state;
  if ("progress" in fresh.dataset) place.dataset.progress = fresh.dataset.progress;
  place.replaceChildren(...fresh.childNodes);
}

// What stands elsewhere on the page and hangs on the result: which attempt counts, what is left.
function follow(page) {
  for (const old of document.querySelectorAll("[data-follows]")) {
    const newer = page.querySelector(`[data-follows="${CSS.escape(old.dataset.follows)}"]`);
    if (newer) old.replaceChildren(...newer.childNodes);
  }
}

async function read(place) {
  const answer = await fetch(window.location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector(`[data-poll="${CSS.escape(place.dataset.poll)}"]`);
}
