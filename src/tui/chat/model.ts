// What the chat screen knows: one value, replaced at each change (only timelines are changed in place, see timeline.ts).
import type {
  AccountId,
  ConversationId,
  MessageRef,
  Millis,
  PersonSummary,
  Position,
  Role,
  RoomSummary,
} from '../../chat/vocabulary.ts';
import type { ErrorParams } from '../../errors.ts';
import { LINES_HELD, MESSAGE_BYTES, MESSAGE_LINES } from '../../limits.ts';
import { apply, createEditor, type Editor, type EditorLimits } from '../kit/editor.ts';
import type { KeyOverrides, KeyTable } from '../kit/keys.ts';
import { type Action, chatKeys } from './keys.ts';
import type { ConversationRef, Effect, Link, SendRef } from './messages.ts';
import { type Dropped, type Files, type FilesOverlay, NO_FILES, type Picker } from './model-files.ts';
import type { Search } from './search.ts';
import { createTimeline, type Timeline } from './timeline.ts';

/** Names a conversation on this screen: a room's id, or the account of the other one in private talk (one's own: notes). */
export type ChatKey = ConversationId | AccountId;

export interface Me {
  readonly account: AccountId;
  readonly name: string;
  readonly role: Role;
}

/** Where a chat is scrolled to: following what comes, or a line (by position) and its row at the top of the pane. */
export type Anchor = 'end' | { readonly position: Position; readonly row: number };

export interface Member {
  readonly account: AccountId;
  readonly name: string;
}

/** What Enter will make of what is written: an answer to a message, or other words in its place. */
export interface Aim {
  readonly is: 'reply' | 'edit';
  readonly about: MessageRef;
  readonly name: string;
  /** The message's first words. */
  readonly words: string;
  /** What was being written when the edit began. */
  readonly before: string;
}

/** The newest lines of a chat, while a piece of its past is on the screen. */
export interface Aside {
  readonly timeline: Timeline;
  readonly history: Chat['history'];
}

export interface Chat {
  readonly key: ChatKey;
  /** As the server calls it; null for private talk in which nothing has been said. */
  readonly conversation: ConversationId | null;
  /** What is on the screen, without gaps: the newest lines, or a piece of the past. */
  readonly timeline: Timeline;
  /** Null while the newest lines are those on the screen. */
  readonly aside: Aside | null;
  /** Of a piece of the past: whether what stands behind it is being asked for. */
  readonly newer: 'more' | 'loading';
  readonly draft: Editor;
  readonly aim: Aim | null;
  readonly anchor: Anchor;
  readonly unread: number;
  /** Up to where it was read: nothing up to there counts as unread. */
  readonly read: Position;
  /** Up to where the server knows that. */
  readonly told: Position;
  /** Up to where the server has counted what is unread: what comes from before is no more of it. */
  readonly counted: Position;
  /** In private talk: up to where a device of the other one has stored it. */
  readonly delivered: Position;
  /** Of the unread, those that name the reader. */
  readonly mentions: number;
  /** The first line that was unread when the reader had left: the rule stands above it. */
  readonly rule: Position | null;
  /** What stands before the oldest line: not asked yet, asked, something, nothing. */
  readonly history: 'unknown' | 'loading' | 'more' | 'whole';
  /** Of a room, when they have been asked for. */
  readonly members: readonly Member[] | null;
}

/** What the side pane lists, in its order; sorted when something changes, not at each frame. */
export interface Contacts {
  readonly rooms: readonly ConversationId[];
  readonly people: readonly AccountId[];
  /** Public rooms that one is not in. */
  readonly others: readonly ConversationId[];
}

export type Overlay =
  | { readonly is: 'help'; readonly top: number }
  | { readonly is: 'go-to'; readonly filter: Editor; readonly selected: number }
  | { readonly is: 'who'; readonly room: ConversationId | null; readonly top: number }
  /** The search itself outlives its overlay: one comes back to it. */
  | { readonly is: 'search' }
  | { readonly is: 'react'; readonly about: MessageRef; readonly filter: Editor; readonly selected: number }
  | FilesOverlay
  | Picker;

/** Where one was before one jumped. */
export interface Back {
  readonly key: ChatKey;
  readonly anchor: Anchor;
}

/** A place that was asked for and is not on the screen yet. */
export interface Going {
  readonly ref: number;
  readonly key: ChatKey;
  /** What the person hears where there is no such place. */
  readonly otherwise: string;
  /** Begins message mode there. */
  readonly pick: boolean;
  /** The rule is put above it: it is the first line that was not read. */
  readonly rule: boolean;
}

