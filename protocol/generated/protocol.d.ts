// Fabula protocol 1.0. Made by `make gen` from the catalogue in protocol/; do not edit.
//
// A field marked `?` may be left out, which says the same as its default. Results and notifications may gain
// fields, and events kinds: ignore what you do not know.

/** The protocol's version, for `hello`. */
export type ProtocolVersion = "1.0";

/** Whose eyes one looks through: nobody's is the truth, several people's is what they know together. */
export type Lens = EntityId[];

/** An object whose fields are not laid down. */
export type Json = Record<string, unknown>;

/** One of the occasion's props that somebody keeps. */
export interface Acquired {
  prop: string;
  by: EntityId;
}

export interface ActCommand {
  do: "act";
  witnesses?: EntityId[] | null;
  who: EntityId;
  /** Null takes it away; left out, it stays. */
  doing?: string | null;
  /** Null takes it away; left out, it stays. */
  attention?: string | null;
  awake?: boolean | null;
  /** Null takes it away; left out, it stays. */
  spot?: string | null;
}

/** Somebody is here now, visibly carrying these things. */
export interface ActivityArrived {
  entity: EntityId;
  container: string;
  slot?: string | null;
  /** @default true */
  awake?: boolean;
  /** @default [] */
  carrying?: PropStated[];
  spot?: string | null;
}

/** All of somebody's activity as it is now. */
export interface ActivityChanged {
  entity: EntityId;
  container?: string | null;
  slot?: string | null;
  doing?: string | null;
  attention?: string | null;
  /** @default true */
  awake?: boolean;
  spot?: string | null;
}

/** Somebody left. `toward` is where to, if that was said or shown to those who perceived it. */
export interface ActivityLeft {
  entity: EntityId;
  container: string;
  toward?: string | null;
}

/** What somebody is seen to be doing, and where; how they look, for those who did not see that change. */
export interface ActivityStated {
  entity: EntityId;
  container?: string | null;
  slot?: string | null;
  doing?: string | null;
  attention?: string | null;
  /** @default true */
  awake?: boolean;
  spot?: string | null;
  appearance?: string | null;
}

export interface AddContainerCommand {
  do: "add_container";
  witnesses?: EntityId[] | null;
  container?: string | null;
  name: string;
  /** @default "" */
  description?: string;
  parent?: string | null;
  /** @default [] */
  slots?: Slot[];
  /** @default [] */
  opens_to?: string[];
  /** @default {} */
  walls?: Walls;
}

export interface AddEntityCommand {
  do: "add_entity";
  witnesses?: EntityId[] | null;
  entity: EntityId;
  name: string;
  /** @default {} */
  identity?: Identity;
  mood?: string | null;
  goals?: string | string[] | null;
  status?: string | null;
}

export interface AddLoreCommand {
  do: "add_lore";
  witnesses?: EntityId[] | null;
  lore?: string | null;
  /** @default [] */
  keys?: string[];
  text: string;
  /** @default [] */
  lens?: Lens;
}

export interface AddPropCommand {
  do: "add_prop";
  witnesses?: EntityId[] | null;
  prop?: string | null;
  name: string;
  in: Place | null;
  /** @default "" */
  description?: string;
  /** @default false */
  closed?: boolean;
  /** @default "" */
  condition?: string;
}

export interface AdvanceThreadCommand {
  do: "advance_thread";
  witnesses?: EntityId[] | null;
  thread: string;
  /** @default "" */
  note?: string;
}

export type Alone = "narrate" | "silent";

export interface AppendParams {
  story: string;
  branch?: string | null;
  commands: Command[];
  expected?: number | null;
  key?: string | null;
}

export interface AppendResult {
  head: number;
  turn: number;
  events: Event[];
}

/**
 * A backup: when and why it was made, its bytes, the head it goes up to, and how much it holds.
 *
 * `check` is null where none is on record: `verify` with its name makes one.
 */
export interface Backup {
  backup: string;
  time: string;
  why: "asked" | "daily" | "migration" | "purge" | "restore";
  size: number;
  head: number;
  stories: number;
  lines: number;
  check: BackupCheck | null;
}

/**
 * What the last check of a backup came to, and when; `why` is empty where it is sound. One that is `damaged` cannot
 * be put back; one that only holds what nobody can read, as the store did, can be.
 */
export interface BackupCheck {
  ok: boolean;
  why: string;
  at: string;
  /** @default false */
  damaged?: boolean;
}

/**
 * The latest first. `folder` is where they lie; `daily` whether they are made by themselves; `sound` names the
 * latest in which nothing was found to be wrong, which is kept however many come after it.
 */
export interface BackupsResult {
  backups: Backup[];
  folder: string;
  daily: boolean;
  sound?: string | null;
}

export interface BindCommand {
  do: "bind";
  witnesses?: EntityId[] | null;
  tone?: string | null;
  note?: string | null;
  habits?: string[] | null;
}

/** A line of history; `came_from` is the branch that was current until this one was made so, to go back to. */
export interface Branch {
  branch: string;
  parent: string | null;
  fork_seq: number;
  kind: string;
  name: string;
  head: number;
  current: boolean;
  came_from?: string | null;
}

/**
 * A line of history that shares its parent's events up to `fork_seq`; the root has no parent.
 *
 * `came_from` is the branch that was current until this one was made so.
 */
export interface BranchCreated {
  branch: string;
  parent?: string | null;
  /** @default 0 */
  fork_seq?: number;
  /** @default "root" */
  branch_kind?: string;
  /** @default "" */
  name?: string;
  came_from?: string | null;
}

/** The branch that the subscription follows now; what a client holds beyond `common` is to be dropped. */
export interface BranchNote {
  subscription: string;
  story: string;
  branch: string;
  head: number;
  common: number;
}

export interface BranchesParams {
  story: string;
}

export interface BranchesResult {
  branches: Branch[];
}

export interface CancelCommand {
  do: "cancel";
  witnesses?: EntityId[] | null;
  occasion: string;
  /** @default "" */
  why?: string;
}

export interface CancelParams {
  id: number | string;
}

export interface CancelResult {
  cancelled: boolean;
}

export interface ChangeContainerCommand {
  do: "change_container";
  witnesses?: EntityId[] | null;
  container: string;
  name?: string | null;
  description?: string | null;
  /** Null takes it away; left out, it stays. */
  parent?: string | null;
  slots?: Slot[] | null;
  opens_to?: string[] | null;
  walls?: Walls | null;
}

export interface ChangeEntityCommand {
  do: "change_entity";
  witnesses?: EntityId[] | null;
  entity: EntityId;
  name?: string | null;
  /** @default {} */
  identity?: Identity;
  mood?: string | null;
  goals?: string | string[] | null;
  status?: string | null;
}

/** Moves or renames an occasion that is not over. Those who know of it learn of it, and whoever joins it. */
export interface ChangeOccasionCommand {
  do: "change_occasion";
  witnesses?: EntityId[] | null;
  occasion: string;
  title?: string | null;
  purpose?: string | null;
  /** Null takes it away; left out, it stays. */
  where?: string | null;
  who?: EntityId[] | null;
  /** Null takes it away; left out, it stays. */
  when?: string | Trigger | null;
}

/** What is different about a prop now, or what it is called; seen by those who see the prop. `who` changes it. */
export interface ChangePropCommand {
  do: "change_prop";
  witnesses?: EntityId[] | null;
  prop: string;
  who?: EntityId | null;
  name?: string | null;
  description?: string | null;
  condition?: string | null;
}

/** One thing that changed, in words for people, and the seqs of the events that it consists of. */
export interface Changed {
  text: string;
  seqs: number[];
}

/** That a prop is there, true or not. */
export interface Claim {
  prop: string;
  in: Place | null;
}

