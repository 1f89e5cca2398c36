// Asks whether the bank's files are still those of this page, and loads it again when they are not.
const EVERY_MS = 700;
const live = document.querySelector("#live");

async function ask() {
  try {
    const answer = await fetch("/state");
    const { state } = await answer.json();
    if (state && state !== document.body.dataset.state) {
      live.textContent = "reloading";
      window.location.reload();
      return;
    }
    live.textContent = "reloads when a file is saved";
  } catch {
    live.textContent = "the preview has ended";
  }
  setTimeout(ask, EVERY_MS);
}

setTimeout(ask, EVERY_MS);