/** One sentence above the composer, until the next key. */
export interface Notice {
  readonly code: string;
  readonly params: ErrorParams;
  readonly bad: boolean;
}

/** Tab was pressed: what it may stand for, for the next Tab. */
export interface Completion {
  /** Offsets of the word in the text before the first Tab. */
  readonly start: number;
  readonly choices: readonly string[];
  readonly index: number;
  /** The text after the last Tab: when it is another one, completing starts anew. */
  readonly text: string;
}

export interface KnownServer {
  readonly address: string;
  readonly name: string;
}

/** The start screen: which server, and under which name. */
export interface Start {
  readonly servers: readonly KnownServer[];
  readonly profiles: readonly string[];
  /** A row of the list; `servers.length` is the free entry. */
  readonly selected: number;
  readonly field: 'server' | 'name';
  readonly address: Editor;
  readonly name: Editor;
  /** What is wrong with what was entered. */
  readonly problem: { readonly code: string; readonly params: ErrorParams } | null;
}

export interface Model {
  readonly width: number;
  readonly height: number;
  readonly link: Link;
  /** Kept when the link goes. */
  readonly me: Me | null;
  readonly serverName: string;
  /** Whose log the lines are of; null before the first login. */
  readonly serverId: string | null;
  /** Milliseconds of the last round trip. */
  readonly trip: number | null;
  /** The last tick. */
  readonly now: Millis;
  readonly rooms: ReadonlyMap<ConversationId, RoomSummary>;
  readonly people: ReadonlyMap<AccountId, PersonSummary>;
  readonly contacts: Contacts;
  readonly chats: ReadonlyMap<ChatKey, Chat>;
  /** Which private talk a `~…` id is. */
  readonly talks: ReadonlyMap<ConversationId, AccountId>;
  /** The chat on screen; null until there is one. */
  readonly current: ChatKey | null;
  /** The room asked for on the command line, until the rooms are known. */
  readonly arrival: ConversationId | null;
  /** Rooms that one has asked to join: the screen goes there when the server agrees. */
  readonly wanted: ReadonlySet<ConversationId>;
  readonly overlay: Overlay | null;
  readonly search: Search | null;
  readonly files: Files;
  readonly dropped: Dropped | null;
  /** Message mode: the line that is picked; null while writing. */
  readonly picked: Position | null;
  /** A message that is to be taken back, once that is sure. */
  readonly asking: MessageRef | null;
  readonly going: Going | null;
  readonly back: Back | null;
  /** What one said on going away; null: not away. */
  readonly away: string | null;
  readonly notice: Notice | null;
  readonly completion: Completion | null;
  /** Ctrl-C was pressed with something written: the next one quits. */
  readonly quitting: boolean;
  /** Without side pane and gutters, for copying with the terminal's own selection. */
  readonly plain: boolean;
  readonly mouse: boolean;
  readonly focused: boolean;
  readonly theme: string;
  /** Drafts and what was read outlive the program, and what stands before can be had without a server. */
  readonly keeping: boolean;
  /** The next SendRef. */
  readonly nextRef: SendRef;
  readonly start: Start | null;
  /** What never changes. */
  readonly setting: Setting;
}

export interface Setting {
  readonly clock: () => Millis;
  readonly keys: KeyTable<Action>;
  readonly themes: readonly string[];
  readonly linesHeld: number;
}

export interface ChatOptions {
  /** The server that is being dialled; without it the start screen is shown. */
  readonly address?: string;
  readonly start?: {
    /** Without any a name is asked for; else the first is the one that will be used. */
    readonly profiles: readonly string[];
    readonly servers: readonly KnownServer[];
    /** A name to suggest. */
    readonly name?: string;
  };
  /** The room to show first; joined when one is not in it. */
  readonly room?: ConversationId;
  readonly width: number;
  readonly height: number;
  /** The clock: only for the time shown at one's own lines until the server has given them theirs. */
  readonly clock: () => Millis;
  readonly theme?: string;
  /** Names that /theme takes. */
  readonly themes?: readonly string[];
  readonly mouse?: boolean;
  /** Keys from the configuration. Errors: those of keyTable. */
  readonly keys?: KeyOverrides;
  /** Lines of a conversation that are kept. */
  readonly linesHeld?: number;
}

