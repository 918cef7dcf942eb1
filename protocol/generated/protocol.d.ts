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

/** One of the props of an occasion that somebody keeps. */
export interface Acquired {
  /** The id of the prop. */
  prop: string;
  /** Who keeps it. */
  by: EntityId;
}

/** Somebody does something, attends to something, wakes or falls asleep; what is left out stays as it is. */
export interface ActCommand {
  /** Says which one it is: always `act`. */
  do: "act";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** Who it is. */
  who: EntityId;
  /**
   * What they are doing from now on, in words; null for nothing.
   * Null takes it away; left out, it stays.
   */
  doing?: string | null;
  /**
   * What they attend to from now on, in words; null for nothing.
   * Null takes it away; left out, it stays.
   */
  attention?: string | null;
  /** Whether they are awake from now on. */
  awake?: boolean | null;
  /**
   * Where in their place they are from now on, in a few words; null for nowhere in particular.
   * Null takes it away; left out, it stays.
   */
  spot?: string | null;
}

/** Somebody arrived. */
export interface ActivityArrived {
  /** Who arrived. */
  entity: EntityId;
  /** The container that they are in now. */
  container: string;
  /** The slot of it that they are in; null for none. */
  slot?: string | null;
  /**
   * Whether they are awake.
   * @default true
   */
  awake?: boolean;
  /**
   * What they are seen to carry.
   * @default []
   */
  carrying?: PropStated[];
  /** Where in their place they are, in a few words; null for nowhere in particular. */
  spot?: string | null;
}

/** What somebody is doing now: all of it. */
export interface ActivityChanged {
  /** Who it is. */
  entity: EntityId;
  /** The container that they are in; null for none. */
  container?: string | null;
  /** The slot of it that they are in; null for none. */
  slot?: string | null;
  /** What they are doing, in words. */
  doing?: string | null;
  /** What they attend to, in words. */
  attention?: string | null;
  /**
   * Whether they are awake.
   * @default true
   */
  awake?: boolean;
  /** Where in their place they are, in a few words; null for nowhere in particular. */
  spot?: string | null;
}

/** Somebody left. `toward` is where to, if that was said or shown to those who perceived it. */
export interface ActivityLeft {
  /** Who left. */
  entity: EntityId;
  /** The container that they left. */
  container: string;
  /** The container that they went to, where that was said or shown to those who perceived it; null where not. */
  toward?: string | null;
}

/** What somebody is seen to be doing, and where; how they look, for those who did not see that change. */
export interface ActivityStated {
  /** Who it is. */
  entity: EntityId;
  /** The container that they are in; null if it is not known. */
  container?: string | null;
  /** The slot of it that they are in; null for none. */
  slot?: string | null;
  /** What they are doing, in words. */
  doing?: string | null;
  /** What they attend to, in words. */
  attention?: string | null;
  /**
   * Whether they are awake.
   * @default true
   */
  awake?: boolean;
  /** Where in their place they are, in a few words; null for nowhere in particular. */
  spot?: string | null;
  /** How they look now, for those who did not see it change; null for as known. */
  appearance?: string | null;
}

/** Adds a lorebook: what entries of lore have in common. */
export interface AddBookCommand {
  /** Says which one it is: always `add_book`. */
  do: "add_book";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** An id for the book; left out, the daemon makes one. */
  book?: string | null;
  /** What people call it. */
  name: string;
  /**
   * What it is, in words for people.
   * @default ""
   */
  description?: string;
  /** In how many of the last lines keys are looked for; left out, 6. */
  scan_depth?: number | null;
  /** How many tokens its entries may have in one prompt; left out, a quarter of the prompt, with all other lore. */
  budget?: number | null;
  /**
   * Whether the texts of its entries may bring up others.
   * @default false
   */
  stirring?: boolean;
  /**
   * Those who know of its entries unless an entry says otherwise; left out, everybody.
   * @default []
   */
  lens?: Lens;
  /** The character whose card it came in; left out, none. */
  card?: EntityId | null;
}

/** Makes a container, a place that holds people and props, which everybody knows of. */
export interface AddContainerCommand {
  /** Says which one it is: always `add_container`. */
  do: "add_container";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** An id for the container; left out, the daemon makes one. */
  container?: string | null;
  /** What it is called. */
  name: string;
  /**
   * What it is like.
   * @default ""
   */
  description?: string;
  /** The container that it is in. */
  parent?: string | null;
  /**
   * Its slots.
   * @default []
   */
  slots?: Slot[];
  /**
   * The containers that it opens to.
   * @default []
   */
  opens_to?: string[];
  /**
   * What its walls let through.
   * @default {}
   */
  walls?: Walls;
}

/**
 * Brings somebody into the cast. Name and appearance are for everybody to know, the rest is known to themselves
 * alone.
 */
export interface AddEntityCommand {
  /** Says which one it is: always `add_entity`. */
  do: "add_entity";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** Who they are to be. */
  entity: EntityId;
  /** What they are called. */
  name: string;
  /**
   * Who they are; a bot needs one before it can speak.
   * @default {}
   */
  identity?: Identity;
  /** Their mood. */
  mood?: string | null;
  /** What they want, one or a list. */
  goals?: string | string[] | null;
  /** How they are, in words. */
  status?: string | null;
}

/** Adds an entry of lore: something about the world that a prompt is given when it comes up. */
export interface AddLoreCommand {
  /** Says which one it is: always `add_lore`. */
  do: "add_lore";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** An id for the entry; left out, the daemon makes one. */
  lore?: string | null;
  /**
   * Words that bring it up when they were said lately, in upper or lower case, or regular expressions, written `/…/flags`; without any it is in every prompt.
   * @default []
   */
  keys?: string[];
  /** The entry in words. */
  text: string;
  /**
   * Those who know of it; left out, everybody.
   * @default []
   */
  lens?: Lens;
  /**
   * What people call it; it is in no prompt.
   * @default ""
   */
  name?: string;
  /** The lorebook that it is in; left out, none. */
  book?: string | null;
  /**
   * Which entry of the file that the book came from it is.
   * @default ""
   */
  entry?: string;
  /**
   * When it comes up, and where it stands then.
   * @default {}
   */
  rules?: LoreRules;
}

/** Makes a prop, a thing that can be taken and put somewhere. */
export interface AddPropCommand {
  /** Says which one it is: always `add_prop`. */
  do: "add_prop";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** An id for the prop; left out, the daemon makes one. */
  prop?: string | null;
  /** What it is called. */
  name: string;
  /** Where it is; null is somewhere unknown. */
  in: Place | null;
  /**
   * What it is like.
   * @default ""
   */
  description?: string;
  /**
   * Whether it is closed, so that what is inside is not seen.
   * @default false
   */
  closed?: boolean;
  /**
   * What is different about it now, in a phrase; empty for nothing.
   * @default ""
   */
  condition?: string;
}

/** Says how an open thread stands now. */
export interface AdvanceThreadCommand {
  /** Says which one it is: always `advance_thread`. */
  do: "advance_thread";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** The id of the thread. */
  thread: string;
  /**
   * How it stands now; left out, as before.
   * @default ""
   */
  note?: string;
}

/** Who answers `you` where nobody is there who could: the narrator, or nobody. */
export type Alone = "narrate" | "silent";

export interface AppendParams {
  /** The id of the story, as `create` or `stories` gave it. */
  story: string;
  /** The id of the branch; left out, the story's current branch. */
  branch?: string | null;
  /** The commands, in the order in which they happen. */
  commands: Command[];
  /** The head that you last saw; if the story has moved on, the call is refused with -32005. */
  expected?: number | null;
  /** A word of your own that makes the call safe to repeat: it acts once, and answers the same ever after. */
  key?: string | null;
}

export interface AppendResult {
  /** The last seq of the branch, as of this commit. */
  head: number;
  /** The number of the turn that these events are. */
  turn: number;
  /** The events that came of the commands. */
  events: Event[];
}

/** A copy of the whole store in a file. */
export interface Backup {
  /** The name of the backup, as `restore` and `verify` take it. */
  backup: string;
  /** When it was made, UTC. */
  time: string;
  /** What it was made for: by itself (`daily`), by the method `backup` (`asked`), before a restore or a migration of the file, or in place of those that a purge deleted. */
  why: "asked" | "daily" | "migration" | "purge" | "restore";
  /** The size of the file in bytes. */
  size: number;
  /** The seq of the last event in it. */
  head: number;
  /** How many stories it holds. */
  stories: number;
  /** How many lines it holds. */
  lines: number;
  /** What its last check came to; null where none is on record, and `verify` with its name makes one. */
  check: BackupCheck | null;
}

/** What the last check of a backup came to. */
export interface BackupCheck {
  /** Whether nothing was found to be wrong. */
  ok: boolean;
  /** What is wrong, in words; empty where nothing is. */
  why: string;
  /** When it was checked, UTC. */
  at: string;
  /**
   * Whether it is not what was written, so that it cannot be restored. One with unreadable events, as the store had them, can be.
   * @default false
   */
  damaged?: boolean;
}

/**
 * The latest first. `folder` is where they lie; `daily` whether they are made by themselves; `sound` names the
 * latest in which nothing was found to be wrong, which is kept however many come after it.
 */
export interface BackupsResult {
  /** All backups, the latest first. */
  backups: Backup[];
  /** The folder that they lie in. */
  folder: string;
  /** Whether backups are made by themselves. */
  daily: boolean;
  /** The latest backup in which nothing was found to be wrong, which is kept however many come after it; null where there is none. */
  sound?: string | null;
}

/** Changes the group node, what the cast is like together; what is left out stays as it is. */
export interface BindCommand {
  /** Says which one it is: always `bind`. */
  do: "bind";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** How they are with each other from now on. */
  tone?: string | null;
  /** What else is to be said of them from now on. */
  note?: string | null;
  /** All that they are used to do from now on. */
  habits?: string[] | null;
}

/** A lorebook came in as a file. All of it is kept as it came, for what nothing was made of, and for an export. */
export interface BookKept {
  /** The id of the book. */
  book: string;
  /** The JSON text of the file. */
  file: string;
  /** What the book was called where the file does not say. */
  called: string;
  /** The name that was put in for `{{char}}`. */
  char: string;
  /** The name that was put in for `{{user}}`. */
  user: string;
  /**
   * What its macros were drawn by.
   * @default 0
   */
  seed?: number;
  /** What the story's clock read; null where it was not set. */
  clock?: string | null;
}

/** There is this lorebook, and this is what its entries have in common. */
export interface BookSet {
  /** The id of the book. */
  book: string;
  /** What people call it. */
  name: string;
  /**
   * What it is, in words for people; it is in no prompt.
   * @default ""
   */
  description?: string;
  /** In how many of the last lines keys are looked for; null for the usual number. */
  scan_depth?: number | null;
  /** How many tokens its entries may have in one prompt; null for as many as there is room for. */
  budget?: number | null;
  /**
   * Whether the texts of its entries may bring up others.
   * @default false
   */
  stirring?: boolean;
  /**
   * Those who know of its entries unless an entry says otherwise; empty for everybody.
   * @default []
   */
  lens?: Lens;
  /** The character whose card it came in; null for a file of its own. */
  card?: EntityId | null;
  /**
   * Whether it is taken away.
   * @default false
   */
  removed?: boolean;
}

/** A lorebook: what its entries have in common. */
export interface BookView {
  /** The id of the book. */
  book: string;
  /** What people call it. */
  name: string;
  /** Those who know of its entries unless an entry says otherwise; empty for everybody. */
  lens: Lens;
  /**
   * What it is, in words for people.
   * @default ""
   */
  description?: string;
  /** In how many of the last lines keys are looked for; missing for the usual number. */
  scan_depth?: number | null;
  /** How many tokens its entries may have in one prompt; missing for as many as there is room for. */
  budget?: number | null;
  /**
   * Whether the texts of its entries may bring up others.
   * @default false
   */
  stirring?: boolean;
  /** The character whose card it came in; missing for none. */
  card?: EntityId | null;
}

/** A branch: a history that shares the events of its parent up to where it forks. */
export interface Branch {
  /** The id of the branch. */
  branch: string;
  /** The id of the branch that it forks from; null for the first one. */
  parent: string | null;
  /** The last seq that it shares with its parent; 0 for the first branch. */
  fork_seq: number;
  /** How it came about: `root` (the first one), `fork`, `rewind`, `take` or `revision`. */
  kind: string;
  /** Its name; empty if it was given none. */
  name: string;
  /** The last seq of the branch. */
  head: number;
  /** How many lines it shows. */
  lines: number;
  /** Whether it is the one that is played on. */
  current: boolean;
  /** The branch that was current until this one was made, to go back to; null where it was not made current. */
  came_from?: string | null;
}

/** A branch was made. */
export interface BranchCreated {
  /** The id of the branch. */
  branch: string;
  /** The id of the branch that it forks from; null for the first one. */
  parent?: string | null;
  /**
   * The last seq that it shares with its parent; 0 for the first branch.
   * @default 0
   */
  fork_seq?: number;
  /**
   * How it came about: `root` (the first one), `fork`, `rewind`, `take` or `revision`.
   * @default "root"
   */
  branch_kind?: string;
  /**
   * Its name; empty if it was given none.
   * @default ""
   */
  name?: string;
  /** The branch that was current until this one was made so; null where it was not made current. */
  came_from?: string | null;
}

/**
 * The subscription follows another branch from now on, or the past of its branch has changed. Drop what you hold
 * after `common`; the events after it follow.
 */
export interface BranchNote {
  /** The subscription that this is for. */
  subscription: string;
  /** The id of the story. */
  story: string;
  /** The branch that is followed now. */
  branch: string;
  /** The last seq of that branch; 0 where the story was purged. */
  head: number;
  /** The last seq up to which what you hold is still right. */
  common: number;
}

export interface BranchesParams {
  /** The id of the story. */
  story: string;
}

export interface BranchesResult {
  /** All branches, in the order in which they were made. */
  branches: Branch[];
}

/** Cancels an occasion that is planned or on. */
export interface CancelCommand {
  /** Says which one it is: always `cancel`. */
  do: "cancel";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** The id of the occasion. */
  occasion: string;
  /**
   * Why it is cancelled, in words.
   * @default ""
   */
  why?: string;
}

export interface CancelParams {
  /** The id of the request to be cancelled. */
  id: number | string;
}

export interface CancelResult {
  /** Whether such a request was running; it is answered with -32800. */
  cancelled: boolean;
}

/** A character card came in. All of it is kept as it came, for what nothing was made of, and for an export. */
export interface CardKept {
  /** Who came of it. */
  entity: EntityId;
  /** The JSON text of the card. */
  card: string;
  /** The name that was put in for `{{user}}`. */
  user: string;
  /**
   * The digests of the files that came with it: pictures, sounds. In the text of the card, `sha256:` and a digest stands where a file lay.
   * @default []
   */
  assets?: string[];
  /**
   * What its macros were drawn by.
   * @default 0
   */
  seed?: number;
  /** What the story's clock read; null where it was not set. */
  clock?: string | null;
}

/** The version of a character card. */
export type CardSpec = "v1" | "v2" | "v3";

/** Changes a container; what is left out stays as it is. */
export interface ChangeContainerCommand {
  /** Says which one it is: always `change_container`. */
  do: "change_container";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** The id of the container. */
  container: string;
  /** What it is called from now on. */
  name?: string | null;
  /** What it is like from now on. */
  description?: string | null;
  /**
   * The container that it is in from now on; null for none.
   * Null takes it away; left out, it stays.
   */
  parent?: string | null;
  /** All of its slots from now on; none can go that somebody is in. */
  slots?: Slot[] | null;
  /** All containers that it opens to from now on. */
  opens_to?: string[] | null;
  /** What its walls let through from now on. */
  walls?: Walls | null;
}

