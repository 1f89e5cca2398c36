// Saves what is typed as a draft, says so, and lets one click hand in once.
const PAUSE_MS = 1500;
const PATIENCE_MS = 3000;

export function keepDrafts(form) {
  if (!("autosave" in form.dataset)) return;
  const keeper = new Keeper(form);
  form.addEventListener("input", (event) => keeper.changed(event.target));
  form.addEventListener("submit", (event) => keeper.submitted(event));
  form.addEventListener("keydown", stayOnPage);
  window.addEventListener("pagehide", () => keeper.leave());
  window.addEventListener("pageshow", (event) => {
    // Back from the next page: what this one shows is older than what was handed in.
    if (event.persisted) window.location.reload();
  });
}

// Enter in a box is no wish to send the page.
function stayOnPage(event) {
  if (event.key === "Enter" && event.target.matches("input[type=text]")) event.preventDefault();
}

class Keeper {
  constructor(form) {
    this.form = form;
    this.address = form.action;
    this.unsaved = new Set();
    this.timer = null;
    this.saving = null;
    this.isSent = false;
  }

  changed(field) {
    const problem = field.closest("[data-problem]");
    // A chosen file is no draft: it is sent when the problem is handed in.
    if (!problem || field.closest("[data-drop]")) return;
    const number = problem.dataset.problem;
    this.mark(number);
    field.closest(".entry")?.querySelector(".judged")?.classList.add("outdated");
    this.unsaved.add(number);
    this.say(number, "Not saved yet");
    this.later(PAUSE_MS);
  }

  // Tells the server which problems were typed in here: what an old tab only shows is no new work.
  mark(number) {
    if (this.form.querySelector(`input[name=edited][value="${CSS.escape(number)}"]`)) return;
    const edited = document.createElement("input");
    Object.assign(edited, { type: "hidden", name: "edited", value: number });
    this.form.append(edited);
  }

  // One at a time: each tells the server what the one before has saved.
  async save() {
    if (!this.unsaved.size || this.isSent) return;
    if (this.saving) {
      this.later(PAUSE_MS);
      return;
    }
    this.saving = this.send([...this.unsaved]);
    await this.saving;
    this.saving = null;
  }

  async send(numbers) {
    this.unsaved.clear();
    try {
      const answer = await fetch(this.address, {
        method: "POST",
        headers: { Accept: "application/json" },
        body: new URLSearchParams(new FormData(this.form)),
      });
      const reply = await answer.json();
      if (!answer.ok) throw new Error(reply.error);
      for (const [number, token] of Object.entries(reply.tokens)) {
        this.form.elements[`token.${number}`].value = token;
      }
      const clock = this.clock(reply.saved_at);
      numbers.filter((number) => !this.unsaved.has(number)).forEach((number) => this.say(number, `Draft saved ${clock}`));
    } catch (error) {
      numbers.forEach((number) => this.unsaved.add(number));
      const why = error instanceof TypeError ? "no connection" : error.message;
      numbers.forEach((number) => this.say(number, `Not saved: ${why}`));
      this.later(10 * PAUSE_MS);
    }
  }

  // In the course's zone, as every time on the page.
  clock(moment) {
    const shown = { hour: "numeric", minute: "2-digit", timeZone: this.form.dataset.zone, timeZoneName: "short" };
    return new Date(moment).toLocaleTimeString([], shown);
  }

  later(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), pause);
  }

  say(number, text) {
    const place = this.form.querySelector(`[data-draft-of="${CSS.escape(number)}"]`);
    if (place && place.textContent !== text) place.textContent = text;
  }

  submitted(event) {
    if (this.isSent) {
      event.preventDefault();
      return;
    }
    const button = event.submitter;
    if (this.saving) {
      // A draft on its way would arrive after what is handed in now, and stand beside it as newer.
      event.preventDefault();
      this.isSent = true;
      const patience = new Promise((done) => setTimeout(done, PATIENCE_MS));
      Promise.race([this.saving, patience]).then(() => {
        this.isSent = false;
        this.saving = null;
        this.form.requestSubmit(button);
      });
      return;
    }
    this.isSent = true;
    clearTimeout(this.timer);
    // After the form was read: a disabled button would take its own address out of it.
    setTimeout(() => button && (button.disabled = true), 0);
  }

  leave() {
    if (this.isSent || !this.unsaved.size) return;
    navigator.sendBeacon(this.address, new URLSearchParams(new FormData(this.form)));
  }
}