/** Somebody said that a prop is there. Applied only under a lens that contains a believer. */
export interface Claimed {
  by: EntityId;
  believers: EntityId[];
  prop: string;
  name: string;
  in?: Place | null;
}

export interface CloseCommand {
  do: "close";
  witnesses?: EntityId[] | null;
  who: EntityId;
  prop: string;
}

export interface CloseSceneCommand {
  do: "close_scene";
  witnesses?: EntityId[] | null;
  gist?: string | null;
}

/** Only what is named here outlives the occasion. */
export interface CompleteCommand {
  do: "complete";
  witnesses?: EntityId[] | null;
  occasion: string;
  gist: string;
  /** @default [] */
  acquired?: Acquired[];
  /** @default [] */
  learned?: Learned[];
  /** @default [] */
  edges?: Felt[];
}

export interface ContainerAdded {
  container: string;
  name: string;
  /** @default "" */
  description?: string;
  parent?: string | null;
  /** @default [] */
  slots?: Slot[];
  /** @default [] */
  opens_to?: string[];
  /** @default {} */
  walls?: Walls;
}

export interface ContainerChanged {
  container: string;
  name: string;
  /** @default "" */
  description?: string;
  parent?: string | null;
  /** @default [] */
  slots?: Slot[];
  /** @default [] */
  opens_to?: string[];
  /** @default {} */
  walls?: Walls;
}

export interface ContainerRemoved {
  container: string;
  name: string;
}

export interface ContainerView {
  container: string;
  name: string;
  description: string;
  parent: string | null;
  slots: Slot[];
  opens_to: string[];
  walls: Walls;
  present: EntityId[];
}

/** `template` names one or several of `templates`, played in this order before `setup`. */
export interface CreateParams {
  title: string;
  /** @default [] */
  setup?: Command[];
  template?: string | string[] | null;
}

export interface CreateResult {
  story: string;
  branch: string;
  head: number;
}

/**
 * The seqs of any events; that of a line's first part stands for the whole line, and that of the first part's
 * revision for the whole revision.
 */
export interface DeleteParams {
  story: string;
  branch?: string | null;
  targets: number[];
  /** @default false */
  preview?: boolean;
  expected?: number | null;
}

/**
 * `gone` are the seqs that go; `back` what comes back, since it was made of words that stand again. head is
 * missing from a preview.
 */
export interface DeleteResult {
  impact: Impact;
  gone: number[];
  /** @default [] */
  back?: number[];
  head?: number | null;
}

/**
 * What was deleted by the seq that it was named by, and is still out: so much went with it, itself included.
 *
 * `text` are the words of a line or memory; `who` spoke them. Both are empty for anything else.
 */
export interface Deleted {
  seq: number;
  kind: string;
  who: EntityId | null;
  text: string;
  events: number;
}

/** What `reinstate` can bring back, in the order of the story; the latest ones, if there are `more`. */
export interface DeletedView {
  deleted: Deleted[];
  more: boolean;
}

/** So many events and lines, in these stories. */
export interface Difference {
  events: number;
  lines: number;
  stories: Touched[];
}

export interface Draft {
  turn: number;
  line: string;
  speaker: EntityId | null;
  text: string;
}

export interface DropCommand {
  do: "drop";
  witnesses?: EntityId[] | null;
  who: EntityId;
  prop: string;
  spot?: string | null;
  /** @default false */
  hidden?: boolean;
}

/**
 * A directed feeling as it is now; numbers from -5 to 5. `leaning` is how far they have come toward their
 * next value.
 */
export interface EdgeChanged {
  from: EntityId;
  to: EntityId;
  /** @default 0 */
  warmth?: number;
  /** @default 0 */
  trust?: number;
  /** @default 0 */
  tension?: number;
  /** @default "" */
  note?: string;
  /** @default "" */
  because?: string;
  /** @default {} */
  leaning?: Leaning;
}

export interface EdgeView {
  from: EntityId;
  to: EntityId;
  warmth: number;
  trust: number;
  tension: number;
  note: string;
}

export interface EdgesView {
  edges: EdgeView[];
  group: GroupView;
}

/** Says nothing. */
export type Empty = Record<string, unknown>;

/** Name and appearance only: what everybody may know of somebody. */
export interface EntityAdded {
  entity: EntityId;
  name: string;
  /** @default "" */
  appearance?: string;
}

/** The named parts as they are now; what is None is as it was. */
export interface EntityChanged {
  entity: EntityId;
  name?: string | null;
  appearance?: string | null;
  description?: string | null;
  personality?: string | null;
  voice?: string | null;
  examples?: string[] | null;
  talkativeness?: number | null;
  mood?: string | null;
  goals?: string[] | null;
  status?: string | null;
}

export type EntityId = "you" | "a" | "b";

/** All that the lens knows of somebody; null is unknown. */
export interface EntityView {
  entity: EntityId;
  name: string;
  appearance: string;
  description: string | null;
  personality: string | null;
  voice: string | null;
  examples: string[];
  talkativeness: number | null;
  mood: string | null;
  goals: string[];
  status: string | null;
  container: string | null;
  slot: string | null;
  doing: string | null;
  attention: string | null;
  awake: boolean;
  holding: string[];
  spot: string | null;
  wearing: string[];
  carrying: string[];
}

/** The error object of a response. */
export interface Error {
  code: number;
  message: string;
  data?: Json | null;
}

/** New events; `touches` names the views that may now read differently. */
export interface EventNote {
  subscription: string;
  story: string;
  branch: string;
  events: Event[];
  touches: string[];
}

/** Targets that are back, with what went with them; `retires` are what had been made in their place, and goes. */
export interface EventReinstated {
  targets: number[];
  /** @default [] */
  retires?: number[];
}

/**
 * Targets that are taken out of the history from here on; `also` lists for each what goes with it: what it caused
 * and what derives from it. Left out, they are retired: they were made of words that stand no more.
 */
export interface EventRetracted {
  targets: number[];
  /** @default [] */
  also?: number[][];
}

export interface ExplainParams {
  story: string;
  branch?: string | null;
  line: string;
}

/**
 * The prompt of a line, built anew from what stood at the seq `at`; `withheld` has the latest lines and memories.
 *
 * `exact`: whether it comes to the very bytes that were sent; if not, `reason` says why.
 */
export interface ExplainResult {
  line: string;
  speaker: EntityId | null;
  lens: Lens;
  at: number;
  sections: Section[];
  withheld: Withheld[];
  messages: Record<string, string>[];
  tokens: number;
  budget: number;
  model: string;
  endpoint: string;
  params: Json;
  exact: boolean;
  reason: string;
}

export type ExportFormat = "state" | "scene-markdown" | "scene-json" | "transcript" | "character" | "story";

/**
 * What is written, and through whose eyes.
 *
 * `at` rounds down to the end of a commit; a whole story has none. `lens` is the truth if left out, and for `state`
 * all eight. `scene` is the one that is on, or was last. `entity` and `memories` (whether to tell what they remember)
 * are for `character`.
 */
export interface ExportParams {
  story: string;
  branch?: string | null;
  format: ExportFormat;
  at?: number | null;
  lens?: EntityId[] | null;
  scene?: string | null;
  entity?: EntityId | null;
  /** @default false */
  memories?: boolean;
}

/**
 * A file: what to call it, its media type, its size in bytes, and either its bytes (`data`, base64) or, where
 * they are many, the path under which the web door gives them out once, within ten minutes.
 */
export interface ExportResult {
  name: string;
  type: string;
  bytes: number;
  data?: string | null;
  download?: string | null;
}

/** Changes of a feeling, each from -10 to 10; the event holds the result, kept within -5 to 5. */
export interface FeelCommand {
  do: "feel";
  witnesses?: EntityId[] | null;
  from: EntityId;
  to: EntityId;
  /** @default 0 */
  warmth?: number;
  /** @default 0 */
  trust?: number;
  /** @default 0 */
  tension?: number;
  note?: string | null;
  because?: string | null;
}

