// The live parts of the pages. Everything here is a comfort: the forms work without it.
import { rememberTheme } from "./theme.js";
import { openGrids } from "./grid.js";
import { showUnderstood } from "./preview.js";
import { keepDrafts } from "./drafts.js";
import { takeDrops } from "./drop.js";
import { awaitResults } from "./results.js";

rememberTheme();
const homework = document.getElementById("homework");
if (homework) {
  openGrids(homework);
  showUnderstood(homework);
  keepDrafts(homework);
  takeDrops(homework);
}
awaitResults();