/** Changes somebody of the cast; what is left out stays as it is. */
export interface ChangeEntityCommand {
  /** Says which one it is: always `change_entity`. */
  do: "change_entity";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** Who is changed. */
  entity: EntityId;
  /** What they are called from now on. */
  name?: string | null;
  /**
   * Who they are from now on.
   * @default {}
   */
  identity?: Identity;
  /** Their mood; an empty text for none. */
  mood?: string | null;
  /** What they want, one or a list; an empty text for nothing. */
  goals?: string | string[] | null;
  /** How they are; an empty text for nothing to be said. */
  status?: string | null;
}

/** Moves or renames an occasion that is not over. Those who know of it learn of it, and whoever joins it. */
export interface ChangeOccasionCommand {
  /** Says which one it is: always `change_occasion`. */
  do: "change_occasion";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** The id of the occasion. */
  occasion: string;
  /** Its title from now on. */
  title?: string | null;
  /** What it is for from now on. */
  purpose?: string | null;
  /**
   * The container that it will be in; null for wherever the scene is then.
   * Null takes it away; left out, it stays.
   */
  where?: string | null;
  /** Those who are to know of it from now on; who knew of it is told as well. */
  who?: EntityId[] | null;
  /**
   * When it begins: a story time or a trigger; null for when somebody starts it.
   * Null takes it away; left out, it stays.
   */
  when?: string | Trigger | null;
}

/** What is different about a prop now, or what it is called; seen by those who see the prop. `who` changes it. */
export interface ChangePropCommand {
  /** Says which one it is: always `change_prop`. */
  do: "change_prop";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** The id of the prop. */
  prop: string;
  /** Who changes it; left out, it changes by itself. */
  who?: EntityId | null;
  /** What it is called from now on. */
  name?: string | null;
  /** What it is like from now on. */
  description?: string | null;
  /** What is different about it now, in a phrase that replaces the one before. */
  condition?: string | null;
}

export interface ChangeStoryParams {
  /** The id of the story. */
  story: string;
  /** What it is called from now on. */
  title?: string | null;
  /** Where it is kept from now on. */
  shelf?: Shelf | null;
  /** Whether it comes before those that are not pinned. */
  pinned?: boolean | null;
  /** Through whose eyes clients are to show it to who plays it, empty for the truth. */
  lens?: EntityId[] | null;
}

/** One thing that changed. */
export interface Changed {
  /** The change in a sentence, such as `Mara takes the ring`. */
  text: string;
  /** The seqs of the events that it consists of; a `delete` of these takes it back. */
  seqs: number[];
  /**
   * Who perceived all that the sentence says.
   * @default []
   */
  witnesses?: EntityId[];
}

/** A chat of another program came in: its lines come after this event, in turns after this one up to `last_turn`. */
export interface ChatImported {
  /** The program that the chat is from, in words for people. */
  form: string;
  /** How many messages it has. */
  messages: number;
  /** The last turn in which anything of it is said. */
  last_turn: number;
}

/** Somebody who speaks in a chat. */
export interface ChatMember {
  /** What they are called in the chat. */
  name: string;
  /** Who they are in the story; null where the narrator tells what they say. */
  entity: EntityId | null;
  /** How many messages are theirs. */
  messages: number;
}

/** Lines of a chat that came in were read into the world and remembered, as far as there was anything to read. */
export interface ChatRead {
  /** The seqs of the first and the last part of these lines. */
  from: number[];
  /** Whether a model read them; else they were only remembered, by rule. */
  model: boolean;
}

/** The claim that a prop is somewhere, true or not. */
export interface Claim {
  /** The id of the prop. */
  prop: string;
  /** Where it is said to be; null is nowhere known. */
  in: Place | null;
}

/** Somebody said that a prop is somewhere. It changes only what the believers know, never the truth. */
export interface Claimed {
  /** Who said it. */
  by: EntityId;
  /** Those who believe it. */
  believers: EntityId[];
  /** The id of the prop. */
  prop: string;
  /** What it is called. */
  name: string;
  /** Where it is said to be; null is nowhere known. */
  in?: Place | null;
}

/** Somebody closes a prop within reach. */
export interface CloseCommand {
  /** Says which one it is: always `close`. */
  do: "close";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** Who closes it. */
  who: EntityId;
  /** The id of the prop. */
  prop: string;
}

/** Closes the scene that is on. */
export interface CloseSceneCommand {
  /** Says which one it is: always `close_scene`. */
  do: "close_scene";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** What happened in it, as those present are to remember it; left out, a model writes a summary for each of them. */
  gist?: string | null;
}

/** Ends an occasion that is on. Only what is named here outlives it. */
export interface CompleteCommand {
  /** Says which one it is: always `complete`. */
  do: "complete";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** The id of the occasion. */
  occasion: string;
  /** What happened, as those there are to remember it. */
  gist: string;
  /**
   * The props of the occasion that somebody keeps.
   * @default []
   */
  acquired?: Acquired[];
  /**
   * The facts that somebody learned.
   * @default []
   */
  learned?: Learned[];
  /**
   * The feelings that changed.
   * @default []
   */
  edges?: Felt[];
}

/** There is a new container. */
export interface ContainerAdded {
  /** The id of the container. */
  container: string;
  /** What it is called. */
  name: string;
  /**
   * What it is like.
   * @default ""
   */
  description?: string;
  /** The container that it is in; null for none. */
  parent?: string | null;
  /**
   * Its slots.
   * @default []
   */
  slots?: Slot[];
  /**
   * The containers that it opens to.
   * @default []
   */
  opens_to?: string[];
  /**
   * What its walls let through.
   * @default {}
   */
  walls?: Walls;
}

/** A container is otherwise than before: all of it as it is now. */
export interface ContainerChanged {
  /** The id of the container. */
  container: string;
  /** What it is called. */
  name: string;
  /**
   * What it is like.
   * @default ""
   */
  description?: string;
  /** The container that it is in; null for none. */
  parent?: string | null;
  /**
   * Its slots.
   * @default []
   */
  slots?: Slot[];
  /**
   * The containers that it opens to.
   * @default []
   */
  opens_to?: string[];
  /**
   * What its walls let through.
   * @default {}
   */
  walls?: Walls;
}

/** A container is no more. What was believed to be in it is somewhere unknown. */
export interface ContainerRemoved {
  /** The id of the container. */
  container: string;
  /** What it was called. */
  name: string;
}

/** A container, and who is in it where this lens last knew them to be. */
export interface ContainerView {
  /** The id of the container. */
  container: string;
  /** What it is called. */
  name: string;
  /** What it is like. */
  description: string;
  /** The container that it is in; null for none. */
  parent: string | null;
  /** Its slots. */
  slots: Slot[];
  /** The containers that it opens to. */
  opens_to: string[];
  /** What its walls let through. */
  walls: Walls;
  /** Those who are in it. */
  present: EntityId[];
}

/**
 * What a person set right of what a preview told; what is left out stays as it came. The `card` of a preview's
 * answer can be sent back with other words in it. In each text `{{char}}` and `{{user}}` stand for the names.
 */
export interface Corrections {
  /** What the character is called. */
  name?: string | null;
  /** Who they are; what is left out stays as it came, and an empty text takes it away. */
  identity?: Identity | null;
  /** What the story is about; empty for nothing. */
  premise?: string | null;
  /** The author's note to the whole story; empty for none. What a card says of how to write its character stands in `identity`, as `depth_prompt`. */
  note?: string | null;
  /** What the character may say first. */
  greetings?: string[] | null;
  /** As the preview told it; passed over. */
  spec?: CardSpec | null;
  /** As the preview told it; passed over: the param `user` says it. */
  user?: string | null;
  /** As the preview told it; passed over. */
  creator_notes?: string | null;
  /** As the preview told it; passed over: `identity` names the picture. */
  picture?: string | null;
}

export interface CreateParams {
  /** The title of the story. */
  title: string;
  /**
   * Commands to be played into the new story, in one commit.
   * @default []
   */
  setup?: Command[];
  /** The name of a template to start from, or several; they are played in this order, before `setup`. */
  template?: string | string[] | null;
}

export interface CreateResult {
  /** The id of the new story. */
  story: string;
  /** The id of its first branch, which is the current one. */
  branch: string;
  /** The last seq of that branch. */
  head: number;
}

/** What the latest dozen replies of a bot are like. It quotes nothing. */
export interface DecayOf {
  /** Whose replies they are. */
  entity: EntityId;
  /** How many there are. */
  replies: number;
  /** How many words a reply has, by the median. */
  words: number;
  /** For n = 1, 2 and 3: the share of different n-grams among all. */
  distinct: number[];
  /** How many open with the same three words as one before. */
  openings: number;
  /** How many end with the same three words as one before. */
  endings: number;
  /** How many phrases recur in three or more, those apart that name something. */
  phrases: number;
  /** How many entries of the user's list of overused phrases they have. */
  overused: number;
  /** Whether the latest are much shorter than the earlier ones. */
  shrinking: boolean;
  /** How many of the bot's replies, of the latest 500 calls, were cut where they began to write for somebody else. */
  cut_for_others: number;
  /** How many of them were cut where they went round in circles. */
  cut_in_circles: number;
}

/** How each bot repeats itself or shrinks, and how often its replies had to be cut. */
export interface DecayView {
  /** Each bot of the cast. */
  speakers: DecayOf[];
}

export interface DeleteParams {
  /** The id of the story, as `create` or `stories` gave it. */
  story: string;
  /** The id of the branch; left out, the story's current branch. */
  branch?: string | null;
  /** The seqs of what is to be deleted. That of a line's first part stands for the whole line, and that of a revision's first part for the whole revision. */
  targets: number[];
  /**
   * Whether to answer only what would change, and change nothing.
   * @default false
   */
  preview?: boolean;
  /** The head that you last saw; if the story has moved on, the call is refused with -32005. */
  expected?: number | null;
}

/**
 * `gone` are the seqs that go; `back` what comes back, since it was made of words that stand again. head is
 * missing from a preview.
 */
export interface DeleteResult {
  /** What changes with it. */
  impact: Impact;
  /** The seqs of the events that go. */
  gone: number[];
  /**
   * The seqs of events that come back, since the words that they were made of are current again.
   * @default []
   */
  back?: number[];
  /** The last seq of the branch; missing from a preview. */
  head?: number | null;
}

/** Something that was named in a `delete`, and is still deleted. */
export interface Deleted {
  /** The seq that was named; `reinstate` takes it. */
  seq: number;
  /** The kind of the event. */
  kind: string;
  /** Who spoke the line; null for anything else. */
  who: EntityId | null;
  /** The words of the line or memory; empty for anything else. */
  text: string;
  /** How many events were deleted with it, itself included. */
  events: number;
}

/** What `reinstate` can bring back, a page of it: the latest ones. */
export interface DeletedView {
  /** What was deleted, in the order of the story. */
  deleted: Deleted[];
  /** Whether there are earlier ones. */
  more: boolean;
}

/** What a restore takes away or brings. */
export interface Difference {
  /** How many events, in all stories. */
  events: number;
  /** How many lines, in all stories. */
  lines: number;
  /** The stories that this is about. */
  stories: Touched[];
}

/** A reply that is being written now, as far as it was sent. */
export interface Draft {
  /** The turn that the reply belongs to. */
  turn: number;
  /** The id that the line will have. */
  line: string;
  /** Who speaks; null is the narrator. */
  speaker: EntityId | null;
  /** The text so far; the next `token` adjoins it. */
  text: string;
}

/** Somebody puts down a prop that they hold, where they are. */
export interface DropCommand {
  /** Says which one it is: always `drop`. */
  do: "drop";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** Who puts it down. */
  who: EntityId;
  /** The id of the prop. */
  prop: string;
  /** Where in the place it lies, in a few words. */
  spot?: string | null;
  /**
   * Whether it is hidden there, out of plain sight.
   * @default false
   */
  hidden?: boolean;
}

/** An edge as it is now: what somebody feels for somebody else. */
export interface EdgeChanged {
  /** Who feels. */
  from: EntityId;
  /** For whom. */
  to: EntityId;
  /**
   * How warm the feeling is, from -5 to 5.
   * @default 0
   */
  warmth?: number;
  /**
   * How much is trusted, from -5 to 5.
   * @default 0
   */
  trust?: number;
  /**
   * How tense it is between them, from -5 to 5.
   * @default 0
   */
  tension?: number;
  /**
   * The feeling in words.
   * @default ""
   */
  note?: string;
  /**
   * What brought the change about, in words.
   * @default ""
   */
  because?: string;
  /**
   * How far each number has come toward its next value.
   * @default {}
   */
  leaning?: Leaning;
}

/** An edge: what one entity feels for another. */
export interface EdgeView {
  /** Who feels. */
  from: EntityId;
  /** For whom. */
  to: EntityId;
  /** How warm the feeling is, from -5 to 5; 0 is indifferent. */
  warmth: number;
  /** How much is trusted, from -5 to 5. */
  trust: number;
  /** How tense it is between them, from -5 to 5. */
  tension: number;
  /** The feeling in words; empty if there are none. */
  note: string;
}

/** What is felt, as far as the lens knows. */
export interface EdgesView {
  /** The edges that the lens knows something of. */
  edges: EdgeView[];
  /** The group node. */
  group: GroupView;
}

/** Says nothing. */
export type Empty = Record<string, unknown>;

/** Somebody is in the cast: what everybody may know of them. */
export interface EntityAdded {
  /** Who they are. */
  entity: EntityId;
  /** What they are called. */
  name: string;
  /**
   * What everybody can see of them.
   * @default ""
   */
  appearance?: string;
  /**
   * The digest of the picture of them; empty for none.
   * @default ""
   */
  picture?: string;
  /**
   * What they are called besides their name; empty for nothing.
   * @default ""
   */
  nickname?: string;
}

/** What somebody is like now; what is left out is as it was. */
export interface EntityChanged {
  /** Who it is. */
  entity: EntityId;
  /** What they are called. */
  name?: string | null;
  /** What everybody can see of them. */
  appearance?: string | null;
  /** Who they are. */
  description?: string | null;
  /** What they are like. */
  personality?: string | null;
  /** How they speak. */
  voice?: string | null;
  /** Examples of what they say. */
  examples?: string[] | null;
  /** How readily they speak, from 0 to 10. */
  talkativeness?: number | null;
  /** Their mood; empty for none. */
  mood?: string | null;
  /** What they want. */
  goals?: string[] | null;
  /** How they are; empty for nothing to be said. */
  status?: string | null;
  /** How a model is to write them; empty for nothing said. */
  instructions?: string | null;
  /** The same, at the very end of a prompt; empty for nothing said. */
  reminder?: string | null;
  /** The digest of the picture of them; empty for none. */
  picture?: string | null;
  /** How a model is to write them, told among the lines of a prompt; empty for nothing said. */
  depth_prompt?: string | null;
  /** How many lines above the end that stands. */
  depth?: number | null;
  /** What they are called besides their name; empty for nothing. */
  nickname?: string | null;
}

/** Somebody of the story: the user's character (`you`), and up to two bots (`a` and `b`). */
export type EntityId = "you" | "a" | "b";