/** A change of an edge, as in `feel`; a `do` of it may stand there too. */
export interface Felt {
  from: EntityId;
  to: EntityId;
  /** @default "feel" */
  do?: "feel";
  /** @default 0 */
  warmth?: number;
  /** @default 0 */
  trust?: number;
  /** @default 0 */
  tension?: number;
  note?: string | null;
  because?: string | null;
}

/**
 * What is wrong, in words, and the event it was found at; 0 where it is not about one event.
 *
 * `sort`: what is `damaged` is not what was written; what is `unreadable` was written by a faulty program, is passed
 * over by all views and can be purged; what is `derived` is rebuilt from the log.
 */
export interface Finding {
  seq: number;
  why: string;
  /** @default "damaged" */
  sort?: "damaged" | "derived" | "unreadable";
}

/** `at` left out is the head; it rounds down to the end of a commit. */
export interface ForkParams {
  story: string;
  branch?: string | null;
  at?: number | null;
  /** @default "" */
  name?: string;
}

/** `at` is where it forks, as rounded. The current branch stays what it was. */
export interface ForkResult {
  branch: string;
  head: number;
  at: number;
}

/**
 * What a reply is like beside the twelve or so of the same speaker before it.
 *
 * `words` of this one, and what was `usual` (the median); the shares of different n-grams in all of them for n = 1, 2
 * and 3 (`distinct`); the share of this one's triples of words that stood in one before (`copied`); how many before
 * open as it does (`openings`); how many `phrases` recur; whether the latest are much shorter (`shrinking`). It quotes
 * nothing, so that it need not be purged with a line.
 */
export interface Freshness {
  /** @default 0 */
  words?: number;
  /** @default 0.0 */
  usual?: number;
  /** @default [] */
  distinct?: number[];
  /** @default 0.0 */
  copied?: number;
  /** @default 0 */
  openings?: number;
  /** @default 0 */
  phrases?: number;
  /** @default false */
  shrinking?: boolean;
}

/** The group node as it is now. */
export interface GroupChanged {
  /** @default "" */
  tone?: string;
  /** @default "" */
  note?: string;
  /** @default [] */
  habits?: string[];
}

export interface GroupView {
  tone: string;
  note: string;
  habits: string[];
}

export interface HandCommand {
  do: "hand";
  witnesses?: EntityId[] | null;
  who: EntityId;
  prop: string;
  to: EntityId;
  /** @default "held" */
  how?: How;
}

export interface HelloParams {
  client: string;
  protocol: string;
  token?: string | null;
}

export interface HelloResult {
  server: string;
  protocol: string;
  store: string;
  capabilities: Json;
}

/** Another word for `put`. */
export interface HideCommand {
  do: "hide";
  witnesses?: EntityId[] | null;
  who: EntityId;
  prop: string;
  in: Place;
}

export type How = "held" | "worn" | "carried";

/**
 * Who somebody is. Appearance is everybody's to see; the rest is the entity's own.
 *
 * `talkativeness` is from 0 (answers only if addressed) to 10 (always has a say); 5 if never given.
 */
export interface Identity {
  appearance?: string | null;
  description?: string | null;
  personality?: string | null;
  voice?: string | null;
  examples?: string | string[] | null;
  talkativeness?: number | null;
}

/**
 * What an act would change: events by kind, the lines and memories that go, and what of the world reads otherwise.
 *
 * A memory that is `pending` is a summary that will be written anew. `occasions`, `props` and `edges` tell what was
 * and what is then, in truth; `states` by lens every difference, by dotted path: [before, after].
 */
export interface Impact {
  events: Record<string, number>;
  lines: Json[];
  /** @default [] */
  memories?: Json[];
  /** @default [] */
  occasions?: Json[];
  /** @default [] */
  props?: Json[];
  /** @default [] */
  edges?: Json[];
  states: Record<string, Json>;
}

export type ImportFormat = "story" | "character";

/**
 * One of `data` (base64), `path` (of a file; over the Unix socket only) and `upload` (as `POST /upload` answered).
 *
 * `as` is the title of an imported story, or who an imported character is to be (`you`, `a` or `b`); `story` is the
 * one that the character joins, a new one if left out.
 */
export interface ImportParams {
  format: ImportFormat;
  data?: string | null;
  path?: string | null;
  upload?: string | null;
  as?: string | null;
  story?: string | null;
}

/** `created` counts what is new by what it is; `kept` names what the file held that is preserved but not used. */
export interface ImportResult {
  story: string;
  branch: string;
  head: number;
  created: Record<string, number>;
  kept: string[];
}

/**
 * Work that is done behind play: `done` of `of` parts so far, and `why` it did not go on the last time, if so.
 *
 * Work on the whole store has no story: `story` and `branch` are empty.
 */
export interface Job {
  id: string;
  kind: "account" | "backup" | "delete" | "import" | "restore" | "summary" | "verify";
  story: string;
  branch: string;
  what: string;
  state: "running" | "waiting";
  done: number;
  of: number;
  why: string;
}

export interface JobsResult {
  jobs: Job[];
}

/** How far the numbers of a feeling have come toward their next value, each negative where that is a lower one. */
export interface Leaning {
  /** @default 0 */
  warmth?: number;
  /** @default 0 */
  trust?: number;
  /** @default 0 */
  tension?: number;
}

/** A fact that somebody keeps. */
export interface Learned {
  fact: string;
  by: EntityId;
}

/** That a line happened, without its words. */
export interface LineNoticed {
  line: string;
  who: EntityId | null;
  manner: Manner;
  /** @default 0 */
  part?: number;
  /** @default [] */
  to?: EntityId[];
  scene?: string | null;
}

/** Other words for a part of a line; `raw` as in `line.said`. */
export interface LineRevised {
  line: string;
  text: string;
  /** @default 0 */
  part?: number;
  /** @default "" */
  raw?: string;
}

/**
 * One part of a line: its words, and how they were brought out.
 *
 * `mode` is how a model's line came about (reply, continue, impersonate, narrate), empty for the author's;
 * `cut` marks one that was cut short. `answers` is the seq that the line answers, for takes. `raw` is this part as it
 * was typed or written, marks and blanks included, where `text` differs from it: the parts' raw texts make the line's.
 */
export interface LineSaid {
  line: string;
  who: EntityId | null;
  text: string;
  /** @default "speech" */
  manner?: Manner;
  /** @default 0 */
  part?: number;
  /** @default [] */
  to?: EntityId[];
  scene?: string | null;
  /** @default "" */
  mode?: string;
  answers?: number | null;
  /** @default false */
  cut?: boolean;
  /** @default "" */
  raw?: string;
}

/** A line as the lens perceived it: its own fields are those of the first part that the lens sees. */
export interface LineView {
  line: string;
  seq: number;
  who: EntityId | null;
  manner: Manner;
  to: EntityId[];
  text: string;
  parts: PartView[];
  scene: string | null;
  witnesses: EntityId[];
  turn: number;
  take: number;
  takes: number;
  /** @default false */
  cut?: boolean;
  /** @default false */
  noticed?: boolean;
  raw?: string | null;
}

export interface LookIntoCommand {
  do: "look_into";
  witnesses?: EntityId[] | null;
  who: EntityId;
  prop: string;
}

/** An entry of lore given to those of the lens (all, if empty); empty text takes it away. */
export interface LoreSet {
  lore: string;
  keys: string[];
  text: string;
  /** @default [] */
  lens?: Lens;
}

export type Manner = "speech" | "action" | "thought" | "whisper" | "message" | "narration" | "ooc";

export interface MemoriesView {
  memories: MemoryView[];
  more: boolean;
}

