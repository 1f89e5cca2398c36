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
    const { state, queue } = await answer.json();
    if (queue === "gpu") longest = LONGEST_GPU_MS;
    if (state !== place.dataset.state) {
      await redraw(place);
    }
  } catch {
    // Offline, or the portal restarts: ask again later.
  }
  return watch(place, Math.min(longest, pause * 1.6));
}

// Takes the same place from the page as it reads now.
async function redraw(place) {
  const answer = await fetch(window.location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector(`[data-poll="${CSS.escape(place.dataset.poll)}"]`);
  if (!fresh) return;
  place.dataset.state = fresh.dataset.state;
  place.replaceChildren(...fresh.childNodes);
}
