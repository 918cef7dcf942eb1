/** The page put together: the connection, the shelf, and the story that is open. Each part is in its own module. */

import { Acts } from "./acts.js";
import { Beginning } from "./beginning.js";
import { byId } from "./dom.js";
import { acceptFiles } from "./dropping.js";
import { explain } from "./explain.js";
import { hasSecrets } from "./eyes.js";
import { Importing } from "./importing.js";
import { Library } from "./library.js";
import { Notices } from "./notices.js";
import { Pictures } from "./pictures.js";
import { addressOf, arrive } from "./session.js";
import { Shelf } from "./shelf.js";
import { StoryPage } from "./story.js";
import { hasEnded } from "./telling.js";
import { Wire } from "./wire.js";

/**
 * @typedef {import("../../protocol/generated/protocol.d.ts").StorySummary} StorySummary
 * @typedef {import("../../protocol/generated/protocol.d.ts").CreateParams} CreateParams
 */

const blank = byId("blank", HTMLElement);
const notices = new Notices(byId("notices", HTMLElement));
const session = arrive(location, history, sessionStorage);
const wire = new Wire({
  url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`,
  token: session.token ?? "",
  open: (url) => new WebSocket(url),
  later: (act, ms) => setTimeout(act, ms),
  heard: (method, note) => {
    if (method === "branch" && note.head === 0 && note.story === story.open) taken("It was deleted just now.");
    story.hear(method, note);
    if ((method === "turn" && hasEnded(note)) || method === "branch") refresh().catch(acts.failed);
  },
  changed: (condition, why) => {
    const way = { label: "Try now", act: () => wire.connect() };
    if (condition === "open") connected().catch(acts.failed);
    if (condition === "waiting") notices.show("wire", { ...explain(why), kind: "news", way });
    if (condition === "refused") notices.show("wire", { ...explain(why), kind: "trouble" });
  },
  another: () => {
    if (story.open !== null) wanted = { story: story.open, title: titleOf(story.open) };
    story.forget();
    const text = "Stories reloaded.";
    notices.show("store", { title: "A backup was restored", text, kind: "news" });
  },
});
const acts = new Acts(wire, notices);
const pictures = new Pictures(session.token ?? "");
const story = new StoryPage(wire, acts, notices, pictures);
const shelf = new Shelf(
  (chosen) => void open(chosen).catch(acts.failed),
  (chosen, where) => void put(chosen, where).catch(acts.failed),
);
const beginning = new Beginning(create, () => {
  beginning.hide();
  if (story.open === null) welcome();
  else story.visible(true);
});
const importing = new Importing(wire, acts, notices, session.token ?? "", async (made) => {
  await refresh();
  await open(made);
});
const library = new Library(pictures, async (template, change) => {
  await importing.ofLibrary(template, change, here());
  await fillLibrary();
});
/** @type {readonly StorySummary[]} */
let stories = [];
/** @type {string | null} the story that was chosen last, and may still have to be asked about */
let opening = null;
/** @type {{story: string | null, title: string | null}} what to open where none is; its title, if it was seen */
let wanted = { story: session.story, title: null };

async function connected() {
  notices.clear("wire");
  await refresh();
  const found = stories.find(({ story, title }) => story === wanted.story && title === (wanted.title ?? title));
  if (story.open !== null && titleOf(story.open) === null) taken("It is no longer here.");
  else if (story.open !== null) await story.resume();
  else if (found) await open(found.story);
  else if (stories.some((one) => one.shelf === "open")) welcome();
  else begin();
}

/** @param {string} id */
function titleOf(id) {
  return stories.find((one) => one.story === id)?.title ?? null;
}

/**
 * The open story is not there any more.
 *
 * @param {string} text
 */
function taken(text) {
  wanted = { story: null, title: null };
  story.forget();
  notices.show("store", { title: "This story is gone", text, kind: "news" });
  refresh().then(welcome).catch(acts.failed);
}

/** Asks for the stories anew: how long each is, and which was played last. */
async function refresh() {
  const [listed, status] = await Promise.all([wire.call("stories", { shelf: "all" }), wire.call("status", {})]);
  stories = listed.stories;
  fill();
  shelf.tell(status.models.find((one) => one.role === "render"), status.backlog);
}

function fill() {
  shelf.fill(stories, story.open);
  story.entitle((story.open !== null && titleOf(story.open)) || "");
}

/** @param {string} chosen */
async function open(chosen) {
  shelf.draw(false);
  blank.hidden = true;
  beginning.hide();
  if (location.hash !== addressOf("", chosen)) history.pushState(null, "", addressOf(location.pathname, chosen));
  opening = chosen;
  const kept = stories.find((one) => one.story === chosen)?.lens ?? null;
  const lens = kept ?? ((await hasSecrets(wire, chosen)) ? null : []);
  if (opening !== chosen) return;
  const shown = story.show(chosen, lens);
  fill();
  await shown;
}

/**
 * Puts a story away, or takes it back and opens it. One that is put away is not open any more.
 *
 * @param {string} chosen
 * @param {"open" | "archive" | "bin"} where
 */
async function put(chosen, where) {
  if (!(await acts.putAway(chosen, where))) return;
  const was = story.open === chosen;
  if (was && where !== "open") {
    wanted = { story: null, title: null };
    story.forget();
    welcome();
  }
  await refresh();
  if (where === "open") await open(chosen);
}

/**
 * @param {CreateParams} params
 * @returns {Promise<boolean>} whether the story was made
 */
async function create(params) {
  try {
    const made = await wire.call("create", params);
    await refresh();
    await open(made.story);
    return true;
  } catch (error) {
    acts.failed(error);
    return false;
  }
}

/** The story that is open, as an import may join it. */
function here() {
  return { story: story.open, title: (story.open && titleOf(story.open)) || "", names: story.names };
}

async function fillLibrary() {
  library.fill((await wire.call("templates", {})).templates);
}

function welcome() {
  blank.hidden = false;
}

function begin() {
  shelf.draw(false);
  story.visible(false);
  blank.hidden = true;
  beginning.show();
  fillLibrary().catch(acts.failed);
}

acceptFiles((files) => {
  shelf.draw(false);
  importing.take(files, here).then(fillLibrary, acts.failed);
});
byId("begin", HTMLButtonElement).addEventListener("click", begin);
addEventListener("online", () => wire.connect());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && wire.connect());
addEventListener("hashchange", () => {
  const now = arrive(location, history, sessionStorage);
  if (now.fresh) location.reload();
  else if (now.story !== null && now.story !== story.open) open(now.story).catch(acts.failed);
});

if (session.token === null) {
  notices.show("wire", { title: "This link is incomplete", text: "Run `rpc web` for a new one.", kind: "trouble" });
} else {
  wire.connect();
}