/** What its witnesses keep of a moment; significance from 0 to 10; `from` are the seqs it derives from. */
export interface MemoryFormed {
  memory: string;
  gist: string;
  /** @default "episode" */
  memory_kind?: MemoryKind;
  /** @default 5.0 */
  significance?: number;
  /** @default [] */
  from?: number[];
  told_by?: EntityId | null;
  /** @default [] */
  because?: string[];
}

export type MemoryKind = "episode" | "fact" | "summary" | "hearsay";

export interface MemoryView {
  memory: string;
  seq: number;
  text: string;
  kind: string;
  significance: number;
  witnesses: EntityId[];
  from: number[];
  told_by?: EntityId | null;
}

export type Mode = "reply" | "continue" | "impersonate" | "narrate" | "silent";

/**
 * One call of a model: what for, by whom answered, at what cost, and how it ended. Holds no prompt.
 *
 * `recalled` are the seqs that came to the speaker's mind, so that the same do not come at every turn. `budget` (in
 * tokens), `factor` (of the estimate), `may_pass` and `note` (which steered this take alone) are what
 * else the prompt was built by. `freshness` is how the reply compares with those before it; `countered` says why its
 * prompt held a note against decay, if it did.
 */
export interface ModelCalled {
  role: string;
  endpoint: string;
  model: string;
  speaker?: EntityId | null;
  line?: string | null;
  /** @default "" */
  prompt_sha256?: string;
  /** @default 0 */
  prompt_head?: number;
  /** @default {} */
  params?: Json;
  /** @default 0 */
  estimated_tokens?: number;
  prompt_tokens?: number | null;
  completion_tokens?: number | null;
  cached_tokens?: number | null;
  first_token_ms?: number | null;
  total_ms?: number | null;
  /** @default "" */
  finish?: string;
  /** @default "" */
  error?: string;
  /** @default 0 */
  budget?: number;
  /** @default 1.0 */
  factor?: number;
  /** @default false */
  may_pass?: boolean;
  /** @default "" */
  note?: string;
  /** @default [] */
  recalled?: number[];
  freshness?: Freshness | null;
  /** @default "" */
  countered?: string;
}

/** `roles` as configured, `discovered` on this machine's usual ports, `presets` that can be named. */
export interface ModelsResult {
  roles: Json[];
  discovered: Json[];
  presets: Json[];
}

export interface MoveCommand {
  do: "move";
  witnesses?: EntityId[] | null;
  who: EntityId;
  container: string;
  slot?: string | null;
  spot?: string | null;
}

/** Takes nothing. */
export type NoParams = Record<string, never>;

export interface NoteCommand {
  do: "note";
  witnesses?: EntityId[] | null;
  text: string;
  /** @default 0 */
  depth?: number;
}

/** The author's steering note, `depth` lines above the end of the prompt; empty takes it away. */
export interface NoteSet {
  text: string;
  /** @default 0 */
  depth?: number;
}

export interface OccasionCancelled {
  occasion: string;
  title: string;
  /** @default "" */
  why?: string;
}

/** A planned or running occasion as it is now: moved, renamed, or with others. */
export interface OccasionChanged {
  occasion: string;
  title: string;
  /** @default "" */
  purpose?: string;
  where?: string | null;
  /** @default [] */
  who?: EntityId[];
  when?: string | Trigger | null;
}

export interface OccasionCompleted {
  occasion: string;
  title: string;
  /** @default "" */
  gist?: string;
}

export interface OccasionPlanned {
  occasion: string;
  title: string;
  /** @default "" */
  purpose?: string;
  where?: string | null;
  /** @default [] */
  who?: EntityId[];
  when?: string | Trigger | null;
  /** @default [] */
  props?: string[];
}

/** An occasion that is on, as one finds it who comes there. */
export interface OccasionSeen {
  occasion: string;
  title: string;
  where: string;
}

export interface OccasionStarted {
  occasion: string;
  title: string;
  where?: string | null;
  /** @default [] */
  props?: string[];
  /** @default "" */
  why?: string;
}

/** An occasion as the lens knows it; `when` is a story time, a trigger, or null for by hand. */
export interface OccasionView {
  occasion: string;
  title: string;
  status: string;
  purpose: string;
  where: string | null;
  who: EntityId[];
  when: string | Trigger | null;
  props: string[];
  gist: string;
}

export interface OccasionsView {
  occasions: OccasionView[];
}

export interface OpenCommand {
  do: "open";
  witnesses?: EntityId[] | null;
  who: EntityId;
  prop: string;
}

export interface OpenSceneCommand {
  do: "open_scene";
  witnesses?: EntityId[] | null;
  scene?: string | null;
  container: string;
  present: EntityId[];
  /** @default "" */
  title?: string;
  at?: string | null;
}

export interface OpenThreadCommand {
  do: "open_thread";
  witnesses?: EntityId[] | null;
  thread?: string | null;
  title: string;
  /** @default "" */
  note?: string;
}

/** A part of a line; `raw` is it as it was typed or written, with its marks and blanks, where `text` is not that. */
export interface PartView {
  seq: number;
  manner: Manner;
  to: EntityId[];
  text: string;
  witnesses: EntityId[];
  /** @default "" */
  raw?: string;
}

export interface PassTimeCommand {
  do: "pass_time";
  witnesses?: EntityId[] | null;
  minutes: number;
}

/**
 * What stood before the believers' eyes: all that is in the seen places, and so nothing else is there.
 *
 * `scene` and `occasions` are those that are on where they are. Applied only under a lens that contains a believer.
 */
export interface Perceived {
  by: EntityId;
  believers: EntityId[];
  seen: Place[];
  /** @default [] */
  people?: ActivityStated[];
  /** @default [] */
  props?: PropStated[];
  scene?: SceneStated | null;
  /** @default [] */
  occasions?: OccasionSeen[];
}

export type Phase = "started" | "recalling" | "rendering" | "replied" | "reading" | "done" | "failed" | "stopped";

/**
 * Where a prop is: exactly one of a container, an entity, a prop or an occasion.
 *
 * In a container a `slot`, a `spot`, and whether it is `hidden` may be named: what is hidden is not in plain sight. Of
 * an entity: `how` the entity has it. Of a prop: whether it lies `on` the prop, in plain sight, and not in it.
 * Raises ValueError where none or several are named, or what does not go with the one that is.
 */
export interface Place {
  container?: string | null;
  slot?: string | null;
  spot?: string | null;
  /** @default false */
  hidden?: boolean;
  entity?: EntityId | null;
  /** @default "held" */
  how?: How;
  prop?: string | null;
  /** @default false */
  on?: boolean;
  occasion?: string | null;
}

/** `who` know of it (the cast if left out); without a `when` it starts by hand. */
export interface PlanCommand {
  do: "plan";
  witnesses?: EntityId[] | null;
  occasion?: string | null;
  title: string;
  /** @default "" */
  purpose?: string;
  where?: string | null;
  who?: EntityId[] | null;
  when?: string | Trigger | null;
  /** @default [] */
  props?: PlannedProp[];
}

/** A prop that an occasion brings along. */
export interface PlannedProp {
  prop: string;
  name: string;
}

/** `manner` left out: the text is split by its markup (*action*, `thought`, the rest is speech). */
export interface PlayParams {
  story: string;
  branch?: string | null;
  text?: string | null;
  /** @default "you" */
  as?: EntityId;
  manner?: Manner | null;
  /** @default [] */
  to?: EntityId[];
  speaker?: EntityId | null;
  /** @default "reply" */
  mode?: Mode;
  model?: string | null;
  /** @default {} */
  params?: Json;
  expected?: number | null;
  key?: string | null;
}

export interface PlayResult {
  turn: number;
  head: number;
}