/** All that the lens knows of somebody; null is unknown. */
export interface EntityView {
  /** Who it is. */
  entity: EntityId;
  /** What they are called. */
  name: string;
  /** What everybody can see of them. */
  appearance: string;
  /** Who they are. */
  description: string | null;
  /** What they are like. */
  personality: string | null;
  /** How they speak. */
  voice: string | null;
  /** Examples of what they say. */
  examples: string[];
  /** From 0 (speaks only if addressed) to 10 (always has a say); null if it was never given, which counts as 5. */
  talkativeness: number | null;
  /** Their mood. */
  mood: string | null;
  /** What they want. */
  goals: string[];
  /** How they are, in words. */
  status: string | null;
  /** The container that they are in. */
  container: string | null;
  /** The slot of it that they are in. */
  slot: string | null;
  /** What they are doing. */
  doing: string | null;
  /** What they attend to. */
  attention: string | null;
  /** Whether they are awake. */
  awake: boolean;
  /** The ids of the props that they hold. */
  holding: string[];
  /** Where in their place they are, in a few words; null for nowhere in particular. */
  spot: string | null;
  /** The ids of the props that they wear. */
  wearing: string[];
  /** The ids of the props that they carry unseen, as far as the lens knows. */
  carrying: string[];
  /** How a model is to write them, which stands in their prompts alone; null for nothing known. */
  instructions?: string | null;
  /** The same, at the very end of these prompts; null for nothing known. */
  reminder?: string | null;
  /** The same, among the lines of these prompts; null for nothing known. */
  depth_prompt?: string | null;
  /** How many lines above the end that stands; null if it was never given, which counts as 4. */
  depth?: number | null;
  /** What they are called besides their name; null for nothing known. */
  nickname?: string | null;
  /** The path under which the web door gives out a picture of them, with the token; null for none. */
  picture?: string | null;
}

/** The error object of a response. */
export interface Error {
  /** The code, as listed under Errors. */
  code: number;
  /** What is wrong, in words for people. */
  message: string;
  /** What a program can act on, as listed under Errors; missing for most standard codes. */
  data?: Json | null;
}

/** New events of the branch that a subscription follows. */
export interface EventNote {
  /** The subscription that this is for. */
  subscription: string;
  /** The id of the story. */
  story: string;
  /** The branch that the subscription follows; an event of an ancestor names its own. */
  branch: string;
  /** The events, in the order of the log. */
  events: Event[];
  /** The views that may read differently after these events, by name. */
  touches: string[];
}

/** Deleted events are part of the branch again. */
export interface EventReinstated {
  /** The seqs that were named; what went with them is back too. */
  targets: number[];
  /**
   * The seqs of what had been made in their place, or of words that are not current any more, and is not in force from here on.
   * @default []
   */
  retires?: number[];
}

/** Events are not part of the branch from here on. */
export interface EventRetracted {
  /** The seqs that were named. Where `also` is empty, they were not deleted but retired, since they were made of words that are not current any more. */
  targets: number[];
  /**
   * For each target, in the same order, the seqs that go with it: what it caused, and what derives from any of that.
   * @default []
   */
  also?: number[][];
}

export interface ExplainParams {
  /** The id of the story, as `create` or `stories` gave it. */
  story: string;
  /** The id of the branch; left out, the story's current branch. */
  branch?: string | null;
  /** The id of a line that a model wrote. */
  line: string;
}

/**
 * The prompt of a line, built anew from what stood at the seq `at`; `withheld` has the latest lines and memories.
 *
 * `exact`: whether it comes to the very bytes that were sent; if not, `reason` says why.
 */
export interface ExplainResult {
  /** The id of the line. */
  line: string;
  /** Who spoke; null is the narrator. */
  speaker: EntityId | null;
  /** The lens that the prompt was built from. */
  lens: Lens;
  /** The seq as of which it was built. */
  at: number;
  /** The prompt in pieces, each with its reason and its sources. */
  sections: Section[];
  /** What is true and was not shown to the speaker; of lines and memories, the latest. */
  withheld: Withheld[];
  /** The prompt as it was sent: messages, each with a `role` (`system`, `user`, `assistant`; or a single `script`, a text to continue) and its `content`. */
  messages: Record<string, string>[];
  /** How many tokens the prompt has, by estimate. */
  tokens: number;
  /** How many tokens the prompt could have. */
  budget: number;
  /** The model that wrote the line. */
  model: string;
  /** Where it was asked: a host (and port), or `embedded`; empty if no record of the call is left. */
  endpoint: string;
  /** The parameters of the call. */
  params: Json;
  /**
   * Why the line ends where it does though the model had not: it began to write for `others`, or went in `circles`; empty where it ended otherwise.
   * @default ""
   */
  cut?: string;
  /**
   * What of the speaker's latest replies the prompt held a note against, in words; empty where it held none.
   * @default ""
   */
  countered?: string;
  /** Whether this is the prompt to the very bytes that were sent. */
  exact: boolean;
  /** Why it is not, in words; empty if `exact`. */
  reason: string;
}

/** What is written: `state` (what is known at a moment, JSON), `scene-markdown` and `scene-json` (one scene), `transcript` (all lines, Markdown), `character` (one entity, JSON), `card` (one entity, as a character card of other programs), `lorebook` (lore, for other programs, JSON), `chat` (all lines with their takes, as SillyTavern keeps a chat), `story` (everything, with all branches, JSON). */
export type ExportFormat = "state" | "scene-markdown" | "scene-json" | "transcript" | "character" | "card" | "lorebook" | "chat" | "story";

export interface ExportParams {
  /** The id of the story, as `create` or `stories` gave it. */
  story: string;
  /** The id of the branch; left out, the story's current branch. */
  branch?: string | null;
  /** What is written, and as what. */
  format: ExportFormat;
  /** As of which seq, rounded down to the end of a commit; left out, the head. A `story` is written whole, so it takes none. */
  at?: number | null;
  /** Through whose eyes; left out, the truth, and for `state` every lens. `character`, `card` and `story` take none. */
  lens?: EntityId[] | null;
  /** For `scene-markdown` and `scene-json`: the id of the scene; left out, the one that is on, or was last. */
  scene?: string | null;
  /** For `character` and `card`: who is written. */
  entity?: EntityId | null;
  /** For `card`: its version; left out, `v2`, which most programs read. For `lorebook`: its form, `sillytavern` (a world file), `v2` (the book of a card) or `v3`; left out, the one that it came in, or `sillytavern`. */
  spec?: "sillytavern" | "v2" | "v3" | null;
  /** For `lorebook`: which; left out, the only one of the story, or all of its lore together. */
  book?: string | null;
  /** For `card`: the sort of file; left out, `json`. A `png` is the picture of the character with the card in it, a `charx` (of version 3 only) holds the card with its pictures. For `chat`: `jsonl` (left out), as SillyTavern keeps it, or `markdown`, to be read by people. */
  as?: "charx" | "json" | "jsonl" | "markdown" | "png" | null;
  /**
   * For `character`: whether what they remember is written too.
   * @default false
   */
  memories?: boolean;
}

/** A file. Its bytes are in `data`; where they are more than 1 MiB, they are fetched from `download` instead. */
export interface ExportResult {
  /** A name for the file. */
  name: string;
  /** The media type of the file. */
  type: string;
  /** The size of the file in bytes. */
  bytes: number;
  /** The bytes in base64; missing where there is a `download`. */
  data?: string | null;
  /** The path under which the web door gives the bytes out, once, within ten minutes; missing where there is `data`. */
  download?: string | null;
}

/**
 * Changes an edge, what somebody feels for somebody else. The numbers are added to those that stand, and the sum is
 * kept within -5 to 5.
 */
export interface FeelCommand {
  /** Says which one it is: always `feel`. */
  do: "feel";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** Who feels. */
  from: EntityId;
  /** For whom. */
  to: EntityId;
  /**
   * How much warmer the feeling gets; a negative number makes it colder.
   * @default 0
   */
  warmth?: number;
  /**
   * How much the trust grows; a negative number makes it shrink.
   * @default 0
   */
  trust?: number;
  /**
   * How much the tension grows; a negative number makes it shrink.
   * @default 0
   */
  tension?: number;
  /** The feeling in words from now on; left out, as before. */
  note?: string | null;
  /** What brought the change about, in words. */
  because?: string | null;
}

/** A change of an edge that an occasion brought about, with the fields of the command `feel`. */
export interface Felt {
  /** Who feels. */
  from: EntityId;
  /** For whom. */
  to: EntityId;
  /**
   * Always `feel`, and may be left out.
   * @default "feel"
   */
  do?: "feel";
  /**
   * How much warmer the feeling gets; a negative number makes it colder.
   * @default 0
   */
  warmth?: number;
  /**
   * How much the trust grows; a negative number makes it shrink.
   * @default 0
   */
  trust?: number;
  /**
   * How much the tension grows; a negative number makes it shrink.
   * @default 0
   */
  tension?: number;
  /** The feeling in words from now on; left out, as before. */
  note?: string | null;
  /** What brought the change about, in words. */
  because?: string | null;
}

/** Something that a check found to be wrong. */
export interface Finding {
  /** The event that it was found at; 0 where it is not about one event. */
  seq: number;
  /** What is wrong, in words. */
  why: string;
  /**
   * `damaged` is not what was written; `unreadable` was written by a faulty program, is passed over by all views and can be purged; `derived` is rebuilt from the log.
   * @default "damaged"
   */
  sort?: "damaged" | "derived" | "unreadable";
}

export interface ForkParams {
  /** The id of the story, as `create` or `stories` gave it. */
  story: string;
  /** The id of the branch; left out, the story's current branch. */
  branch?: string | null;
  /** The seq to fork at, rounded down to the end of a commit; left out, the head. */
  at?: number | null;
  /**
   * A name for the branch.
   * @default ""
   */
  name?: string;
}

/** `at` is where it forks, as rounded. The current branch stays what it was. */
export interface ForkResult {
  /** The id of the new branch; the current one stays what it was. */
  branch: string;
  /** The last seq of the new branch, which begins with an event of its own. */
  head: number;
  /** The seq that it forks at, as rounded. */
  at: number;
}

/**
 * What a reply is like beside the dozen of the same speaker before it. It quotes nothing, so it may stay when a
 * line is purged.
 */
export interface Freshness {
  /**
   * How many words it has.
   * @default 0
   */
  words?: number;
  /**
   * How many words those before it have, by the median.
   * @default 0.0
   */
  usual?: number;
  /**
   * For n = 1, 2 and 3: the share of different n-grams among all in all of them.
   * @default []
   */
  distinct?: number[];
  /**
   * The share of its triples of words that stand in one before.
   * @default 0.0
   */
  copied?: number;
  /**
   * How many of those before open with the same words.
   * @default 0
   */
  openings?: number;
  /**
   * How many of those before end with the same words.
   * @default 0
   */
  endings?: number;
  /**
   * How many phrases recur in them, those apart that name something.
   * @default 0
   */
  phrases?: number;
  /**
   * How many entries of the user's list of overused phrases it has.
   * @default 0
   */
  overused?: number;
  /**
   * Whether the latest are much shorter than the earlier ones.
   * @default false
   */
  shrinking?: boolean;
}

/** The group node as it is now: what the cast is like together. */
export interface GroupChanged {
  /**
   * How they are with each other.
   * @default ""
   */
  tone?: string;
  /**
   * What else is to be said of them.
   * @default ""
   */
  note?: string;
  /**
   * What they are used to do.
   * @default []
   */
  habits?: string[];
}

/** The group node: what the cast is like together. */
export interface GroupView {
  /** How they are with each other. */
  tone: string;
  /** What else is to be said of them. */
  note: string;
  /** What they are used to do. */
  habits: string[];
}

/** Somebody gives a prop that they hold, or that is within reach, to somebody else in the same container. */
export interface HandCommand {
  /** Says which one it is: always `hand`. */
  do: "hand";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** Who gives it. */
  who: EntityId;
  /** The id of the prop. */
  prop: string;
  /** Who gets it. */
  to: EntityId;
  /**
   * How the other has it from now on.
   * @default "held"
   */
  how?: How;
}

export interface HelloParams {
  /** The name of your program, in your own words. */
  client: string;
  /** The version of the protocol that you speak, `major.minor`; a server of another major version refuses. */
  protocol: string;
  /** The content of the daemon's token file; needed over a WebSocket, ignored over the Unix socket. */
  token?: string | null;
}

export interface HelloResult {
  /** The name and version of the daemon, such as `fabula 0.1.0`. */
  server: string;
  /** The version of the protocol that the daemon speaks. */
  protocol: string;
  /** The name of the store; another name than before means that the seqs you hold belong to other events. */
  store: string;
  /** What this daemon can do: `limits` (as under Limits), `methods` (their names), and `http`, the base URL of the web door. */
  capabilities: Json;
}

/** Another word for `put`. */
export interface HideCommand {
  /** Says which one it is: always `hide`. */
  do: "hide";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** Who puts it there. */
  who: EntityId;
  /** The id of the prop. */
  prop: string;
  /** Where it is put. */
  in: Place;
}

/** How somebody has a thing: held in a hand, seen by all; worn, seen by all; or carried in a pocket, a sleeve or a bag, unseen by others. Only what is held takes a hand. */
export type How = "held" | "worn" | "carried";

/** Who somebody is. In a change, what is left out stays as it is. */
export interface Identity {
  /** What everybody can see of them. */
  appearance?: string | null;
  /** Who they are; only they know it, as all that follows. */
  description?: string | null;
  /** What they are like. */
  personality?: string | null;
  /** How they speak. */
  voice?: string | null;
  /** Examples of what they say, one or a list. */
  examples?: string | string[] | null;
  /** How readily they speak, from 0 (only if addressed) to 10 (always has a say); 5 if never given. */
  talkativeness?: number | null;
  /** How a model is to write them. It stands in the prompts of this character alone, as the author's style does. */
  instructions?: string | null;
  /** The same, at the very end of these prompts, after all that was said. */
  reminder?: string | null;
  /** The same, among the lines of these prompts; empty for nothing. */
  depth_prompt?: string | null;
  /** How many lines above the end that stands; 4 if never given. */
  depth?: number | null;
  /** What they are called besides their name, as everybody knows; empty for nothing. */
  nickname?: string | null;
  /** The picture that everybody knows of them: one that an import kept, by its digest; empty for none. It stands in no prompt. */
  picture?: string | null;
}

/** What an act changes, or would change. */
export interface Impact {
  /** How many events go, by kind. */
  events: Record<string, number>;
  /** The lines that go, each with its `line`, `seq`, `who` and `text`. */
  lines: Json[];
  /**
   * The memories that go, each with its `memory`, `seq`, `kind`, `text`, `witnesses`, and `pending`: whether it is a summary that will be written again.
   * @default []
   */
  memories?: Json[];
  /**
   * The occasions whose status changes in truth: `occasion`, `before` and `after`; null where there is none.
   * @default []
   */
  occasions?: Json[];
  /**
   * The props whose place changes in truth: `prop`, `before` and `after`; null where it is nowhere known.
   * @default []
   */
  props?: Json[];
  /**
   * The edges that change in truth: `edge` (such as `a>you`), `before` and `after`; null where there is none.
   * @default []
   */
  edges?: Json[];
  /** Every difference of a state, by lens (`truth`, `you`, `a`, `you+a`, …) and by dotted path: a list of the value before and the value after. */
  states: Record<string, Json>;
}

