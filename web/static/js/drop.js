// Lets a notebook be dropped on its box, and tells at once what cannot be one.
const LARGEST_MB = 45;

export function takeDrops(form) {
  for (const box of form.querySelectorAll("[data-drop]")) prepare(box);
}

function prepare(box) {
  const input = box.querySelector("input[type=file]");
  const says = box.querySelector("[data-drop-says]");
  says.textContent = "You can also drop the file here.";
  input.addEventListener("change", () => tell(says, input.files[0]));
  box.addEventListener("dragover", (event) => {
    event.preventDefault();
    box.classList.add("over");
  });
  box.addEventListener("dragleave", (event) => {
    if (!box.contains(event.relatedTarget)) box.classList.remove("over");
  });
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    box.classList.remove("over");
    if (event.dataTransfer.files.length !== 1) {
      say(says, "Drop one file.", true);
      return;
    }
    input.files = event.dataTransfer.files;
    tell(says, input.files[0]);
  });
}

function tell(says, file) {
  if (!file) say(says, "No file is chosen.", false);
  else if (!file.name.toLowerCase().endsWith(".ipynb")) say(says, `${file.name} is no .ipynb file.`, true);
  else if (file.size > LARGEST_MB * 2 ** 20) say(says, `${file.name} is larger than ${LARGEST_MB} MB: clear its outputs.`, true);
  else say(says, `${file.name} is chosen. It is sent when you hand in.`, false);
}

function say(says, text, isBad) {
  says.classList.add("told"); // until then it only says that files can be dropped, and fingers drop none
  says.textContent = text;
  says.classList.toggle("bad", isBad);
}