/** Somebody in a place, as far as the lens knows. */
export interface Present {
  entity: EntityId;
  name: string;
  container: string | null;
  slot: string | null;
  doing: string | null;
  holding: string[];
  attention: string | null;
  /** @default true */
  awake?: boolean;
  mood?: string | null;
  spot?: string | null;
  /** @default [] */
  wearing?: string[];
  /** @default [] */
  carrying?: string[];
}

export interface ProbeParams {
  base_url?: string | null;
  model?: string | null;
  /** @default "render" */
  role?: Role;
}

export interface ProbeResult {
  endpoint: string;
  ok: boolean;
  why: string;
  report: Json;
}

/** `entity` is for the view of that name, `speaker` for prompt; the rest pages transcript and the like. */
export interface ProjectParams {
  story: string;
  branch?: string | null;
  view: ViewName;
  /** @default [] */
  lens?: Lens;
  at?: number | null;
  entity?: EntityId | null;
  speaker?: EntityId | null;
  scene?: string | null;
  before?: number | null;
  after?: number | null;
  /** @default 100 */
  limit?: number;
}

/** What the speaker would be given now. */
export interface PromptView {
  speaker: EntityId | null;
  lens: Lens;
  sections: Section[];
  messages: Record<string, string>[];
  tokens: number;
  budget: number;
}

export interface PropAdded {
  prop: string;
  name: string;
  in?: Place | null;
  /** @default "" */
  description?: string;
  /** @default false */
  closed?: boolean;
  /** @default "" */
  condition?: string;
}

/** Opened, closed, or told anew; it did not move. */
export interface PropChanged {
  prop: string;
  name: string;
  in?: Place | null;
  /** @default "" */
  description?: string;
  /** @default false */
  closed?: boolean;
  /** @default "" */
  condition?: string;
}

export interface PropMoved {
  prop: string;
  name: string;
  in?: Place | null;
  /** @default "" */
  description?: string;
  /** @default false */
  closed?: boolean;
  /** @default "" */
  condition?: string;
}

export interface PropRemoved {
  prop: string;
  name: string;
}

/** A prop as it is now, as far as it shows. `condition` says what is different about it now, in a phrase. */
export interface PropStated {
  prop: string;
  name: string;
  in?: Place | null;
  /** @default "" */
  description?: string;
  /** @default false */
  closed?: boolean;
  /** @default "" */
  condition?: string;
}

/** A prop where this lens last knew it; `in` null is somewhere unknown. */
export interface PropView {
  prop: string;
  name: string;
  in: Place | null;
  description: string;
  closed: boolean;
  condition: string;
}

export interface ProposalRefused {
  command: Json;
  rule: string;
  why: string;
}

/** `targets` left out: the whole story. `confirm` is true, or the story's id; a preview needs none. */
export interface PurgeParams {
  story: string;
  targets?: number[] | null;
  /** @default false */
  confirm?: boolean | string;
  /** @default false */
  preview?: boolean;
}

/**
 * `purged` counts the events whose words are gone for good; `backups` the backups that held them and are deleted;
 * `beyond` says what cannot be reached from here. A preview tells what would be so, and has two fields more: `events`
 * counts them by kind, on all branches, and `lines` are those among them, but for a whole story.
 */
export interface PurgeResult {
  purged: number;
  backups: number;
  beyond: string;
  events?: Record<string, number> | null;
  lines?: Json[] | null;
}

/** Puts a prop there; those present see it done. It may thereby be hidden, worn, or carried unseen. */
export interface PutCommand {
  do: "put";
  witnesses?: EntityId[] | null;
  who: EntityId;
  prop: string;
  in: Place;
}

/** `kinds` left out are all of them; `at` rounds down to the end of a commit. */
export interface RecallParams {
  story: string;
  branch?: string | null;
  /** @default [] */
  lens?: Lens;
  query: string;
  /** @default 10 */
  k?: number;
  /** @default [] */
  kinds?: RecalledKind[];
  at?: number | null;
}

/** Best first; `at` is the seq as of which was recalled. */
export interface RecallResult {
  at: number;
  memories: Recalled[];
}

/**
 * A line (its id), a memory or an entry of lore. `score` is the sum of its named `parts`.
 *
 * `who` said it, or told it. `from` are the seqs of the line's parts, or those the memory derives from.
 */
export interface Recalled {
  memory: string;
  seq: number;
  kind: RecalledKind;
  text: string;
  score: number;
  parts: Record<string, number>;
  who: EntityId | null;
  witnesses: EntityId[];
  from: number[];
}

export type RecalledKind = "line" | "episode" | "fact" | "summary" | "hearsay" | "lore";

/** A change that prose proposed and a rule refused. */
export interface RefusedProposal {
  rule: string;
  why: string;
}

/**
 * Targets of earlier deletes. `retired` in the answer are summaries that had been written in their place, and what
 * stays out though it was deleted, since the words that it was made of stand no more: it comes back with those.
 */
export interface ReinstateParams {
  story: string;
  branch?: string | null;
  targets: number[];
  expected?: number | null;
}

export interface ReinstateResult {
  head: number;
  back: number[];
  retired: number[];
}

export interface RememberCommand {
  do: "remember";
  witnesses?: EntityId[] | null;
  gist: string;
  by: EntityId[];
  /** @default "episode" */
  kind?: MemoryKind;
  /** @default 5.0 */
  significance?: number;
  /** @default [] */
  from?: number[];
}

export interface RemoveCommand {
  do: "remove";
  witnesses?: EntityId[] | null;
  what: string;
  id: string;
}

export interface RemoveTemplateParams {
  name: string;
}

export interface RereadParams {
  story: string;
  branch?: string | null;
  line: string;
}

/** `reading` is ok, off, unreadable, unavailable or failed; `why` tells more. The end of a turn tells the same. */
export interface RereadResult {
  turn: number;
  reading: string;
  changes: Changed[];
  refused: RefusedProposal[];
  /** @default "" */
  why?: string;
}

export interface ResolveThreadCommand {
  do: "resolve_thread";
  witnesses?: EntityId[] | null;
  thread: string;
  /** @default "" */
  note?: string;
}

export interface RestoreParams {
  backup: string;
  /** @default false */
  preview?: boolean;
}

/**
 * `common` is the last event that the store and the backup share: what came later in the store is lost, what came
 * later in the backup is gained. `head` and `kept` (the backup of what was there) are missing from a preview.
 * `unreadable`: why what is there, or was, cannot be read; then all that the backup holds counts as gained.
 */
export interface RestoreResult {
  backup: string;
  common: number;
  lost: Difference;
  gained: Difference;
  head?: number | null;
  kept?: string | null;
  /** @default "" */
  unreadable?: string;
}

/**
 * `line` left out is the last reply, or what was narrated or written for `you` since. `note` steers the new take
 * alone and is seen by no one else.
 */
export interface RetakeParams {
  story: string;
  branch?: string | null;
  line?: string | null;
  /** @default "" */
  note?: string;
  model?: string | null;
  /** @default {} */
  params?: Json;
}

export interface RetakeResult {
  turn: number;
  branch: string;
}

/**
 * In place: what follows stays, and what derived from the line is read and remembered anew. As a fork: what
 * follows stays on the branch that is left.
 */
export interface ReviseParams {
  story: string;
  branch?: string | null;
  line: string;
  text: string;
  /** @default "in_place" */
  mode?: "fork" | "in_place";
  expected?: number | null;
}

/** `line` is another one in a fork; `revision` is the seq that a `delete` takes back, of one in place. */
export interface ReviseResult {
  head: number;
  branch: string;
  line: string;
  revision?: number | null;
}

export interface RewindParams {
  story: string;
  branch?: string | null;
  to: number;
  /** @default false */
  preview?: boolean;
}

/** `undo` is the branch to switch to; branch, head and undo are missing from a preview. */
export interface RewindResult {
  impact: Impact;
  to: number;
  branch?: string | null;
  head?: number | null;
  undo?: string | null;
}