/** What a file holds: a whole story with its branches, one character, a character card of another program (version 1, 2 or 3; JSON, PNG or CHARX), a picture of somebody (PNG, JPEG, GIF or WebP), a lorebook of another program (SillyTavern's world info, the book of a card, or a file of version 3; JSON), or a chat of another program (SillyTavern's JSON lines, and some plain forms). */
export type ImportFormat = "story" | "character" | "card" | "picture" | "lorebook" | "chat";

/** The file is named by exactly one of `data`, `path`, `upload` and `template`. */
export interface ImportParams {
  /** What the file holds; found out if left out. */
  format?: ImportFormat | null;
  /** The bytes of the file in base64. */
  data?: string | null;
  /** The absolute path of the file; over the Unix socket only. */
  path?: string | null;
  /** The word that `POST /upload` answered with. */
  upload?: string | null;
  /** The name of a saved template of one character, or of a persona, that comes in as a card does. */
  template?: string | null;
  /** For a `story`: its title, instead of the one in the file. For a `character` or a `card`: who it becomes, `you`, `a` or `b`. For a `picture`: whose it is. For a `lorebook`: its name. For a `chat`: the title of the new story, or who its one character is. */
  as?: string | null;
  /** For a `character`, a `card` or a `lorebook`: the story that it joins; left out, a new one is made. For a `picture`: the story of whose cast somebody is shown by it. For a `chat`: the story at whose end its lines are told; whoever has the name of somebody there is that one. */
  story?: string | null;
  /** For a `character` or a `card`, instead of `story`: the name of a template under which it is saved, to start stories from; one that was saved under the same name is replaced. No story is made. */
  library?: string | null;
  /** For a `character` or a `card` that starts a new story: the name of a saved template of a persona or a character, who `you` is in it. */
  persona?: string | null;
  /** For a `lorebook`, and the one in a `card`: who knows its entries; an empty list for everybody. Left out, the character of the card, and of a lorebook by itself everybody. */
  lens?: EntityId[] | null;
  /** For a `card` or a `lorebook`: what its macros are drawn by, such as a preview answered; left out, another each time. */
  seed?: number | null;
  /** For a `card` or a `lorebook`: the name that is put in for `{{user}}`; left out, that of the story's player, or `You`, which the player of a new story that begins with a card is then called. For a `chat`: what the player's character is called; in a text file, which of the names. */
  user?: string | null;
  /** For a `chat`: the one or two characters that the story is about, by name; the narrator tells what others say. Needed where more than two speak. */
  speakers?: string[] | null;
  /** For a `card`: what a person set right of it before it comes in. */
  card?: Corrections | null;
  /**
   * Whether to say only what would be made.
   * @default false
   */
  preview?: boolean;
}

/**
 * `created` counts what is new by what it is; `kept` names what the file held that is preserved but not used. A
 * preview names no story.
 */
export interface ImportResult {
  /** The id of the new story, or of the one that the character joined. */
  story?: string | null;
  /** The current branch of that story. */
  branch?: string | null;
  /** The last seq of that branch. */
  head?: number | null;
  /** How many new things there are, by what they are, such as `events`, `branches` and `memories`. */
  created: Record<string, number>;
  /** What the file held that is preserved but not used, one name each. */
  kept: string[];
  /**
   * What a person should look at, a sentence each.
   * @default []
   */
  odd?: string[];
  /** Of a `card`: what it comes to. */
  card?: ImportedCard | null;
  /** Of a `chat`: what it comes to. */
  chat?: ImportedChat | null;
  /** Of a `lorebook`, and of the one in a `card`: what it comes to. */
  lorebook?: ImportedBook | null;
  /** What macros were drawn by; missing where none were. */
  seed?: number | null;
  /** Of what joined a story: the seq to `rewind` to, which takes all of it back in one step. */
  undo?: number | null;
  /** The name of the template that was saved, with `library`. */
  template?: string | null;
  /** Of a `chat`: the id under which `jobs` lists its being read, as long as that takes. */
  job?: string | null;
}

/** What a lorebook comes to, with the names in it. */
export interface ImportedBook {
  /** What the book is called. */
  name: string;
  /** What it is, in words for people. */
  description: string;
  /** Who knows its entries; empty for everybody. */
  lens: Lens;
  /** How many entries it has. */
  count: number;
  /** The entries, the first three hundred. */
  entries: ImportedEntry[];
}

/** What a character card comes to, with the names in it. */
export interface ImportedCard {
  /** The version of the card. */
  spec: CardSpec;
  /** What the character is called. */
  name: string;
  /** The name that stands for `{{user}}`. */
  user: string;
  /** Who they are; what everybody can see is split from the description by guess. */
  identity: Identity;
  /** What the story is about; empty where the card does not say, or the story has a premise. */
  premise: string;
  /** The author's note to the whole story; empty for none, as every card has it, or where the story has one. */
  note: string;
  /** What the character may say first, each a take of the first line. */
  greetings: string[];
  /** What the creator of the card tells people; it is in no prompt. */
  creator_notes: string;
  /** In a preview, the picture of the character as a `data:` address, where it has at most 1 MiB. */
  picture?: string | null;
}

/** What a chat comes to. */
export interface ImportedChat {
  /** The program that it is from, in words for people. */
  form: string;
  /** Who speaks, the player's names first. */
  cast: ChatMember[];
  /** How many messages the narrator tells, besides those of others. */
  narrated: number;
  /** How many messages were hidden from the model. They are kept, and stand in no prompt. */
  hidden: number;
  /** How many messages not everybody was there for. */
  partial: number;
  /** When the first message was sent, as far as that is known. */
  first: string | null;
  /** When the last one was. */
  last: string | null;
}

/** What an entry of a lorebook comes to. */
export interface ImportedEntry {
  /** What people call it. */
  name: string;
  /** What brings it up, the first twenty. */
  keys: string[];
  /** It in words; of a long text the beginning. */
  text: string;
  /** When it comes up, and where it stands then. */
  rules: LoreRules;
}

/** A piece of work that is done behind play. */
export interface Job {
  /** The id of the work, unique among what runs now. */
  id: string;
  /** What is done: a scene is summed up (`summary`), time that was left out is (`account`), texts are embedded for `recall` (`embed`), an imported chat is read into the world and remembered (`read`), or a long call runs. */
  kind: "account" | "backup" | "delete" | "embed" | "import" | "read" | "restore" | "summary" | "verify";
  /** The story it is about; empty where it is about the whole store. */
  story: string;
  /** The branch it is about; empty where it is about the whole store. */
  branch: string;
  /** The work in words for people. */
  what: string;
  /** Whether it is being done now or is still to be done. */
  state: "running" | "waiting";
  /** How many of its parts are done. */
  done: number;
  /** How many parts it has; 0 where that is not known yet. */
  of: number;
  /** Why the last try came to nothing, in words; empty if there was no such try. */
  why: string;
}

export interface JobsResult {
  /** The work that runs or waits. */
  jobs: Job[];
}

/** How far the numbers of a feeling have come toward their next value, each negative where that is a lower one. */
export interface Leaning {
  /**
   * How far warmth has come.
   * @default 0
   */
  warmth?: number;
  /**
   * How far trust has come.
   * @default 0
   */
  trust?: number;
  /**
   * How far tension has come.
   * @default 0
   */
  tension?: number;
}

/** A fact that somebody learned at an occasion, and remembers. */
export interface Learned {
  /** The fact in words. */
  fact: string;
  /** Who learned it. */
  by: EntityId;
}

/** A part of a line was perceived without its words, as others perceive a whisper. */
export interface LineNoticed {
  /** The id of the line. */
  line: string;
  /** Who brought it out. */
  who: EntityId | null;
  /** How it was brought out. */
  manner: Manner;
  /**
   * Which part of the line it is, from 0.
   * @default 0
   */
  part?: number;
  /**
   * Whom it is meant for.
   * @default []
   */
  to?: EntityId[];
  /** The scene in which it was said; null for none. */
  scene?: string | null;
}

/** A part of a line has other words. */
export interface LineRevised {
  /** The id of the line. */
  line: string;
  /** The words that it has now. */
  text: string;
  /**
   * Which part of the line it is, from 0.
   * @default 0
   */
  part?: number;
  /**
   * The part as it was typed, marks and blanks included, where `text` differs from it.
   * @default ""
   */
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
  /** The id of the line. */
  line: string;
  /** Who brought it out; null is the narrator. */
  who: EntityId | null;
  /** The words. */
  text: string;
  /**
   * How it was brought out.
   * @default "speech"
   */
  manner?: Manner;
  /**
   * Which part of the line it is, from 0.
   * @default 0
   */
  part?: number;
  /**
   * Whom it is meant for.
   * @default []
   */
  to?: EntityId[];
  /** The scene in which it was said; null for none. */
  scene?: string | null;
  /**
   * How a model came to write it: `reply`, `continue`, `impersonate` or `narrate`; empty for what a person wrote.
   * @default ""
   */
  mode?: string;
  /** The seq that the line answers; lines that answer the same seq are takes of each other. Null for what a person wrote. */
  answers?: number | null;
  /**
   * Whether it was cut short.
   * @default false
   */
  cut?: boolean;
  /**
   * The part as it was typed or written, marks and blanks included, where that differs from the words; the parts of a line together give the whole line.
   * @default ""
   */
  raw?: string;
}

/**
 * A line as the lens perceived it: `seq`, `manner`, `to` and `witnesses` are those of the first part that the lens
 * sees.
 */
export interface LineView {
  /** The id of the line. */
  line: string;
  /** The event that states that part. */
  seq: number;
  /** Who brought it out; null is the narrator. */
  who: EntityId | null;
  /** How that part is brought out. */
  manner: Manner;
  /** Whom that part is meant for. */
  to: EntityId[];
  /** The words of all parts that the lens sees, joined. */
  text: string;
  /** The parts that the lens sees. */
  parts: PartView[];
  /** The scene in which it was said; null for none. */
  scene: string | null;
  /** Those who perceived that part, as far as the lens can tell. */
  witnesses: EntityId[];
  /** The turn that it belongs to. */
  turn: number;
  /** Which of its takes it is, from 1; the older ones come first. */
  take: number;
  /** How many takes there are, this one included. */
  takes: number;
  /**
   * Whether it was cut short.
   * @default false
   */
  cut?: boolean;
  /**
   * Whether the lens only noticed that a whisper happened, without its words.
   * @default false
   */
  noticed?: boolean;
  /** The line as it was typed or written, where the lens sees all of it; null where it does not. */
  raw?: string | null;
}

/**
 * Somebody looks into a prop within reach, closed or not. Only they see what is inside; the others see them
 * look.
 */
export interface LookIntoCommand {
  /** Says which one it is: always `look_into`. */
  do: "look_into";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** Who looks. */
  who: EntityId;
  /** The id of the prop. */
  prop: string;
}

/** The lore that the lens knows of. */
export interface LoreAllView {
  /** The entries, in the order in which they came to be known. */
  lore: LoreView[];
  /** The lorebooks. */
  books: BookView[];
}

/** What the secondary keys of an entry of lore ask for: that `any` or `all` of them were said, or that none of them was (`not_any`), or not all (`not_all`). */
export type LoreLogic = "any" | "all" | "not_any" | "not_all";

/** When an entry of lore comes up, and where it stands then. */
export interface LoreRules {
  /**
   * Whether it can come up at all.
   * @default true
   */
  enabled?: boolean;
  /**
   * Whether it comes up always, whatever its keys are.
   * @default false
   */
  constant?: boolean;
  /**
   * Secondary keys, which narrow what the keys bring up.
   * @default []
   */
  secondary?: string[];
  /**
   * What the secondary keys ask for.
   * @default "any"
   */
  logic?: LoreLogic;
  /**
   * Further keys, any of which must have been said too.
   * @default []
   */
  also?: string[];
  /**
   * Keys that keep it away if any of them was said.
   * @default []
   */
  never?: string[];
  /**
   * Whether all keys are regular expressions; those that are written `/…/flags` are in any case.
   * @default false
   */
  regex?: boolean;
  /**
   * Whether upper and lower case are told apart.
   * @default false
   */
  case?: boolean;
  /**
   * Whether a key must stand by itself, and not within a longer word.
   * @default false
   */
  whole_words?: boolean;
  /** In how many of the last lines keys are looked for; null for as many as its book says. */
  scan_depth?: number | null;
  /**
   * Where it stands among others that come up: a lower one goes before.
   * @default 100
   */
  order?: number;
  /**
   * Which stay where there is no room for all: those of the highest priority, then those of the highest order.
   * @default 0
   */
  priority?: number;
  /**
   * How often it comes up when it might, in percent.
   * @default 100
   */
  probability?: number;
  /**
   * Of those that share a group, one comes up; empty for none, several with commas between.
   * @default ""
   */
  group?: string;
  /**
   * How likely it is the one of its group.
   * @default 100
   */
  weight?: number;
  /**
   * Whether it is the one of its group by its order, without a draw.
   * @default false
   */
  preferred?: boolean;
  /**
   * How many lines of bots must have been told before it comes up.
   * @default 0
   */
  after?: number;
  /**
   * It comes up only where the number of lines of bots is a multiple of this; 0 for at any.
   * @default 0
   */
  every?: number;
  /**
   * Whether the texts of other entries never bring it up.
   * @default false
   */
  unstirred?: boolean;
  /**
   * Whether its own text never brings up others.
   * @default false
   */
  stirs_none?: boolean;
  /**
   * Whether only the texts of other entries bring it up.
   * @default false
   */
  stirred_only?: boolean;
  /** How many lines above the end of the prompt it stands; null for with what else is worth knowing, at the end. */
  depth?: number | null;
}

/** There is this entry of lore. */
export interface LoreSet {
  /** The id of the entry. */
  lore: string;
  /** Words that bring it up; without any it is in every prompt. */
  keys: string[];
  /** The entry in words; empty if it is taken away. */
  text: string;
  /**
   * Those who know of it; empty for everybody.
   * @default []
   */
  lens?: Lens;
  /**
   * What people call it; it is in no prompt.
   * @default ""
   */
  name?: string;
  /**
   * The id of the lorebook that it is in; empty for none.
   * @default ""
   */
  book?: string;
  /**
   * Which entry of the file that the book came from it is; empty for none.
   * @default ""
   */
  entry?: string;
  /**
   * When it comes up, and where it stands then.
   * @default {}
   */
  rules?: LoreRules;
}

/** An entry of lore. */
export interface LoreView {
  /** The id of the entry. */
  lore: string;
  /** What people call it; empty for nothing in particular. */
  name: string;
  /** What brings it up. */
  keys: string[];
  /** It in words. */
  text: string;
  /** Those who know of it; empty for everybody. */
  lens: Lens;
  /** When it comes up, and where it stands then. */
  rules: LoreRules;
  /** The lorebook that it is in; missing for none. */
  book?: string | null;
}

/** How a line is brought out, which decides who perceives it: `speech` by all within earshot, `action` by all who see, `thought` by its owner alone, a `whisper` by those it is meant for, who must be there (the others notice it), a `message` by those it is meant for, wherever they are, `narration` by all who are with its teller, or with `you` where it has none, and `ooc` (out of character) by nobody. */
export type Manner = "speech" | "action" | "thought" | "whisper" | "message" | "narration" | "ooc";

/** What the lens remembers, a page of it. */
export interface MemoriesView {
  /** The memories, oldest first. */
  memories: MemoryView[];
  /** Whether there are others beyond this page. */
  more: boolean;
}

