/** Files that are dropped anywhere on the page, or chosen with the button: while they hover, a frame shows where. */

import { byId } from "./dom.js";

/** @param {(files: File[]) => void} take */
export function acceptFiles(take) {
  const frame = byId("drop", HTMLElement);
  const chooser = byId("choose", HTMLInputElement);
  let inside = 0;
  /** @param {number} by */
  const hover = (by) => {
    inside = by === 0 ? 0 : Math.max(0, inside + by);
    frame.hidden = inside === 0;
  };
  addEventListener("dragenter", (event) => {
    if (hasFiles(event)) hover(1);
  });
  addEventListener("dragleave", (event) => {
    if (hasFiles(event)) hover(-1);
  });
  addEventListener("dragover", (event) => {
    if (hasFiles(event)) event.preventDefault();
  });
  addEventListener("drop", (event) => {
    hover(0);
    if (!hasFiles(event)) return;
    event.preventDefault();
    take([...(event.dataTransfer?.files ?? [])]);
  });
  byId("bring", HTMLButtonElement).addEventListener("click", () => chooser.click());
  chooser.addEventListener("change", () => {
    take([...(chooser.files ?? [])]);
    chooser.value = "";
  });
}

/** @param {DragEvent} event */
function hasFiles(event) {
  return event.dataTransfer?.types.includes("Files") ?? false;
}