export type Role = "render" | "read" | "embed";

export interface RoleStatus {
  role: Role;
  endpoint: string;
  model: string;
  ok: boolean | null;
  /** @default "" */
  why?: string;
}

/**
 * `what`: the cast, the places with what is in them, the persona (who `you` are), one character (`entity`), or all
 * of it, with who is where and how they feel. One of the same name is replaced.
 */
export interface SaveTemplateParams {
  story: string;
  branch?: string | null;
  name: string;
  what: TemplateWhat;
  entity?: EntityId | null;
  /** @default "" */
  about?: string;
}

export interface SaveTemplateResult {
  template: Template;
}

export interface SayCommand {
  do: "say";
  witnesses?: EntityId[] | null;
  who: EntityId | null;
  text: string;
  /** @default "speech" */
  manner?: Manner;
  /** @default [] */
  to?: EntityId[];
}

export interface SceneClosed {
  scene: string;
  container: string;
  /** @default "" */
  gist?: string;
}

export interface SceneOpened {
  scene: string;
  container: string;
  /** @default "" */
  title?: string;
  /** @default [] */
  present?: EntityId[];
}

/** A scene that is on, as one finds it who comes into it. */
export interface SceneStated {
  scene: string;
  container: string;
  /** @default "" */
  title?: string;
}

/** The stretch of play that is on; all null where none is, or where the lens does not know it. */
export interface SceneView {
  scene: string | null;
  container: string | null;
  title: string;
  clock: string | null;
  elapsed: number;
  present: Present[];
}

/** Looks for what is hidden in a container, or for all that is in a prop; others see only that somebody searches. */
export interface SearchCommand {
  do: "search";
  witnesses?: EntityId[] | null;
  who: EntityId;
  container?: string | null;
  prop?: string | null;
}

/** An itemised piece of a prompt: what it is called, why it is there, and the seqs it comes from. */
export interface Section {
  name: string;
  tokens: number;
  why: string;
  from: number[];
  text: string;
}

/**
 * The author's hand: absolute values for what is already there.
 *
 * `what` is `prop`, `entity`, `container`, `edge` or `memory`, or without an `id` `clock`, `group` or `story`. Of a
 * story: `writes_for_you`, whether others' prose may move `you` and put words into your mouth (false if never set).
 */
export interface SetCommand {
  do: "set";
  witnesses?: EntityId[] | null;
  what: string;
  id?: string | null;
  values: Json;
}

/**
 * Tells a memory, or in words (`gist`) anything at all; `claims` say where things are. Those who are told keep it
 * as hearsay, whether they believe it or not.
 */
export interface ShareCommand {
  do: "share";
  witnesses?: EntityId[] | null;
  by: EntityId;
  to: EntityId[];
  memory?: string | null;
  gist?: string | null;
  /** @default [] */
  claims?: Claim[];
}

/** Leaves time out: an elision within the scene, or a jump, which closes it. Either `minutes` or `until`. */
export interface SkipTimeCommand {
  do: "skip_time";
  witnesses?: EntityId[] | null;
  mode: "elision" | "jump";
  minutes?: number | null;
  until?: string | null;
  summary?: string | null;
}

/** A named spot of a container and how many entities it holds. */
export interface Slot {
  slot: string;
  /** @default 1 */
  capacity?: number;
}

export interface StartCommand {
  do: "start";
  witnesses?: EntityId[] | null;
  occasion: string;
  /** @default "" */
  why?: string;
}

export interface StatusResult {
  versions: Record<string, string>;
  uptime: number;
  pid: number;
  store: StoreStatus;
  models: RoleStatus[];
  backlog: number;
  counts: Record<string, number>;
  warnings: string[];
}

export interface StopParams {
  story: string;
  branch?: string | null;
  turn?: number | null;
}

export interface StopResult {
  turn: number | null;
  kept: string;
}

export interface StoreStatus {
  path: string;
  bytes: number;
  wal_bytes: number;
  schema: number;
  events: number;
  /** @default "" */
  read_only?: string;
}

export interface StoriesResult {
  stories: StorySummary[];
}

/**
 * How the story is told, as the author wants it: whether others may write for `you`, and who answers where nobody
 * is there who could: the narrator (`narrate`) or nobody (`silent`).
 */
export interface StoryChanged {
  /** @default false */
  writes_for_you?: boolean;
  /** @default "narrate" */
  alone?: Alone;
}

export interface StoryCreated {
  title: string;
}

export interface StorySummary {
  story: string;
  title: string;
  branch: string;
  head: number;
  lines: number;
  updated: string;
}

export interface StreamParams {
  story: string;
  branch?: string | null;
  after?: number | null;
  of_branch?: string | null;
  /** @default true */
  tokens?: boolean;
}

/**
 * `head` is the last event that will be told, or was; as every head, none that was purged. `turns` tells of the
 * story's latest turn since the daemon began, running or over, if there was one.
 */
export interface StreamResult {
  subscription: string;
  branch: string;
  head: number;
  drafts: Draft[];
  /** @default [] */
  turns?: TurnState[];
}

export interface SwitchParams {
  story: string;
  branch: string;
}

export interface SwitchResult {
  branch: string;
  head: number;
}

export interface TakeCommand {
  do: "take";
  witnesses?: EntityId[] | null;
  who: EntityId;
  prop: string;
  /** @default "held" */
  how?: How;
}

/** A line that answers the same; `current` where the current branch shows it. `cut`: it was cut short. */
export interface TakeOf {
  branch: string;
  line: string;
  seq: number;
  who: EntityId | null;
  text: string;
  current: boolean;
  /** @default false */
  cut?: boolean;
}

/** Any of the takes may be named. */
export interface TakesParams {
  story: string;
  branch?: string | null;
  line: string;
}

/** Oldest first. */
export interface TakesResult {
  takes: TakeOf[];
}

/** A cast, places or both to start a story from; `built_in` ones cannot be removed. */
export interface Template {
  name: string;
  what: string;
  title: string;
  about: string;
  cast: TemplateMember[];
  places: string[];
  built_in: boolean;
}

export interface TemplateMember {
  entity: EntityId;
  name: string;
}

export type TemplateWhat = "all" | "cast" | "places" | "persona" | "character";

export interface TemplatesResult {
  templates: Template[];
}

export interface ThreadAdvanced {
  thread: string;
  title: string;
  /** @default "" */
  note?: string;
}

export interface ThreadOpened {
  thread: string;
  title: string;
  /** @default "" */
  note?: string;
}

/** How much an open thread matters to those who witness it, from 0 to 10, as they read the last turn. */
export interface ThreadRated {
  thread: string;
  title: string;
  matters: number;
}

export interface ThreadResolved {
  thread: string;
  title: string;
  /** @default "" */
  note?: string;
}

/** A question of the story; `matters` is how it was last rated, 0 to 10, null where it never was. */
export interface ThreadView {
  thread: string;
  title: string;
  status: string;
  note: string;
  matters?: number | null;
}

export interface ThreadsView {
  threads: ThreadView[];
}

/** What the clock reads now; minutes counted so far where it was never set. */
export interface TimePassed {
  clock: string | null;
  elapsed: number;
  /** @default 0 */
  minutes?: number;
}

export interface TimeSkipped {
  clock: string | null;
  elapsed: number;
  mode: string;
  /** @default 0 */
  minutes?: number;
  /** @default "" */
  summary?: string;
}

/** Something that happened, by story time; `entry` is scene, turn, time, or occasion. */
export interface TimelineEntry {
  entry: string;
  seq: number;
  clock: string | null;
  elapsed: number;
  text: string;
  turn: number;
  scene?: string | null;
  /** @default "" */
  at?: string;
}

export interface TimelineView {
  entries: TimelineEntry[];
  more: boolean;
}