/** Its witnesses remember something. A later event with the same id stands in place of this one. */
export interface MemoryFormed {
  /** The id of the memory. */
  memory: string;
  /** The memory in words. */
  gist: string;
  /**
   * What kind of memory it is.
   * @default "episode"
   */
  memory_kind?: MemoryKind;
  /**
   * How much it matters, from 0 to 10.
   * @default 5.0
   */
  significance?: number;
  /**
   * The seqs of the events that it derives from.
   * @default []
   */
  from?: number[];
  /** Who told it, for hearsay; null for anything else. */
  told_by?: EntityId | null;
  /**
   * Why it is remembered, in words, one reason each.
   * @default []
   */
  because?: string[];
}

/** What a memory is: of something that happened (`episode`), a `fact`, a `summary` of lines, or what somebody said (`hearsay`). */
export type MemoryKind = "episode" | "fact" | "summary" | "hearsay";

/** Something that its witnesses remember. */
export interface MemoryView {
  /** The id of the memory. */
  memory: string;
  /** The event that states it. */
  seq: number;
  /** The memory in words. */
  text: string;
  /** Whether it is of something that happened (`episode`), a `fact`, a `summary`, or what somebody said (`hearsay`). */
  kind: string;
  /** How much it matters, from 0 to 10. */
  significance: number;
  /** Those who remember it. */
  witnesses: EntityId[];
  /** The seqs of the events that it derives from. */
  from: number[];
  /** Who told it, for hearsay. */
  told_by?: EntityId | null;
}

/** What follows the line: a `reply` by whose turn it is, the last reply going on (`continue`), a line that the model writes for `as` (`impersonate`), what the narrator tells (`narrate`), or nothing (`silent`). */
export type Mode = "reply" | "continue" | "impersonate" | "narrate" | "silent";

/** A model was called. The prompt is not kept, but all that it takes to build it again is. */
export interface ModelCalled {
  /** What for: `render` or `read`. */
  role: string;
  /** Where it was asked: a host (and port), or `embedded`. */
  endpoint: string;
  /** The model that answered, as the endpoint says. */
  model: string;
  /** Whose line or summary it was to write, or whose line was read; null is the narrator. */
  speaker?: EntityId | null;
  /** The id of the line that it was to write. */
  line?: string | null;
  /**
   * The SHA-256 of the prompt, in hexadecimal.
   * @default ""
   */
  prompt_sha256?: string;
  /**
   * The seq as of which the prompt was built; 0 where that was not kept.
   * @default 0
   */
  prompt_head?: number;
  /**
   * The parameters of the call.
   * @default {}
   */
  params?: Json;
  /**
   * How many tokens the prompt has, by estimate.
   * @default 0
   */
  estimated_tokens?: number;
  /** How many tokens it has as the endpoint counted; null where it does not say. */
  prompt_tokens?: number | null;
  /** How many tokens the answer has as the endpoint counted; null where it does not say. */
  completion_tokens?: number | null;
  /** How many tokens of the prompt the endpoint had in its cache; null where it does not say. */
  cached_tokens?: number | null;
  /** Milliseconds until the answer began; null where it did not. */
  first_token_ms?: number | null;
  /** Milliseconds until the answer ended. */
  total_ms?: number | null;
  /**
   * How it ended: `stop` (by itself), `length` (at the most tokens), `stopped` (by `stop`) or `cut` (broken off).
   * @default ""
   */
  finish?: string;
  /**
   * What went wrong, in words; empty where nothing did.
   * @default ""
   */
  error?: string;
  /**
   * How many tokens the prompt could have.
   * @default 0
   */
  budget?: number;
  /**
   * The factor by which estimates of tokens were corrected.
   * @default 1.0
   */
  factor?: number;
  /**
   * Whether the speaker was free to say nothing.
   * @default false
   */
  may_pass?: boolean;
  /**
   * What steered this take alone: the note of a `retake`, and that it is to be told differently.
   * @default ""
   */
  note?: string;
  /**
   * The seqs of what came to the speaker's mind, so that the same does not come at every turn.
   * @default []
   */
  recalled?: number[];
  /** What the reply is like beside those before it. */
  freshness?: Freshness | null;
  /**
   * Why the reply ended where it does though the model had not: it began to write for `others`, or went in `circles`; empty where it ended otherwise.
   * @default ""
   */
  cut?: "" | "circles" | "others";
  /**
   * Why the prompt held a note against repetition, in words; empty where it held none.
   * @default ""
   */
  countered?: string;
  /**
   * The form of the prompt: `chat`, or `script` for a text to continue.
   * @default "chat"
   */
  form?: "chat" | "script";
  /** How much the lines that were read matter as the model rates it, from 0 to 10; null where it does not say. */
  matters?: number | null;
}

/** `roles` as configured, `discovered` on this machine's usual ports, `presets` that can be named. */
export interface ModelsResult {
  /** What is known of the endpoint of each role: `role`, `endpoint`, `base_url`, `preset`, `model`, `context` (tokens), `reachable` (null: it starts when needed), `why` and `models` (what it offers). */
  roles: Json[];
  /** Other servers that answer on this machine's usual ports, each with its `base_url`, `preset` and `models`. */
  discovered: Json[];
  /** The kinds of endpoints that the daemon knows, each with its name as `preset` and its settings. */
  presets: Json[];
}

/**
 * Somebody goes to a container, or to another slot of the one they are in. They see what is in plain sight
 * there.
 */
export interface MoveCommand {
  /** Says which one it is: always `move`. */
  do: "move";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** Who goes. */
  who: EntityId;
  /** The container that they go to. */
  container: string;
  /** The slot of it that they take; left out, none. */
  slot?: string | null;
  /** Where in it, in a few words; left out, nowhere in particular. */
  spot?: string | null;
}

/** Takes nothing. */
export type NoParams = Record<string, never>;

/** Sets the author's note, which steers what models write and which nobody in the story perceives. */
export interface NoteCommand {
  /** Says which one it is: always `note`. */
  do: "note";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** The note; an empty text takes it away. */
  text: string;
  /**
   * How many lines above the end of the prompt it stands; 0 is after the last one.
   * @default 0
   */
  depth?: number;
}

/** The author's note is this. */
export interface NoteSet {
  /** The note; empty if there is none from now on. */
  text: string;
  /**
   * How many lines above the end of the prompt it stands.
   * @default 0
   */
  depth?: number;
}

/** An occasion will not be, or will not go on. */
export interface OccasionCancelled {
  /** The id of the occasion. */
  occasion: string;
  /** The title of the occasion. */
  title: string;
  /**
   * Why, in words.
   * @default ""
   */
  why?: string;
}

/** A planned or running occasion as it is now: moved, renamed, or with others. */
export interface OccasionChanged {
  /** The id of the occasion. */
  occasion: string;
  /** The title of the occasion, as it is now. */
  title: string;
  /**
   * What it is for now.
   * @default ""
   */
  purpose?: string;
  /** The container that it is in, or will be in. */
  where?: string | null;
  /**
   * Those who it is planned with by now.
   * @default []
   */
  who?: EntityId[];
  /** When it is to begin by now: a story time, a trigger, or null if somebody starts it. */
  when?: string | Trigger | null;
}

/** An occasion is over. */
export interface OccasionCompleted {
  /** The id of the occasion. */
  occasion: string;
  /** The title of the occasion. */
  title: string;
  /**
   * What happened, in words; empty where memories of those who were there say it.
   * @default ""
   */
  gist?: string;
}

/** An occasion was planned. */
export interface OccasionPlanned {
  /** The id of the occasion. */
  occasion: string;
  /** The title of the occasion. */
  title: string;
  /**
   * What it is for.
   * @default ""
   */
  purpose?: string;
  /** The container that it will be in. */
  where?: string | null;
  /**
   * Those who it is planned with.
   * @default []
   */
  who?: EntityId[];
  /** When it begins: a story time, a trigger, or null if somebody starts it. */
  when?: string | Trigger | null;
  /**
   * The ids of the props that it brings along.
   * @default []
   */
  props?: string[];
}

/** An occasion that is on, as whoever comes there finds it. */
export interface OccasionSeen {
  /** The id of the occasion. */
  occasion: string;
  /** The title of the occasion. */
  title: string;
  /** The container that it is in. */
  where: string;
}

/** An occasion has begun. */
export interface OccasionStarted {
  /** The id of the occasion. */
  occasion: string;
  /** The title of the occasion. */
  title: string;
  /** The container that it is in. */
  where?: string | null;
  /**
   * The ids of the props that it has brought along.
   * @default []
   */
  props?: string[];
  /**
   * Why it began, in words.
   * @default ""
   */
  why?: string;
}

/** An occasion, something that is planned, goes on and ends, as the lens knows it. */
export interface OccasionView {
  /** The id of the occasion. */
  occasion: string;
  /** The title of the occasion. */
  title: string;
  /** How far it is: `planned`, `active`, `completed` or `cancelled`. */
  status: string;
  /** What it is for. */
  purpose: string;
  /** The container that it is in; null where none was named. */
  where: string | null;
  /** Those who it is planned with. */
  who: EntityId[];
  /** When it begins: a story time, a trigger, or null if somebody starts it. */
  when: string | Trigger | null;
  /** The ids of the props that it brings along. */
  props: string[];
  /** What came of it, or why it was cancelled; empty before that. */
  gist: string;
}

/** The occasions that the lens knows of. */
export interface OccasionsView {
  /** The occasions. */
  occasions: OccasionView[];
}

/** Somebody opens a prop within reach; those who see it see what is inside. */
export interface OpenCommand {
  /** Says which one it is: always `open`. */
  do: "open";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** Who opens it. */
  who: EntityId;
  /** The id of the prop. */
  prop: string;
}

/**
 * Opens a scene in a container; the one that is on is closed first, and so is another that is open there.
 *
 * Lines that are played open scenes by themselves: where one is told, a scene begins, or goes on if it was left.
 */
export interface OpenSceneCommand {
  /** Says which one it is: always `open_scene`. */
  do: "open_scene";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** An id for the scene; left out, the daemon makes one. */
  scene?: string | null;
  /** The container that it plays in. */
  container: string;
  /** Those who are to be there; whoever is elsewhere comes. */
  present: EntityId[];
  /**
   * A title for the scene.
   * @default ""
   */
  title?: string;
  /** The story time at which it begins; left out, the clock stays as it is. */
  at?: string | null;
}

/** Opens a thread, an open question of the story. Those present know of it. */
export interface OpenThreadCommand {
  /** Says which one it is: always `open_thread`. */
  do: "open_thread";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** An id for the thread; left out, the daemon makes one. */
  thread?: string | null;
  /** The question. */
  title: string;
  /**
   * How it stands.
   * @default ""
   */
  note?: string;
}

/** A part of a line in one manner. */
export interface PartView {
  /** The event that states it. */
  seq: number;
  /** How it is brought out. */
  manner: Manner;
  /** Whom it is meant for. */
  to: EntityId[];
  /** The words that are current; empty where the lens only noticed that a whisper happened. */
  text: string;
  /** Those who perceived the words, or the whispering: to a lens, those who seem to have, and who looks. */
  witnesses: EntityId[];
  /**
   * The part as it was typed or written, with its marks and the blanks before it, where `text` differs from it.
   * @default ""
   */
  raw?: string;
}

/** Lets time go by. */
export interface PassTimeCommand {
  /** Says which one it is: always `pass_time`. */
  do: "pass_time";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** How many minutes, 0 or more. */
  minutes: number;
}

/**
 * Somebody looked: all that is in the places that were seen, so that nothing else is there. It changes only what
 * the believers know.
 */
export interface Perceived {
  /** Who looked. */
  by: EntityId;
  /** Those who saw it. */
  believers: EntityId[];
  /** The places that were seen as a whole. */
  seen: Place[];
  /**
   * Those who were seen there.
   * @default []
   */
  people?: ActivityStated[];
  /**
   * The props that were seen there.
   * @default []
   */
  props?: PropStated[];
  /** The scene that is on there; null for none. */
  scene?: SceneStated | null;
  /**
   * The occasions that are on there.
   * @default []
   */
  occasions?: OccasionSeen[];
}

/** How far a turn is: it has `started`; for each speaker it is `recalling` (the prompt is built), `rendering` (the model writes), and has `replied` (the line is committed); then it may be `reading` (changes are read from the prose). It ends with `done`, or with `failed`; `stopped` follows a `stop`, before `done`. */
export type Phase = "started" | "recalling" | "rendering" | "replied" | "reading" | "done" | "failed" | "stopped";

/**
 * Where a prop is: exactly one of a container, an entity, a prop or an occasion.
 *
 * In a container a `slot`, a `spot`, and whether it is `hidden` may be named: what is hidden is not in plain sight. Of
 * an entity: `how` the entity has it. Of a prop: whether it lies `on` the prop, in plain sight, and not in it.
 */
export interface Place {
  /** The container that it lies in. */
  container?: string | null;
  /** The slot of that container. */
  slot?: string | null;
  /** Where in the container, in a few words. */
  spot?: string | null;
  /**
   * Whether it is hidden there, out of plain sight.
   * @default false
   */
  hidden?: boolean;
  /** Who has it. */
  entity?: EntityId | null;
  /**
   * How the entity has it.
   * @default "held"
   */
  how?: How;
  /** The prop that it is in or on. */
  prop?: string | null;
  /**
   * Whether it lies on the prop, in plain sight, and not in it.
   * @default false
   */
  on?: boolean;
  /** The occasion that it belongs to, which is not on. */
  occasion?: string | null;
}

/**
 * Plans an occasion: a picnic, a heist. It brings its props when it starts, and takes them along when it is
 * over.
 */
export interface PlanCommand {
  /** Says which one it is: always `plan`. */
  do: "plan";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** An id for the occasion; left out, the daemon makes one. */
  occasion?: string | null;
  /** The title of the occasion. */
  title: string;
  /**
   * What it is for.
   * @default ""
   */
  purpose?: string;
  /** The container that it will be in; left out, wherever the scene is when it starts. */
  where?: string | null;
  /** Those who know of it; left out, the whole cast. */
  who?: EntityId[] | null;
  /** When it begins: a story time or a trigger; left out, when somebody starts it. */
  when?: string | Trigger | null;
  /**
   * The props that it brings along.
   * @default []
   */
  props?: PlannedProp[];
}

/** A prop that an occasion brings along. */
export interface PlannedProp {
  /** An id for the prop. */
  prop: string;
  /** What it is called. */
  name: string;
}

export interface PlayParams {
  /** The id of the story, as `create` or `stories` gave it. */
  story: string;
  /** The id of the branch; left out, the story's current branch. */
  branch?: string | null;
  /** The line; left out, somebody replies to what stands. */
  text?: string | null;
  /**
   * Who brings the line out.
   * @default "you"
   */
  as?: EntityId;
  /** How it is brought out; left out, the text is split by its markup: *action*, `thought`, the rest is speech. */
  manner?: Manner | null;
  /**
   * Whom it is meant for; they are the ones who answer. A whisper or a message needs somebody.
   * @default []
   */
  to?: EntityId[];
  /** The bot that alone is to answer; left out, the daemon chooses. */
  speaker?: EntityId | null;
  /**
   * What the model is to write.
   * @default "reply"
   */
  mode?: Mode;
  /** Another model of the same endpoint, for this turn alone. */
  model?: string | null;
  /**
   * Parameters of the model's call for this turn alone, such as `temperature`; what is not known goes into the request as it is.
   * @default {}
   */
  params?: Json;
  /** The head that you last saw; if the story has moved on, the call is refused with -32005. */
  expected?: number | null;
  /** A word of your own that makes the call safe to repeat: it acts once, and answers the same ever after. */
  key?: string | null;
}

