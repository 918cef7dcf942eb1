/** The page put together: the connection, the shelf, and the story that is open. Each part is in its own module. */

import { Acts } from "./acts.js";
import { byId } from "./dom.js";
import { explain } from "./explain.js";
import { Notices } from "./notices.js";
import { arrive, addressOf } from "./session.js";
import { drawStories, readBeginning } from "./stories.js";
import { StoryPage } from "./story.js";
import { hasEnded } from "./telling.js";
import { Wire } from "./wire.js";

const page = {
  shelf: byId("shelf", HTMLElement),
  openShelf: byId("open-shelf", HTMLButtonElement),
  stories: byId("stories", HTMLUListElement),
  teller: byId("teller", HTMLElement),
  blank: byId("blank", HTMLElement),
  beginning: byId("beginning", HTMLFormElement),
};
const notices = new Notices(byId("notices", HTMLElement));
const session = arrive(location, history, sessionStorage);

const wire = new Wire({
  url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`,
  token: session.token ?? "",
  open: (url) => new WebSocket(url),
  later: (act, ms) => setTimeout(act, ms),
  heard: (method, note) => {
    story.hear(method, note);
    if (method === "turn" && hasEnded(note)) refreshShelf().catch(acts.failed);
  },
  changed: (condition, why) => {
    document.body.dataset["wire"] = condition;
    const way = { label: "Try now", act: () => wire.connect() };
    if (condition === "open") connected().catch(acts.failed);
    if (condition === "waiting") notices.show("wire", { ...explain(why), kind: "news", way });
    if (condition === "refused") notices.show("wire", { ...explain(why), kind: "trouble" });
  },
});

const acts = new Acts(wire, notices);
const story = new StoryPage(wire, acts, notices);

async function connected() {
  notices.clear("wire");
  const stories = await refreshShelf();
  if (story.open !== null) await story.resume();
  else if (stories.some((one) => one.story === session.story)) await open(session.story ?? "");
  else welcome(stories.length === 0);
}

async function refreshShelf() {
  const [{ stories }, status] = await Promise.all([wire.call("stories", {}), wire.call("status", {})]);
  drawStories(page.stories, stories, story.open, (one) => void open(one).catch(acts.failed));
  const render = status.models.find((one) => one.role === "render");
  page.teller.textContent = render ? `Told by ${render.model} (${render.endpoint})` : "";
  story.entitle(stories.find((one) => one.story === story.open)?.title ?? "");
  return stories;
}

/** @param {string} chosen */
async function open(chosen) {
  showShelf(false);
  page.blank.hidden = true;
  page.beginning.hidden = true;
  if (location.hash !== addressOf("", chosen)) history.pushState(null, "", addressOf(location.pathname, chosen));
  await story.show(chosen);
  await refreshShelf();
}

/** @param {boolean} first */
function welcome(first) {
  page.blank.hidden = first;
  page.blank.textContent = "Choose a story from the shelf, or begin a new one.";
  if (first) begin();
}

function begin() {
  showShelf(false);
  story.visible(false);
  page.blank.hidden = true;
  page.beginning.hidden = false;
  page.beginning.querySelector("input")?.focus();
}

/** @param {boolean} shown */
function showShelf(shown) {
  document.body.classList.toggle("shelf-open", shown);
  page.openShelf.setAttribute("aria-expanded", String(shown));
  if (shown) page.shelf.querySelector("button")?.focus();
}

page.beginning.addEventListener("submit", (event) => {
  event.preventDefault();
  wire
    .call("create", readBeginning(page.beginning))
    .then((made) => {
      page.beginning.reset();
      return open(made.story);
    })
    .catch(acts.failed);
});
byId("begin", HTMLButtonElement).addEventListener("click", begin);
byId("not-now", HTMLButtonElement).addEventListener("click", () => {
  page.beginning.hidden = true;
  if (story.open !== null) story.visible(true);
  else welcome(false);
});
page.openShelf.addEventListener("click", () => showShelf(!document.body.classList.contains("shelf-open")));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.body.classList.contains("shelf-open")) {
    showShelf(false);
    page.openShelf.focus();
  }
});
addEventListener("online", () => wire.connect());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && wire.connect());
addEventListener("hashchange", () => {
  const now = arrive(location, history, sessionStorage);
  if (now.fresh) location.reload();
  else if (now.story !== null && now.story !== story.open) void open(now.story).catch(acts.failed);
});

if (session.token === null) {
  notices.show("wire", { title: "This page needs a key", text: "Open it with: rpc web", kind: "trouble" });
} else {
  wire.connect();
}