/**
 * A piece of a running draft; `offset` (in Unicode code points) says where it starts in the draft of its kind.
 *
 * An empty piece at 0 takes back all that was told of the text: it turned out to be reasoning, and follows as that.
 */
export interface TokenNote {
  subscription: string;
  branch: string;
  turn: number;
  line: string;
  speaker: EntityId | null;
  kind: "reasoning" | "text";
  offset: number;
  text: string;
}

/** What a story loses or gains; `whole` where it is not there at all before or after. */
export interface Touched {
  story: string;
  title: string;
  events: number;
  lines: number;
  whole: boolean;
}

export interface TranscriptView {
  lines: LineView[];
  more: boolean;
}

/** What makes an occasion due: somebody arriving somewhere, another occasion's end, or a thread's. */
export interface Trigger {
  arrives?: EntityId | null;
  container?: string | null;
  after?: string | null;
  resolved?: string | null;
}

export interface TurnNote {
  subscription: string;
  turn: number;
  phase: Phase;
  line?: string | null;
  detail?: Json | null;
}

/** The phase that a turn was last in. */
export interface TurnState {
  turn: number;
  phase: Phase;
  line?: string | null;
  detail?: Json | null;
}

export interface UnstreamParams {
  subscription: string;
}

/** Which model a role uses from now on; `base_url` is the present one's if left out. */
export interface UseModelParams {
  role: Role;
  model: string;
  base_url?: string | null;
}

export interface UseModelResult {
  role: Role;
  model: string;
  endpoint: string;
}

/** Without `backup`: the store itself. With `replay` every event is folded, on its branch, through every lens. */
export interface VerifyParams {
  backup?: string | null;
  /** @default false */
  replay?: boolean;
}

export interface VerifyResult {
  ok: boolean;
  head: number;
  findings: Finding[];
  seconds: number;
}

export type ViewName = "scene" | "world" | "entity" | "edges" | "transcript" | "memories" | "occasions" | "threads" | "timeline" | "prompt" | "deleted" | "state";

/** What a container's walls let through; both ends must let it through. */
export interface Walls {
  /** @default false */
  sound?: boolean;
  /** @default false */
  sight?: boolean;
}

/**
 * Something that the truth held and the speaker's lens did not, in words for people, and the seqs that tell it.
 *
 * `sort` is line, memory, person, mind, feeling, thing, place, scene, occasion, thread or lore.
 */
export interface Withheld {
  sort: string;
  text: string;
  from: number[];
}

export interface WorldView {
  containers: ContainerView[];
  props: PropView[];
}

/** An entry of the log as it travels. Its `kind` tells what is in `data`. */
export interface Entry<K extends string, D> {
  seq: number;
  branch: string;
  turn: number;
  cause: number | null;
  kind: K;
  version: number;
  at: string;
  witnesses: EntityId[];
  data: D;
}

/** Every method's params and result. */
export interface Methods {
  /** Says who calls and which protocol it speaks; over a WebSocket the first message, with the token. */
  hello: { params: HelloParams; result: HelloResult };
  /** The OpenRPC document of this catalogue. */
  "rpc.discover": { params: NoParams; result: Json };
  /** How the daemon is: versions, uptime, the store's size, the models' health, counts and warnings. */
  status: { params: NoParams; result: StatusResult };
  /** The work behind play that runs or waits: summaries of scenes, and accounts of time that was left out. */
  jobs: { params: NoParams; result: JobsResult };
  /** Cancels a request of this connection by its id. */
  cancel: { params: CancelParams; result: CancelResult };
  /** Replaces the token and closes the connections that used it; over the Unix socket only. */
  rotate_token: { params: NoParams; result: Empty };
  /** All stories, the one last played first. */
  stories: { params: NoParams; result: StoriesResult };
  /** Makes a story, and plays `setup` into it; adds no entities by itself. */
  create: { params: CreateParams; result: CreateResult };
  /** Applies commands in one commit, all of them or none. Accepted at any time. */
  append: { params: AppendParams; result: AppendResult };
  /** A view of the story as of now or of `at`, as the lens knows it (nobody's lens is the truth). */
  project: { params: ProjectParams; result: ProjectResult };
  /** Finds what the lens said, heard or remembers by words, names and times, as of now or of `at`, best first. */
  recall: { params: RecallParams; result: RecallResult };
  /** Subscribes: all events after `after`, then live ones, without a gap and without a repeat. */
  stream: { params: StreamParams; result: StreamResult };
  /** Ends a subscription. */
  unstream: { params: UnstreamParams; result: Empty };
  /** One turn: the line is durable when this answers; the reply follows on the stream. */
  play: { params: PlayParams; result: PlayResult };
  /** Stops the running reply; what was written so far becomes the line, marked as cut short. */
  stop: { params: StopParams; result: StopResult };
  /** The prompt that made a line, itemised, and what was withheld from its speaker. */
  explain: { params: ExplainParams; result: ExplainResult };
  /** Reads the lines of a line's turn into changes of the world once more; answers when that is done. */
  reread: { params: RereadParams; result: RereadResult };
  /** Asks for a reply anew on a sibling branch from just before it; `note` steers that take alone. Where not a word comes of it, the branch from which it was asked is made current again. */
  retake: { params: RetakeParams; result: RetakeResult };
  /** The lines that answer what a line answers, each with the branch on which it lies; `switch` chooses. */
  takes: { params: TakesParams; result: TakesResult };
  /** Gives a line other words: in place (what derived from it is made anew; forks and rewinds keep them) or as a fork from just before it. */
  revise: { params: ReviseParams; result: ReviseResult };
  /** Forks at an earlier point and makes that the current branch; `undo` names the branch to go back to. */
  rewind: { params: RewindParams; result: RewindResult };
  /** Makes a branch from any commit, named or not; the current branch stays what it was. */
  fork: { params: ForkParams; result: ForkResult };
  /** All lines of history of a story. */
  branches: { params: BranchesParams; result: BranchesResult };
  /** Makes another branch the current one. */
  switch: { params: SwitchParams; result: SwitchResult };
  /** Takes events out of the history, with what they caused (no further lines) and what derives from any of it. Where that is a line's revision, its words before stand again, and what derived from them is back. */
  delete: { params: DeleteParams; result: DeleteResult };
  /** Brings back what was deleted by these targets; a summary that had been written in its place goes. */
  reinstate: { params: ReinstateParams; result: ReinstateResult };
  /** Takes away words for good and everywhere, for privacy: of these events and what derives from them, on every branch, or of the whole story; with them the records of the calls of models that may have read them. Order and hash chain stay. A key of what was purged is answered as the first time, whatever is asked with it. It cannot be undone; `preview` tells what would go. */
  purge: { params: PurgeParams; result: PurgeResult };
  /** The models in use by role, those found on this machine's usual ports, and the presets. */
  models: { params: NoParams; result: ModelsResult };
  /** From now on a role uses this model; kept in config.toml. */
  use_model: { params: UseModelParams; result: UseModelResult };
  /** Tries an endpoint and says what it can do. */
  probe: { params: ProbeParams; result: ProbeResult };
  /** Copies the store as it is now into a file, which is checked by chain and by replay before it has a name. */
  backup: { params: NoParams; result: Backup };
  /** The backups that there are, the latest first. */
  backups: { params: NoParams; result: BackupsResult };
  /** Makes the store what a backup holds, or only tells what would be lost. What is there becomes a backup first; turns that run are ended, and every subscription is told by `branch` what it may keep. */
  restore: { params: RestoreParams; result: RestoreResult };
  /** Checks every event against the chain of hashes, and the file itself; `jobs` tells how far it has come. */
  verify: { params: VerifyParams; result: VerifyResult };
  /** Writes a state, a scene, the transcript, a character or a whole story with all its branches as a file. */
  export: { params: ExportParams; result: ExportResult };
  /** Takes a file in, all of it or nothing: a story with all its branches, or a character into a story. */
  import: { params: ImportParams; result: ImportResult };
  /** The casts and places that a story can start from (`template` of `create`): built-in and saved ones. */
  templates: { params: NoParams; result: TemplatesResult };
  /** Keeps a story's cast, places, persona or one character as it is now, to start other stories from. */
  save_template: { params: SaveTemplateParams; result: SaveTemplateResult };
  /** Removes a saved template. */
  remove_template: { params: RemoveTemplateParams; result: Empty };
}