export interface PlayResult {
  /** The number of the turn, which its notifications carry. */
  turn: number;
  /** The last seq of the branch with the line, if there was one; the reply comes after it. */
  head: number;
}

/** Somebody who is in a place, as far as the lens knows. */
export interface Present {
  /** Who it is. */
  entity: EntityId;
  /** What they are called. */
  name: string;
  /** The container that they are in. */
  container: string | null;
  /** The slot of it that they are in; null for none. */
  slot: string | null;
  /** What they are doing, in words; null if nothing is known. */
  doing: string | null;
  /** The ids of the props that they hold. */
  holding: string[];
  /** What they attend to, in words; null if nothing is known. */
  attention: string | null;
  /**
   * Whether they are awake.
   * @default true
   */
  awake?: boolean;
  /** Their mood, in words; null if it is not known. */
  mood?: string | null;
  /** Where in their place they are, in a few words; null for nowhere in particular. */
  spot?: string | null;
  /**
   * The ids of the props that they wear.
   * @default []
   */
  wearing?: string[];
  /**
   * The ids of the props that they carry unseen, as far as the lens knows.
   * @default []
   */
  carrying?: string[];
  /** The path under which the web door gives out a picture of them, with the token; null for none. */
  picture?: string | null;
}

/** What is pressed where a story moves by itself: a want of somebody's, an open question, an occasion, that somebody who is elsewhere arrives, or that something new is wanted or happens. */
export type Pressed = "want" | "thread" | "occasion" | "arrival" | "new";

export interface ProbeParams {
  /** The address of the endpoint, or `embedded`; left out, the role's present one. */
  base_url?: string | null;
  /** The model to try; left out, the role's, or the first that another address offers. */
  model?: string | null;
  /**
   * The role whose settings are used.
   * @default "render"
   */
  role?: Role;
}

export interface ProbeResult {
  /** Where was tried: a host (and port), or `embedded`. */
  endpoint: string;
  /** Whether it answers. */
  ok: boolean;
  /** Why it does not answer, in words; empty where it does. */
  why: string;
  /** What it can do, as far as that could be found out; null is unknown: `context` (tokens), `truncates` (drops part of a long prompt without saying so), `schema` (`kept`, `ignored` or `refused`), `cache`, `reasoning`, `streaming`, `first_token_s`, `tokens_s`, `models`, and `advice` in words. */
  report: Json;
}

export interface ProjectParams {
  /** The id of the story, as `create` or `stories` gave it. */
  story: string;
  /** The id of the branch; left out, the story's current branch. */
  branch?: string | null;
  /** Which view. */
  view: ViewName;
  /**
   * Through whose eyes; left out, the truth.
   * @default []
   */
  lens?: Lens;
  /** As of which seq, rounded down to the end of a commit; left out, the head. */
  at?: number | null;
  /** For the view `entity`: who is looked at. */
  entity?: EntityId | null;
  /** For the view `prompt`: who would speak; left out, the bot whose lens it is, or else the first bot of the cast. */
  speaker?: EntityId | null;
  /** For the view `transcript`: the lines of this scene alone. */
  scene?: string | null;
  /** Only what comes before this seq, for views that come in pages (`transcript`, `memories`, `timeline`, `deleted`). */
  before?: number | null;
  /** Only what comes after this seq, oldest first, for `transcript`, `memories` and `timeline`. */
  after?: number | null;
  /**
   * How many entries a page has at most.
   * @default 100
   */
  limit?: number;
}

/** What a speaker would be given now. */
export interface PromptView {
  /** Who would speak; null is the narrator. */
  speaker: EntityId | null;
  /** The lens that it is built from. */
  lens: Lens;
  /** The prompt in pieces. */
  sections: Section[];
  /** The prompt as it would be sent: messages, each with a `role` (`system`, `user`, `assistant`; or a single `script`, a text to continue) and its `content`. */
  messages: Record<string, string>[];
  /** How many tokens the prompt has, by estimate. */
  tokens: number;
  /** How many tokens it could have. */
  budget: number;
}

/** There is a new prop. */
export interface PropAdded {
  /** The id of the prop. */
  prop: string;
  /** What it is called. */
  name: string;
  /** Where it is; null is somewhere unknown. */
  in?: Place | null;
  /**
   * What it is like.
   * @default ""
   */
  description?: string;
  /**
   * Whether it is closed.
   * @default false
   */
  closed?: boolean;
  /**
   * What is different about it now, in a phrase; empty for nothing.
   * @default ""
   */
  condition?: string;
}

/** A prop was opened or closed, or is otherwise than before; it did not move. */
export interface PropChanged {
  /** The id of the prop. */
  prop: string;
  /** What it is called. */
  name: string;
  /** Where it is; null is somewhere unknown. */
  in?: Place | null;
  /**
   * What it is like.
   * @default ""
   */
  description?: string;
  /**
   * Whether it is closed.
   * @default false
   */
  closed?: boolean;
  /**
   * What is different about it now, in a phrase; empty for nothing.
   * @default ""
   */
  condition?: string;
}

/** A prop is elsewhere than before. */
export interface PropMoved {
  /** The id of the prop. */
  prop: string;
  /** What it is called. */
  name: string;
  /** Where it is; null is somewhere unknown. */
  in?: Place | null;
  /**
   * What it is like.
   * @default ""
   */
  description?: string;
  /**
   * Whether it is closed.
   * @default false
   */
  closed?: boolean;
  /**
   * What is different about it now, in a phrase; empty for nothing.
   * @default ""
   */
  condition?: string;
}

/** A prop is no more. */
export interface PropRemoved {
  /** The id of the prop. */
  prop: string;
  /** What it was called. */
  name: string;
}

/** A prop as it is now, as far as it shows. `condition` says what is different about it now, in a phrase. */
export interface PropStated {
  /** The id of the prop. */
  prop: string;
  /** What it is called. */
  name: string;
  /** Where it is; null is somewhere unknown. */
  in?: Place | null;
  /**
   * What it is like.
   * @default ""
   */
  description?: string;
  /**
   * Whether it is closed.
   * @default false
   */
  closed?: boolean;
  /**
   * What is different about it now, in a phrase; empty for nothing.
   * @default ""
   */
  condition?: string;
}

/** A prop where this lens last knew it to be. */
export interface PropView {
  /** The id of the prop. */
  prop: string;
  /** What it is called. */
  name: string;
  /** Where it is; null is somewhere unknown. */
  in: Place | null;
  /** What it is like. */
  description: string;
  /** Whether it is closed, so that what is inside is not seen. */
  closed: boolean;
  /** What is different about it now, in a phrase; empty for nothing. */
  condition: string;
}

/** A change that prose proposed was refused by a rule. */
export interface ProposalRefused {
  /** The command that was proposed. */
  command: Json;
  /** The name of the rule. */
  rule: string;
  /** Why it was refused, in words. */
  why: string;
}

export interface PurgeParams {
  /** The id of the story. */
  story: string;
  /** The seqs of the events to purge, with what derives from them; left out, the whole story. */
  targets?: number[] | null;
  /**
   * True, or the id of the story, to say that it is meant; a preview needs none.
   * @default false
   */
  confirm?: boolean | string;
  /**
   * Whether to answer only what would go, and change nothing.
   * @default false
   */
  preview?: boolean;
}

/**
 * `purged` counts the events whose words are gone for good; `backups` the backups that held them and are deleted;
 * `beyond` says what cannot be reached from here. A preview tells what would be so, and has two fields more: `events`
 * counts them by kind, on all branches, and `lines` are those among them, but for a whole story.
 */
export interface PurgeResult {
  /** How many events lose their words for good. */
  purged: number;
  /** How many backups are deleted, since they may hold the words. */
  backups: number;
  /** What cannot be reached from here, in words. */
  beyond: string;
  /** In a preview: how many events would go, by kind, on all branches. */
  events?: Record<string, number> | null;
  /** In a preview: the lines among them, each with its `line`, `seq`, `who` and `text`; empty for a whole story. */
  lines?: Json[] | null;
}

/**
 * Somebody puts a prop somewhere within reach; those present see it done. It may thereby be hidden, worn, or
 * carried unseen.
 */
export interface PutCommand {
  /** Says which one it is: always `put`. */
  do: "put";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** Who puts it there. */
  who: EntityId;
  /** The id of the prop. */
  prop: string;
  /** Where it is put. */
  in: Place;
}

export interface RecallParams {
  /** The id of the story, as `create` or `stories` gave it. */
  story: string;
  /** The id of the branch; left out, the story's current branch. */
  branch?: string | null;
  /**
   * Through whose eyes; left out, the truth.
   * @default []
   */
  lens?: Lens;
  /** What is looked for, in plain words; names and times in it count. */
  query: string;
  /**
   * How many finds there are at most.
   * @default 10
   */
  k?: number;
  /**
   * The kinds to look among; left out, all of them.
   * @default []
   */
  kinds?: RecalledKind[];
  /** As of which seq, rounded down to the end of a commit; left out, the head. */
  at?: number | null;
}

/** Best first; `at` is the seq as of which was recalled. */
export interface RecallResult {
  /** The seq as of which was looked. */
  at: number;
  /** The finds, best first. */
  memories: Recalled[];
}

/** A line, a memory or an entry of lore that answers a query. */
export interface Recalled {
  /** The id of the line, memory or entry. */
  memory: string;
  /** The event that states it. */
  seq: number;
  /** Whether it is a line, a memory (by its kind) or an entry of lore. */
  kind: RecalledKind;
  /** The words of it. */
  text: string;
  /** How well it answers the query: the sum of `parts`. */
  score: number;
  /** What the score is made of, by name: `words`; `meaning`, how close the text is to the query; `around`, how close the lines beside it are; `speaker`, `time`, `scene` (what else its scene holds), `recency`, `significance`, and `gist`, by which a memory goes ahead of the lines that it was made from. Without embeddings, `meaning`, `around` and `scene` are 0. */
  parts: Record<string, number>;
  /** Who said the line, or told the hearsay; null for anything else. */
  who: EntityId | null;
  /** Those who perceived it, or keep it. */
  witnesses: EntityId[];
  /** The seqs of the line's parts, or those that the memory derives from. */
  from: number[];
}

/** What can be recalled: a line, a memory by its kind, or an entry of lore. */
export type RecalledKind = "line" | "episode" | "fact" | "summary" | "hearsay" | "lore";

/** A change that prose proposed and a rule refused. */
export interface RefusedProposal {
  /** The name of the rule. */
  rule: string;
  /** Why it was refused, in words. */
  why: string;
  /**
   * What was proposed, in a sentence.
   * @default ""
   */
  what?: string;
}

export interface ReinstateParams {
  /** The id of the story, as `create` or `stories` gave it. */
  story: string;
  /** The id of the branch; left out, the story's current branch. */
  branch?: string | null;
  /** The seqs that were the targets of earlier calls of `delete`. */
  targets: number[];
  /** The head that you last saw; if the story has moved on, the call is refused with -32005. */
  expected?: number | null;
}

export interface ReinstateResult {
  /** The last seq of the branch. */
  head: number;
  /** The seqs of the events that are back. */
  back: number[];
  /** The seqs of events that are not in force: summaries that were written in place of what is back, and what was made of words that are not current any more. */
  retired: number[];
}

/** Makes somebody remember something. */
export interface RememberCommand {
  /** Says which one it is: always `remember`. */
  do: "remember";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** The memory in words. */
  gist: string;
  /** Those who remember it. */
  by: EntityId[];
  /**
   * What kind of memory it is.
   * @default "episode"
   */
  kind?: MemoryKind;
  /**
   * How much it matters, from 0 to 10.
   * @default 5.0
   */
  significance?: number;
  /**
   * The seqs of the events that it derives from, all of which they must have witnessed.
   * @default []
   */
  from?: number[];
}

/** Takes away what was made. What lies in a prop comes to lie where that was; a container must be empty. */
export interface RemoveCommand {
  /** Says which one it is: always `remove`. */
  do: "remove";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** What is taken away: `prop`, `container`, `lore`, or `book`, which goes with its entries. */
  what: string;
  /** The id of it. */
  id: string;
}

export interface RemoveTemplateParams {
  /** The name of the saved template. */
  name: string;
}

export interface RereadParams {
  /** The id of the story, as `create` or `stories` gave it. */
  story: string;
  /** The id of the branch; left out, the story's current branch. */
  branch?: string | null;
  /** The id of a line of the turn. */
  line: string;
  /**
   * Through whose eyes the changes in the answer are; left out, the truth.
   * @default []
   */
  lens?: Lens;
}

/** `reading` is ok, off, unreadable, unavailable or failed; `why` tells more. The end of a turn tells the same. */
export interface RereadResult {
  /** The number of the turn that the reading is; what changed belongs to it. */
  turn: number;
  /** How the reading went: `ok`, `off` (it is switched off), `unreadable` (the model's answer made no sense), `unavailable` (no model answers) or `failed`. */
  reading: string;
  /** What changed. */
  changes: Changed[];
  /** What was proposed and refused. */
  refused: RefusedProposal[];
  /**
   * More about how it went, in words; empty if there is nothing to say.
   * @default ""
   */
  why?: string;
}

/** Resolves an open thread. */
export interface ResolveThreadCommand {
  /** Says which one it is: always `resolve_thread`. */
  do: "resolve_thread";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** The id of the thread. */
  thread: string;
  /**
   * How it was resolved; left out, what was said of it last.
   * @default ""
   */
  note?: string;
}

export interface RestoreParams {
  /** The name of the backup. */
  backup: string;
  /**
   * Whether to answer only what would be lost and gained, and change nothing.
   * @default false
   */
  preview?: boolean;
}

/**
 * `common` is the last event that the store and the backup share: what came later in the store is lost, what came
 * later in the backup is gained. `head` and `kept` (the backup of what was there) are missing from a preview.
 * `unreadable`: why what is there, or was, cannot be read; then all that the backup holds counts as gained.
 */
export interface RestoreResult {
  /** The name of the backup. */
  backup: string;
  /** The seq of the last event that the store and the backup share. */
  common: number;
  /** What came after `common` in the store, and is lost. */
  lost: Difference;
  /** What came after `common` in the backup, and is gained. */
  gained: Difference;
  /** The seq of the last event of the store as restored; missing from a preview. */
  head?: number | null;
  /** The name of the backup that was made of the store as it was; missing from a preview. */
  kept?: string | null;
  /**
   * Why the store that is there, or was, cannot be read, in words; then all that the backup holds counts as gained.
   * @default ""
   */
  unreadable?: string;
}

export interface RetakeParams {
  /** The id of the story, as `create` or `stories` gave it. */
  story: string;
  /** The id of the branch; left out, the story's current branch. */
  branch?: string | null;
  /** The id of the reply; left out, the last reply, or what was narrated or written for `you` since. */
  line?: string | null;
  /**
   * What this take should be like; it goes into the prompt of this take alone.
   * @default ""
   */
  note?: string;
  /** Another model of the same endpoint, for this take alone. */
  model?: string | null;
  /**
   * Parameters of the model's call for this take alone, such as `temperature`.
   * @default {}
   */
  params?: Json;
}

export interface RetakeResult {
  /** The number of the turn in which it is written, which its notifications carry. */
  turn: number;
  /** The id of the new branch, which is the current one. */
  branch: string;
}