/** What the composer takes: no more than a message may hold. */
const COMPOSER: EditorLimits = { bytes: MESSAGE_BYTES, lines: MESSAGE_LINES };
/** What a field of one line takes. */
export const FIELD: EditorLimits = { bytes: 256, lines: 1 };

/** A model and what is to be done. */
export type Step = readonly [Model, readonly Effect[]];

export function createModel(options: ChatOptions): Model {
  const { address } = options;
  return {
    width: options.width,
    height: options.height,
    link: address === undefined ? { state: 'idle' } : { state: 'connecting', address },
    me: null,
    serverName: address ?? '',
    serverId: null,
    trip: null,
    now: options.clock(),
    rooms: new Map(),
    people: new Map(),
    contacts: { rooms: [], people: [], others: [] },
    chats: new Map(),
    talks: new Map(),
    current: null,
    arrival: options.room ?? null,
    wanted: new Set(),
    overlay: null,
    search: null,
    files: NO_FILES,
    dropped: null,
    picked: null,
    asking: null,
    going: null,
    back: null,
    away: null,
    notice: null,
    completion: null,
    quitting: false,
    plain: false,
    mouse: options.mouse ?? true,
    focused: true,
    theme: options.theme ?? 'dark',
    keeping: false,
    nextRef: 1,
    start: address === undefined ? createStart(options) : null,
    setting: {
      clock: options.clock,
      keys: chatKeys(options.keys),
      themes: options.themes ?? ['dark', 'light'],
      linesHeld: options.linesHeld ?? LINES_HELD,
    },
  };
}

function createStart(options: ChatOptions): Start {
  const { servers, profiles, name = '' } = options.start ?? { servers: [], profiles: [] };
  return {
    servers,
    profiles,
    selected: 0,
    field: profiles.length === 0 ? 'name' : 'server',
    address: createEditor(FIELD),
    name: apply(createEditor(FIELD), { kind: 'insert', text: name }),
    problem: null,
  };
}

export function isRoom(key: ChatKey): boolean {
  return key.startsWith('#');
}

/** A chat that has been opened or written to, or a blank one. */
export function chatOf(model: Model, key: ChatKey): Chat {
  return model.chats.get(key) ?? blankChat(key);
}

function blankChat(key: ChatKey): Chat {
  return {
    key,
    conversation: isRoom(key) ? key : null,
    timeline: createTimeline(),
    aside: null,
    newer: 'more',
    draft: createEditor(COMPOSER),
    aim: null,
    anchor: 'end',
    unread: 0,
    read: 0,
    told: 0,
    counted: 0,
    delivered: 0,
    mentions: 0,
    rule: null,
    history: 'unknown',
    members: null,
  };
}

/** The newest lines of a chat, on the screen or not: where what comes is added. */
export function liveOf(chat: Chat): Timeline {
  return chat.aside?.timeline ?? chat.timeline;
}

/** The chat with its newest lines on the screen. */
export function asLive(chat: Chat): Chat {
  if (chat.aside === null) return chat;
  return { ...chat, ...chat.aside, aside: null, newer: 'more', anchor: 'end' };
}

/** What is being written: in place of an edit what stood there before it. */
export function draftOf({ aim, draft }: Chat): string {
  return aim?.is === 'edit' ? aim.before : draft.text;
}

/** The model with a changed chat. */
export function withChat(model: Model, chat: Chat): Model {
  return { ...model, chats: new Map(model.chats).set(chat.key, chat) };
}

/** The chat that a conversation's id, or a peer's account, means here. */
export function keyOf(model: Model, conversation: ConversationRef): ChatKey {
  return model.talks.get(conversation) ?? conversation;
}

/** How the rest of the program is told of a chat. */
export function refOf(chat: Chat): ConversationRef {
  return chat.conversation ?? chat.key;
}

/** Everything that Alt-1 … and Alt-Up and Alt-Down go through, in the order of the side pane. */
export function chatOrder(model: Model): readonly ChatKey[] {
  return [...model.contacts.rooms, ...model.contacts.people];
}

export function currentChat(model: Model): Chat | null {
  return model.current === null ? null : chatOf(model, model.current);
}

/** How a chat is called: a room with its mark, a person by name. */
export function titleOf(model: Model, key: ChatKey): string {
  if (isRoom(key)) return key;
  return model.people.get(key)?.name ?? (key === model.me?.account ? model.me.name : key);
}