/** Every kind of event and its `data`. */
export interface Payloads {
  "story.created": StoryCreated;
  "story.changed": StoryChanged;
  "entity.added": EntityAdded;
  "entity.changed": EntityChanged;
  "container.added": ContainerAdded;
  "container.changed": ContainerChanged;
  "container.removed": ContainerRemoved;
  "activity.left": ActivityLeft;
  "activity.arrived": ActivityArrived;
  "activity.changed": ActivityChanged;
  "prop.added": PropAdded;
  "prop.moved": PropMoved;
  "prop.changed": PropChanged;
  "prop.removed": PropRemoved;
  "edge.changed": EdgeChanged;
  "group.changed": GroupChanged;
  perceived: Perceived;
  claimed: Claimed;
  "scene.opened": SceneOpened;
  "line.said": LineSaid;
  "line.noticed": LineNoticed;
  "line.revised": LineRevised;
  "scene.closed": SceneClosed;
  "memory.formed": MemoryFormed;
  "note.set": NoteSet;
  "lore.set": LoreSet;
  "occasion.planned": OccasionPlanned;
  "occasion.changed": OccasionChanged;
  "occasion.started": OccasionStarted;
  "occasion.completed": OccasionCompleted;
  "occasion.cancelled": OccasionCancelled;
  "time.passed": TimePassed;
  "time.skipped": TimeSkipped;
  "thread.opened": ThreadOpened;
  "thread.advanced": ThreadAdvanced;
  "thread.rated": ThreadRated;
  "thread.resolved": ThreadResolved;
  "branch.created": BranchCreated;
  "event.retracted": EventRetracted;
  "event.reinstated": EventReinstated;
  "model.called": ModelCalled;
  "proposal.refused": ProposalRefused;
}

/** Every command by its `do`. */
export interface Commands {
  add_entity: AddEntityCommand;
  change_entity: ChangeEntityCommand;
  add_container: AddContainerCommand;
  change_container: ChangeContainerCommand;
  move: MoveCommand;
  act: ActCommand;
  add_prop: AddPropCommand;
  change_prop: ChangePropCommand;
  take: TakeCommand;
  drop: DropCommand;
  hand: HandCommand;
  put: PutCommand;
  hide: HideCommand;
  open: OpenCommand;
  close: CloseCommand;
  look_into: LookIntoCommand;
  search: SearchCommand;
  feel: FeelCommand;
  bind: BindCommand;
  say: SayCommand;
  open_scene: OpenSceneCommand;
  close_scene: CloseSceneCommand;
  pass_time: PassTimeCommand;
  skip_time: SkipTimeCommand;
  plan: PlanCommand;
  change_occasion: ChangeOccasionCommand;
  start: StartCommand;
  complete: CompleteCommand;
  cancel: CancelCommand;
  open_thread: OpenThreadCommand;
  advance_thread: AdvanceThreadCommand;
  resolve_thread: ResolveThreadCommand;
  remember: RememberCommand;
  share: ShareCommand;
  set: SetCommand;
  remove: RemoveCommand;
  note: NoteCommand;
  add_lore: AddLoreCommand;
}

/** Every view's `data`. */
export interface Views {
  scene: SceneView;
  world: WorldView;
  entity: EntityView;
  edges: EdgesView;
  transcript: TranscriptView;
  memories: MemoriesView;
  occasions: OccasionsView;
  threads: ThreadsView;
  timeline: TimelineView;
  prompt: PromptView;
  deleted: DeletedView;
  state: Json;
}

/** Every notification's params. */
export interface Notifications {
  event: EventNote;
  token: TokenNote;
  turn: TurnNote;
  branch: BranchNote;
}

/** The error codes by name. */
export interface ErrorCodes {
  /** The message is not JSON, or nests deeper than 64. */
  PARSE_ERROR: -32700;
  /** The message is JSON but not a request. */
  INVALID_REQUEST: -32600;
  /** There is no such method. */
  METHOD_NOT_FOUND: -32601;
  /** A parameter is missing, unknown or of the wrong type; the message names it. */
  INVALID_PARAMS: -32602;
  /** A fault of the daemon's; its log tells more. */
  INTERNAL_ERROR: -32603;
  /** A limit is reached or a turn is running; `data.retry` says in how many seconds to try again. */
  BUSY: -32001;
  /** No token, or not the right one; `data.why` is what is missing: hello, token or transport. */
  UNAUTHORISED: -32002;
  /** There is no such thing; `data.what` and `data.id` name it. */
  NOT_FOUND: -32003;
  /** A rule of the story refuses; `data.rule`, `data.why` and the index of the `data.command`. */
  REFUSED: -32004;
  /** The story has moved on: `data.expected` was not its `data.head`. */
  CONFLICT: -32005;
  /** The same key came before with another payload. */
  KEY_REUSED: -32006;
  /** No model answers at `data.endpoint`; `data.why`, and `data.retry` in seconds if known. */
  MODEL_UNAVAILABLE: -32007;
  /** The store cannot be written, or not even read; `data.why` says what to do. */
  STORAGE: -32008;
  /** What was to be imported cannot be read; `data.where`, `data.why`. */
  BAD_IMPORT: -32009;
  /** The request was cancelled. */
  CANCELLED: -32800;
}

/** The rules that a refusal (-32004) can name in `data.rule`. */
export type RuleName =
  | "cast_full"
  | "no_identity"
  | "already_there"
  | "one_place"
  | "slot_full"
  | "no_such_slot"
  | "out_of_reach"
  | "not_known_there"
  | "hands_full"
  | "not_held"
  | "inside_itself"
  | "lifecycle"
  | "clock_backwards"
  | "whisper_out_of_reach"
  | "no_addressee"
  | "not_present"
  | "no_scene"
  | "not_theirs"
  | "wrong_value"
  | "not_yours"
  | "not_known"
  | "not_in_prose"
  | "only_thought"
  | "no_such_change";

/** Any event that this version knows, told apart by its `kind`. */
export type Event = { [K in keyof Payloads]: Entry<K, Payloads[K]> }[keyof Payloads];

/** Any command, told apart by its `do`. */
export type Command = Commands[keyof Commands];

/** A view of the story, told apart by `view`. */
export type ProjectResult = {
  [V in keyof Views]: { view: V; at: number; lens: Lens; data: Views[V] };
}[keyof Views];

export type MethodName = keyof Methods;
export type Params<M extends MethodName> = Methods[M]["params"];
export type Result<M extends MethodName> = Methods[M]["result"];

/** What a client sends: one JSON text a line (socket) or a frame (WebSocket). */
export type Request = {
  [M in MethodName]: { jsonrpc: "2.0"; id: number | string; method: M; params?: Methods[M]["params"] };
}[MethodName];

/** What answers a request; `id` is null where the request's could not be read. */
export type Response<M extends MethodName = MethodName> =
  | { jsonrpc: "2.0"; id: number | string; result: Methods[M]["result"] }
  | { jsonrpc: "2.0"; id: number | string | null; error: Error };

/** What comes unasked, after `stream`; told apart by `method`. */
export type Notification = {
  [N in keyof Notifications]: { jsonrpc: "2.0"; method: N; params: Notifications[N] };
}[keyof Notifications];