export interface ReviseParams {
  /** The id of the story, as `create` or `stories` gave it. */
  story: string;
  /** The id of the branch; left out, the story's current branch. */
  branch?: string | null;
  /** The id of the line. */
  line: string;
  /** The words that it is to have. */
  text: string;
  /**
   * `in_place`: what follows stays, and what derived from the line is read and remembered anew. `fork`: a new branch from just before the line; what follows stays on the branch that is left.
   * @default "in_place"
   */
  mode?: "fork" | "in_place";
  /** The head that you last saw; if the story has moved on, the call is refused with -32005. */
  expected?: number | null;
}

/** `line` is another one in a fork; `revision` is the seq that a `delete` takes back, of one in place. */
export interface ReviseResult {
  /** The last seq of the branch, with the revision. */
  head: number;
  /** The branch that the line with its new words is on. */
  branch: string;
  /** The id of the line; in a fork it is another one. */
  line: string;
  /** The seq of the revision, which `delete` takes back; missing in a fork. */
  revision?: number | null;
}

export interface RewindParams {
  /** The id of the story, as `create` or `stories` gave it. */
  story: string;
  /** The id of the branch; left out, the story's current branch. */
  branch?: string | null;
  /** The seq to go back to, rounded down to the end of a commit. */
  to: number;
  /**
   * Whether to answer only what would change, and change nothing.
   * @default false
   */
  preview?: boolean;
}

/** `branch`, `head` and `undo` are missing from a preview. */
export interface RewindResult {
  /** What changes with it. */
  impact: Impact;
  /** The seq that was gone back to, as rounded. */
  to: number;
  /** The id of the new branch, which is the current one. */
  branch?: string | null;
  /** The last seq of the new branch. */
  head?: number | null;
  /** The branch that was current before; `switch` to it undoes the rewind. */
  undo?: string | null;
}

/** What a model is used for: `render` writes prose, `read` reads prose into changes and writes summaries, `embed` is for embeddings. */
export type Role = "render" | "read" | "embed";

/** The model that has a role, and how its last call went. */
export interface RoleStatus {
  /** The role. */
  role: Role;
  /** Where the model is asked: a host (and port), or `embedded`. */
  endpoint: string;
  /** The name of the model as configured; empty for the first one that the endpoint offers. */
  model: string;
  /** Whether the last call succeeded; null where none was made since the daemon started. */
  ok: boolean | null;
  /**
   * Why the last call failed, in words; empty where it did not. For `embed`: why `recall` goes by words alone.
   * @default ""
   */
  why?: string;
  /**
   * For `embed`: the languages whose meaning the model knows, in words; empty where that is not known. A text in another is found by its words.
   * @default ""
   */
  languages?: string;
}

/** Either `story`, to keep what that has, or `setup`, to write a template or to change one that was saved. */
export interface SaveTemplateParams {
  /** A name for the template; one that was saved under the same name is replaced. */
  name: string;
  /** The id of the story whose cast or places are kept. */
  story?: string | null;
  /** The id of the branch; left out, the story's current branch. */
  branch?: string | null;
  /** What of the story is kept, or what the setup holds; left out, as it was, and for a new one `all`. */
  what?: TemplateWhat | null;
  /** For `character`, of a story: who is kept. */
  entity?: EntityId | null;
  /** What it is, in words for people; left out, as it was. */
  about?: string | null;
  /** The commands that the template is made of from now on, such as `templates` answered with, changed. The card that its character came of stays with it. */
  setup?: Command[] | null;
  /** With `setup`: what its character may say first in a new story; left out, as it was. */
  greetings?: string[] | null;
}

export interface SaveTemplateResult {
  /** The template as it was saved. */
  template: Template;
}

/** Somebody says, does or thinks something: one line of one part. */
export interface SayCommand {
  /** Says which one it is: always `say`. */
  do: "say";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** Who it is; null for a narrator. */
  who: EntityId | null;
  /** The words. */
  text: string;
  /**
   * How it is brought out, which decides who perceives it.
   * @default "speech"
   */
  manner?: Manner;
  /**
   * Whom it is meant for; a whisper or a message needs somebody.
   * @default []
   */
  to?: EntityId[];
}

/** A scene is over. */
export interface SceneClosed {
  /** The id of the scene. */
  scene: string;
  /** The container that it played in. */
  container: string;
  /**
   * What happened, in words; empty where memories of those who were there say it.
   * @default ""
   */
  gist?: string;
}

/** A scene has begun, or goes on: one that was left for another and is not over is opened again under its id. */
export interface SceneOpened {
  /** The id of the scene. */
  scene: string;
  /** The container that it plays in. */
  container: string;
  /**
   * The title of the scene; empty if it has none.
   * @default ""
   */
  title?: string;
  /**
   * Those who are there.
   * @default []
   */
  present?: EntityId[];
}

/** A scene that is on, as whoever comes into it finds it. */
export interface SceneStated {
  /** The id of the scene. */
  scene: string;
  /** The container that it plays in. */
  container: string;
  /**
   * The title of the scene; empty if it has none.
   * @default ""
   */
  title?: string;
}

/** The scene that is on. `scene` and `container` are null where none is, or where the lens does not know of it. */
export interface SceneView {
  /** The id of the scene. */
  scene: string | null;
  /** The container that it plays in. */
  container: string | null;
  /** The title of the scene; empty if it has none. */
  title: string;
  /** What the story's clock reads; null until it is set. */
  clock: string | null;
  /** The minutes that have passed in the story so far. */
  elapsed: number;
  /** Those who are in the container. */
  present: Present[];
}

/** Looks for what is hidden in a container, or for all that is in a prop; others see only that somebody searches. */
export interface SearchCommand {
  /** Says which one it is: always `search`. */
  do: "search";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** Who searches. */
  who: EntityId;
  /** The container that is searched for what is hidden; this or a prop. */
  container?: string | null;
  /** The prop that is looked into; this or a container. */
  prop?: string | null;
}

/** Something that whoever looks knows, and others who are with them do not, as far as they can tell. */
export interface Secret {
  /** Those who do not know it. */
  who: EntityId[];
  /** What it is, in words. */
  text: string;
  /** The seqs of the events that tell it. */
  from: number[];
}

/**
 * What whoever looks knows and those present do not, as far as they can tell: the few that matter most now. Only a
 * lens of one has any.
 */
export interface SecretsView {
  /** Those that matter more first. */
  secrets: Secret[];
}

/** A piece of a prompt. */
export interface Section {
  /** What it is, such as `transcript` or `memories`. */
  name: string;
  /** How many tokens it has, by estimate. */
  tokens: number;
  /** Why it is there, in words. */
  why: string;
  /** The seqs of the events that it was made from. */
  from: number[];
  /** The piece itself. */
  text: string;
}

/**
 * States how something is, by the author's hand, without regard to reach; what `values` leaves out stays as it
 * is.
 */
export interface SetCommand {
  /** Says which one it is: always `set`. */
  do: "set";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** What is set: `prop`, `entity`, `container`, `edge`, `memory`, `clock`, `group`, `lore`, `book` or `story`. */
  what: string;
  /** The id of it; of an edge such as `a>you`; the clock, the group and the story have none. */
  id?: string | null;
  /** The values by name. Of a prop: `in`, `name`, `description`, `closed`. Of an entity: what `change_entity` takes, and `container`, `slot`, `doing`, `attention`, `awake`. Of a container: what `change_container` takes. Of an edge: `warmth`, `trust`, `tension` (each from -5 to 5), `note`. Of a memory: `gist`, `significance`. Of the clock: `clock`, a story time. Of the group: `tone`, `note`, `habits`. Of lore and of a lorebook: what `add_lore` and `add_book` take but for their ids, and of `rules` what is given. Of the story: `premise`, what it is about; `style`, how its prose is to read, any of `person` (`first`, `second`, `third`), `tense` (`present`, `past`), `length`, `tone`, `language` (each in words), `form` (`asterisks`, `novel`); `writes_for_you`, whether what others write may move `you` and put words into your mouth; `alone`, who answers where nobody is there who could: the narrator (`narrate`) or nobody (`silent`); and `moves`, whether the story moves by itself where the player does nothing. */
  values: Json;
}

/**
 * Tells a memory, or in words (`gist`) anything at all; `claims` say where things are. Those who are told keep it
 * as hearsay, whether they believe it or not.
 */
export interface ShareCommand {
  /** Says which one it is: always `share`. */
  do: "share";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** Who tells it. */
  by: EntityId;
  /** Who is told, and believes it unless they see that it is not so. */
  to: EntityId[];
  /** The id of a memory of theirs; those who are told remember it as hearsay. */
  memory?: string | null;
  /** What is told, in words; those who are told remember it as hearsay. */
  gist?: string | null;
  /**
   * Where props are said to be.
   * @default []
   */
  claims?: Claim[];
}

/** Where a story is kept: among those that are played (`open`), put away (`archive`), or in the `bin`, from which it comes back whole until it is purged. */
export type Shelf = "open" | "archive" | "bin";

/** Leaves time out. Either `minutes` or `until` says how much. */
export interface SkipTimeCommand {
  /** Says which one it is: always `skip_time`. */
  do: "skip_time";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** An `elision` is within the scene; a `jump` closes all scenes, ends what anybody does, and lets moods and tensions settle. */
  mode: "elision" | "jump";
  /** How many minutes, 0 or more. */
  minutes?: number | null;
  /** The story time that it is then. */
  until?: string | null;
  /** What happened meanwhile, as those present are to remember it. */
  summary?: string | null;
}

/** A named spot of a container. */
export interface Slot {
  /** The name of the slot. */
  slot: string;
  /**
   * How many entities it holds, 1 or more.
   * @default 1
   */
  capacity?: number;
}

/** Starts an occasion that is planned. */
export interface StartCommand {
  /** Says which one it is: always `start`. */
  do: "start";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** The id of the occasion. */
  occasion: string;
  /**
   * Why it starts now, in words.
   * @default ""
   */
  why?: string;
}

export interface StatusResult {
  /** The versions of what runs, by name: `fabula`, `protocol`, `schema`, `sqlite`, `python`, `sqlite-vec`. */
  versions: Record<string, string>;
  /** Seconds since the daemon started. */
  uptime: number;
  /** The id of the daemon's process. */
  pid: number;
  /** The file that holds all stories. */
  store: StoreStatus;
  /** The models in use, one for each role. */
  models: RoleStatus[];
  /** How many summaries are still to be written, and imported chats to be read. */
  backlog: number;
  /** How many there are of each: `stories`, `branches`, `subscriptions`, `turns` (running), `in_flight` (calls that wait for an answer) and `ignored` (requests without an id that could not be served). */
  counts: Record<string, number>;
  /** What a person should know about this daemon, one sentence each; empty where all is well. */
  warnings: string[];
}

export interface StopParams {
  /** The id of the story, as `create` or `stories` gave it. */
  story: string;
  /** The id of the branch; left out, the story's current branch. */
  branch?: string | null;
  /** The turn to stop; left out, whichever runs. If another one runs, nothing happens. */
  turn?: number | null;
}

export interface StopResult {
  /** The turn that was stopped; null if none was running. */
  turn: number | null;
  /** The text so far of the reply that was being written, which becomes a line marked as cut short; empty if there was none. */
  kept: string;
}

/** The file that holds all stories. */
export interface StoreStatus {
  /** The path of the file. */
  path: string;
  /** The size of the file in bytes. */
  bytes: number;
  /** The size of the write-ahead log beside it in bytes. */
  wal_bytes: number;
  /** The version of the file's tables. */
  schema: number;
  /** How many events the file holds, which is the seq of the latest. */
  events: number;
  /**
   * Why the store can only be read just now, in words; empty where it can be written.
   * @default ""
   */
  read_only?: string;
}

export interface StoriesParams {
  /**
   * The stories that are kept there; `all` of them.
   * @default "open"
   */
  shelf?: Shelf | "all";
}

export interface StoriesResult {
  /** The stories asked for: those that are pinned first, of these and of the others the one last played. */
  stories: StorySummary[];
}

/**
 * How the story is told, as the author wants it: what it is about, how its prose is to read, whether others may
 * write for `you`, who answers where nobody is there who could: the narrator (`narrate`) or nobody (`silent`); whether
 * the story moves by itself.
 */
export interface StoryChanged {
  /**
   * Whether what others write may move `you` and put words into your mouth.
   * @default false
   */
  writes_for_you?: boolean;
  /**
   * Who answers where nobody is there who could: the narrator or nobody.
   * @default "narrate"
   */
  alone?: Alone;
  /**
   * Whether the story moves by itself: in a quiet stretch somebody acts on what stands open.
   * @default true
   */
  moves?: boolean;
  /**
   * What the story is about; empty for nothing said.
   * @default ""
   */
  premise?: string;
  /**
   * How its prose is to read.
   * @default {}
   */
  style?: Style;
}

/** A story has begun. */
export interface StoryCreated {
  /** The title of the story. */
  title: string;
}

/** The story moved by itself: who wrote a line was inclined to something that stood open. It quotes nothing. */
export interface StoryPressed {
  /** What was pressed: a `want` of the speaker's, an open question (`thread`), an `occasion`, that the speaker, who is elsewhere, arrives (`arrival`), or that they want something `new`; of the narrator, that something new happens. */
  what: Pressed;
  /** Who was inclined to it; null is the narrator. */
  speaker: EntityId | null;
  /** The id of the line that they wrote then. */
  line: string;
  /** The id of the open question; null for anything else. */
  thread?: string | null;
  /** The id of the occasion; null for anything else. */
  occasion?: string | null;
  /**
   * Which of their wants it was, from 0.
   * @default 0
   */
  nth?: number;
  /**
   * The seqs of the events that state what was pressed.
   * @default []
   */
  from?: number[];
}

/** A story as `stories` lists it. */
export interface StorySummary {
  /** The id of the story. */
  story: string;
  /** The title of the story. */
  title: string;
  /** The id of its current branch. */
  branch: string;
  /** The last seq of that branch. */
  head: number;
  /** How many lines that branch shows. */
  lines: number;
  /** When the story last changed, UTC. */
  updated: string;
  /** Where the story is kept. */
  shelf: Shelf;
  /** Whether it comes before those that are not. */
  pinned: boolean;
  /** Through whose eyes its players chose to see it, empty for the truth; null where none of them chose yet. */
  lens: EntityId[] | null;
}

/** How the story is told. It is the author's alone, and the same through every lens. */
export interface StoryView {
  /** What the story is about; empty for nothing said. */
  premise: string;
  /** How its prose is to read. */
  style: Style;
  /** Whether what others write may move `you` and put words into your mouth. */
  writes_for_you: boolean;
  /** Who answers where nobody is there who could: the narrator or nobody. */
  alone: Alone;
}

export interface StreamParams {
  /** The id of the story, as `create` or `stories` gave it. */
  story: string;
  /** The id of the branch; left out, the story's current branch. */
  branch?: string | null;
  /**
   * Through whose eyes; left out, the truth. A lens is sent only what it perceives: its events; what a turn changed, as it is told of that, and nothing of what was refused; of a reply that is being written all where the speaker is the lens, else what it is certain to perceive, as it is written: by the paragraph, or by the sentence where two are alone, up to where somebody thinks, whispers or goes. The rest comes with the line.
   * @default []
   */
  lens?: Lens;
  /** The last seq that you have seen; all later events are sent. Left out, only events to come are sent. */
  after?: number | null;
  /** The branch on which you saw `after`; left out, the one asked for. */
  of_branch?: string | null;
  /**
   * Whether replies are sent piece by piece while they are written.
   * @default true
   */
  tokens?: boolean;
}

export interface StreamResult {
  /** The id of the subscription, which its notifications carry and `unstream` takes. */
  subscription: string;
  /** The branch that is followed. */
  branch: string;
  /** The last seq of that branch; the events up to it were sent before, or come first. */
  head: number;
  /** The replies that are being written on that branch now. */
  drafts: Draft[];
  /**
   * The latest turn of the story since the daemon began, running or over; empty if there was none.
   * @default []
   */
  turns?: TurnState[];
}

/** How the prose of a story is to read. */
export interface Style {
  /**
   * In which person deeds are told: as `I`, as `you`, or by name.
   * @default "third"
   */
  person?: "first" | "second" | "third";
  /**
   * In which tense deeds are told.
   * @default "present"
   */
  tense?: "past" | "present";
  /**
   * How long a reply is to be.
   * @default "a few sentences"
   */
  length?: string;
  /**
   * The tone of the prose; empty for none in particular.
   * @default ""
   */
  tone?: string;
  /**
   * The language that is written; empty for that of the story so far.
   * @default ""
   */
  language?: string;
  /**
   * How deeds are told from words: deeds stand between `asterisks`, or words in quotation marks, as in a `novel`.
   * @default "asterisks"
   */
  form?: "asterisks" | "novel";
}

export interface SwitchParams {
  /** The id of the story. */
  story: string;
  /** The branch that is to be the current one. */
  branch: string;
}

export interface SwitchResult {
  /** The branch that is the current one now. */
  branch: string;
  /** The last seq of that branch. */
  head: number;
}

/** Somebody takes a prop that is within reach. */
export interface TakeCommand {
  /** Says which one it is: always `take`. */
  do: "take";
  /** Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it out. */
  witnesses?: EntityId[] | null;
  /** Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon works it out. */
  seems?: EntityId[] | null;
  /** Who takes it. */
  who: EntityId;
  /** The id of the prop. */
  prop: string;
  /**
   * How they have it from now on.
   * @default "held"
   */
  how?: How;
}

/** One of several lines that answer the same. */
export interface TakeOf {
  /** The branch on which it can be seen; `switch` to it to choose this take. */
  branch: string;
  /** The id of the line. */
  line: string;
  /** The seq of its first part. */
  seq: number;
  /** Who speaks; null is the narrator. */
  who: EntityId | null;
  /** The words of it; empty where the lens perceives none. */
  text: string;
  /** Whether the branch that was asked about shows it. */
  current: boolean;
  /**
   * Whether it was cut short.
   * @default false
   */
  cut?: boolean;
}

export interface TakesParams {
  /** The id of the story, as `create` or `stories` gave it. */
  story: string;
  /** The id of the branch; left out, the story's current branch. */
  branch?: string | null;
  /** The id of any of the takes. */
  line: string;
  /**
   * Through whose eyes the words of the takes are; left out, the truth.
   * @default []
   */
  lens?: Lens;
}

/** Oldest first. */
export interface TakesResult {
  /** The takes, oldest first. */
  takes: TakeOf[];
}

/** Something to start a story from. */
export interface Template {
  /** The name that `create` takes. */
  name: string;
  /** What it holds: `all`, `cast`, `places`, `persona` or `character`. */
  what: string;
  /** A title for people; of a saved one, that of the story it was made from. */
  title: string;
  /** What it is, in words for people. */
  about: string;
  /** Those whom it brings along. */
  cast: TemplateMember[];
  /** The names of the places that it brings along. */
  places: string[];
  /** Whether it comes with the program, so that it cannot be removed. */
  built_in: boolean;
  /** The path under which the web door gives out a picture of the first of them who has one, with the token. */
  picture?: string | null;
  /** The commands that it is made of, where one template was asked for. */
  setup?: Command[] | null;
  /** What its character may say first in a new story, where one template was asked for. `{{user}}` in it, and in the setup, stands for the name of whoever plays with them. */
  greetings?: string[] | null;
}

/** One of the cast of a template. */
export interface TemplateMember {
  /** Who they become in a story. */
  entity: EntityId;
  /** What they are called. */
  name: string;
}

/** What of a story is kept: the cast, the places with what is in them, the persona (who `you` are), one character, or all of it with who is where and how they feel. */
export type TemplateWhat = "all" | "cast" | "places" | "persona" | "character";

export interface TemplatesParams {
  /** The name of the only template that is asked for, which is answered with its `setup`; left out, all. */
  name?: string | null;
}

export interface TemplatesResult {
  /** All templates, built-in ones first. */
  templates: Template[];
}

/** An open question stands otherwise. */
export interface ThreadAdvanced {
  /** The id of the thread. */
  thread: string;
  /** The question. */
  title: string;
  /**
   * How it stands now.
   * @default ""
   */
  note?: string;
}

/** A question is open. */
export interface ThreadOpened {
  /** The id of the thread. */
  thread: string;
  /** The question. */
  title: string;
  /**
   * How it stands.
   * @default ""
   */
  note?: string;
}

/** A question matters so much to its witnesses, as their reading of the last turn says. */
export interface ThreadRated {
  /** The id of the thread. */
  thread: string;
  /** The question. */
  title: string;
  /** How much, from 0 to 10. */
  matters: number;
}

/** A question is no longer open. */
export interface ThreadResolved {
  /** The id of the thread. */
  thread: string;
  /** The question. */
  title: string;
  /**
   * How it was resolved.
   * @default ""
   */
  note?: string;
}

/** A thread: an open question of the story. */
export interface ThreadView {
  /** The id of the thread. */
  thread: string;
  /** The question. */
  title: string;
  /** Whether it is `open` or `resolved`. */
  status: string;
  /** How it stands. */
  note: string;
  /** How much it matters, from 0 to 10, as last rated; null where it never was. */
  matters?: number | null;
}

/** The threads that the lens knows of. */
export interface ThreadsView {
  /** The threads. */
  threads: ThreadView[];
}

/** Time went by, or the clock was set. */
export interface TimePassed {
  /** What the clock reads now; null until it is set. */
  clock: string | null;
  /** The minutes that have passed in the story so far. */
  elapsed: number;
  /**
   * How many minutes went by; 0 where the clock was set.
   * @default 0
   */
  minutes?: number;
}

/** Time was left out. */
export interface TimeSkipped {
  /** What the clock reads now; null until it is set. */
  clock: string | null;
  /** The minutes that have passed in the story so far. */
  elapsed: number;
  /** An `elision`, within the scene, or a `jump`, which closed it. */
  mode: string;
  /**
   * How many minutes were left out.
   * @default 0
   */
  minutes?: number;
  /**
   * What happened meanwhile, in words; empty where memories of those who were there say it.
   * @default ""
   */
  summary?: string;
}

/** Something that happened, with the story's time. */
export interface TimelineEntry {
  /** What it is: `scene` (one opens, goes on or closes), `turn` (the first line of a turn), `time` (time passes or is left out) or `occasion` (one is planned, changed, begins or ends). */
  entry: string;
  /** The event that states it. */
  seq: number;
  /** What the story's clock read then; null until it is set. */
  clock: string | null;
  /** The minutes that had passed in the story. */
  elapsed: number;
  /** It in words: the title of the scene and where it is; the beginning of the line; the minutes, or `set`; what became of the occasion. */
  text: string;
  /** The turn that it belongs to. */
  turn: number;
  /** The scene that was on, or that the line was told in; missing where none was. */
  scene?: string | null;
  /**
   * When it was played, in real time, UTC.
   * @default ""
   */
  at?: string;
}

/** What happened, a page of it. */
export interface TimelineView {
  /** The entries, oldest first. */
  entries: TimelineEntry[];
  /** Whether there are others beyond this page. */
  more: boolean;
}

/**
 * A piece of a reply while it is written. An empty `text` piece at offset 0 takes back all of the text that was
 * sent: it turned out to be reasoning, and follows again as that.
 */
export interface TokenNote {
  /** The subscription that this is for. */
  subscription: string;
  /** The branch that the reply is written on. */
  branch: string;
  /** The turn that the reply belongs to. */
  turn: number;
  /** The id that the line will have. */
  line: string;
  /** Who speaks; null is the narrator. */
  speaker: EntityId | null;
  /** Whether it is prose (`text`) or what the model thinks before it writes (`reasoning`). */
  kind: "reasoning" | "text";
  /** Where the piece starts in the draft of its kind, in Unicode code points. */
  offset: number;
  /** The piece itself. */
  text: string;
}

/** A story that a restore changes. */
export interface Touched {
  /** The id of the story. */
  story: string;
  /** The title of the story. */
  title: string;
  /** How many events it loses or gains. */
  events: number;
  /** How many lines it loses or gains. */
  lines: number;
  /** Whether all of the story is lost or gained. */
  whole: boolean;
}

/** The lines that the lens perceived, a page of them. */
export interface TranscriptView {
  /** The lines, oldest first. */
  lines: LineView[];
  /** Whether there are others beyond this page. */
  more: boolean;
}

/** What an occasion waits for: exactly one of `arrives` with `container`, `after`, and `resolved`. */
export interface Trigger {
  /** Who is to arrive in the container. */
  arrives?: EntityId | null;
  /** The container that they are to arrive in. */
  container?: string | null;
  /** The occasion that is to be over, completed or cancelled. */
  after?: string | null;
  /** The thread that is to be resolved. */
  resolved?: string | null;
}

/** The phase that a turn has come to. */
export interface TurnNote {
  /** The subscription that this is for. */
  subscription: string;
  /** The turn. */
  turn: number;
  /** The phase that it is in now. */
  phase: Phase;
  /** The line that is being written or has been committed, in `rendering` and `replied`. */
  line?: string | null;
  /** More about the phase. Of `failed`, the error object (`code`, `message`, `data`). Of `done`, what there is of: `reading` (`ok`, `off`, `unreadable`, `unavailable`, `failed`), `changes` (`text`, `seqs`), `refused` (`rule`, `why`), `silent` (who said nothing), `why`, and the error object where a reply broke off. Of `started`, `still_reading`: the turn before, if it is still being read. */
  detail?: Json | null;
}

/** The phase that a turn was last in. */
export interface TurnState {
  /** The turn. */
  turn: number;
  /** Its last phase. */
  phase: Phase;
  /** The line that was being written or was committed, in `rendering` and `replied`. */
  line?: string | null;
  /** More about the phase, as in the notification `turn`. */
  detail?: Json | null;
}

export interface UnstreamParams {
  /** The id that `stream` answered. */
  subscription: string;
}

export interface UseModelParams {
  /** The role that gets another model. */
  role: Role;
  /** The name of the model, as its endpoint calls it. */
  model: string;
  /** The address of the endpoint, or `embedded`; left out, the role's present one. */
  base_url?: string | null;
}

export interface UseModelResult {
  /** The role that got another model. */
  role: Role;
  /** The name of the model. */
  model: string;
  /** Where it is asked: a host (and port), or `embedded`. */
  endpoint: string;
}

/** Without `backup`: the store itself. With `replay` every event is folded, on its branch, through every lens. */
export interface VerifyParams {
  /** The name of a backup to check; left out, the store itself is checked. */
  backup?: string | null;
  /**
   * Whether every event is also folded, on its branch, through every lens; this takes longer. Always so for a backup.
   * @default false
   */
  replay?: boolean;
}

export interface VerifyResult {
  /** Whether nothing was found to be wrong. */
  ok: boolean;
  /** The seq of the last event that was found. */
  head: number;
  /** What was found to be wrong. */
  findings: Finding[];
  /** How long the check took. */
  seconds: number;
}

/** What of a story a view shows: the scene that is on, the world (containers and props), one entity, the edges (feelings), the transcript (lines), the memories, the occasions, the threads, the timeline, the prompt a speaker would be given now, the secrets of whoever looks, what is deleted, how the story is told (premise and style), how each bot repeats itself by now, the lore that the lens knows, or the whole state. */
export type ViewName = "scene" | "world" | "entity" | "edges" | "transcript" | "memories" | "occasions" | "threads" | "timeline" | "prompt" | "secrets" | "deleted" | "story" | "decay" | "lore" | "state";

/** What the walls of a container let through. Between two containers, both must let it through. */
export interface Walls {
  /**
   * Whether one can be heard through them.
   * @default false
   */
  sound?: boolean;
  /**
   * Whether one can be seen through them.
   * @default false
   */
  sight?: boolean;
}

/** Something that is true and that the speaker could not know. */
export interface Withheld {
  /** What it is: `line`, `memory`, `person`, `mind`, `feeling`, `thing`, `place`, `scene`, `occasion`, `thread` or `lore`. */
  sort: string;
  /** What it is, in words for people. */
  text: string;
  /** The seqs of the events that state it. */
  from: number[];
}

/** All that there is, each where this lens last knew it to be. */
export interface WorldView {
  /** The containers. */
  containers: ContainerView[];
  /** The props. */
  props: PropView[];
}

/** An entry of the log as it travels. Its `kind` tells what is in `data`. */
export interface Entry<K extends string, D> {
  /** Its place in the log; seqs rise within a story, with gaps. */
  seq: number;
  /** The branch that it lies on. */
  branch: string;
  /** The turn that it belongs to. */
  turn: number;
  /** The seq of the event that brought it about; null where none did. */
  cause: number | null;
  /** What kind of event it is, such as `line.said`. */
  kind: K;
  /** The version of the kind's fields. */
  version: number;
  /** When it was committed, UTC. */
  at: string;
  /** Those who perceived it; empty for what nobody of the story does. */
  witnesses: EntityId[];
  /** What it states, in the fields of its kind. */
  data: D;
  /** Those who seem to have perceived it, to those who did; left out where they are the witnesses. */
  seems: EntityId[];
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
  /** The stories, those that are pinned first, then the one last played; without those put away, unless asked for. */
  stories: { params: StoriesParams; result: StoriesResult };
  /** Makes a story, and plays `setup` into it; adds no entities by itself. */
  create: { params: CreateParams; result: CreateResult };
  /** Says what a story is called, where it is kept and through whose eyes it is shown; its history stays as it is. */
  change_story: { params: ChangeStoryParams; result: StorySummary };
  /** Applies commands in one commit, all of them or none. Accepted at any time. */
  append: { params: AppendParams; result: AppendResult };
  /** A view of the story as of now or of `at`, as the lens knows it (an empty lens shows the truth). */
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
  /** All branches of a story. */
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
  /** Writes a state, a scene, the transcript, a chat, a character (or its card), lore or a whole story as a file. */
  export: { params: ExportParams; result: ExportResult };
  /** Takes a file in, all of it or nothing: a story with its branches; or a character, a card, a lorebook or a chat into a story. */
  import: { params: ImportParams; result: ImportResult };
  /** The casts, places, personas and characters that a story can start from (`template` of `create`, and of `import`): built-in and saved ones. */
  templates: { params: TemplatesParams; result: TemplatesResult };
  /** Keeps a story's cast, places, persona or one character as it is now, or what is written here, to start other stories from. */
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
  "book.set": BookSet;
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
  "story.pressed": StoryPressed;
  "card.kept": CardKept;
  "book.kept": BookKept;
  "chat.imported": ChatImported;
  "chat.read": ChatRead;
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
  add_book: AddBookCommand;
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
  secrets: SecretsView;
  deleted: DeletedView;
  story: StoryView;
  decay: DecayView;
  lore: LoreAllView;
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
