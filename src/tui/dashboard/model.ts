// The dashboard's data: what the server reports (Msg), what it is asked to do (Effect), and what the screen holds (Model).
// Whoever runs the dashboard maps the server's own types to these; nothing here is styled text.

import type { AccountId, Command, ConversationId, Door, Millis, Note, Role } from '../../chat/vocabulary.ts';
import type { ErrorParams } from '../../errors.ts';
import type { Editor } from '../kit/editor.ts';
import type { InputEvent } from '../kit/input.ts';
import type { ListState } from '../kit/list.ts';
import type { LogEntry } from './entry.ts';
import type { Answer, Known, Query } from './facts.ts';
import type { Action } from './keys.ts';

/** What does not change while a server runs. */
export interface ServerFacts {
  readonly name: string;
  /** Where it listens, as people write it: `[::]:7420`. */
  readonly address: string;
  readonly host: string;
  readonly port: number;
  readonly startedAt: Millis;
  readonly version: string;
  /** Whether connections are encrypted. */
  readonly encrypted: boolean;
  /** What others may be given to join by; copied by a key. */
  readonly link?: string;
  /** Of the server's key, as people compare it; absent where nothing is encrypted. */
  readonly fingerprint?: string;
  /** The server runs elsewhere, and goes on when this screen is closed. */
  readonly attached?: boolean;
}

/** One person with at least one session. */
export interface UserRow {
  readonly account: AccountId;
  readonly name: string;
  /** Where the newest session comes from, without its port; or words such as `local script`. */
  readonly address: string;
  /** When the oldest session began. */
  readonly since: Millis;
  /** When they last said or asked something. */
  readonly lastActive: Millis;
  /** Rooms they are a member of. */
  readonly rooms: number;
  readonly sessions: number;
  /** Messages a second over the last seconds. */
  readonly messagesPerSecond: number;
  /** Of all their sessions, over the last second. */
  readonly bytesInPerSecond: number;
  readonly bytesOutPerSecond: number;
  /** Bytes that wait for the slowest of their sessions: what they lag behind. */
  readonly queuedBytes: number;
  readonly role: Role;
}

/** Totals, once a second. Rates are over the last second. */
export interface Stats {
  readonly now: Millis;
  /** People here now. */
  readonly users: number;
  readonly connections: number;
  readonly unauthenticated: number;
  /** Connections that may be open at once. */
  readonly limit: number;
  readonly rooms: number;
  readonly messagesPerSecond: number;
  readonly deliveriesPerSecond: number;
  readonly bytesInPerSecond: number;
  readonly bytesOutPerSecond: number;
  /** Bytes of the whole process. */
  readonly memory: number;
  /** Milliseconds. */
  readonly loopDelayP99: number;
  /** Bytes of all that is kept, and that are free beside it; null where nobody can tell. */
  readonly diskUsed: number;
  readonly diskFree: number | null;
  readonly door: Door;
  /** What the door was before it was closed. */
  readonly doorBefore: Door;
}

/** What the dashboard is told. */
export type Msg =
  /** The whole state, at the start and whenever the connection to the server begins anew. */
  | {
      readonly type: 'snapshot';
      readonly now: Millis;
      readonly server: ServerFacts;
      readonly users: readonly UserRow[];
      readonly rooms: number;
      readonly limit: number;
      readonly connections: number;
      readonly unauthenticated: number;
      readonly door: Door;
      readonly doorBefore: Door;
    }
  /** Once a second. */
  | { readonly type: 'stats'; readonly stats: Stats }
  /** Everybody who is here, in any order: replaces the list. Once a second is enough. */
  | { readonly type: 'users'; readonly rows: readonly UserRow[] }
  /** The log's next lines, oldest first, in batches of any size. */
  | { readonly type: 'log'; readonly entries: readonly LogEntry[] }
  /** What became of the command of an effect; `code` and `params` name the sentence of a refusal. */
  | { readonly type: 'result'; readonly ref: number; readonly ok: true; readonly notes?: readonly Note[] }
  | {
      readonly type: 'result';
      readonly ref: number;
      readonly ok: false;
      readonly code: string;
      readonly params: ErrorParams;
    }
  /** What was asked for. */
  | { readonly type: 'answer'; readonly answer: Answer }
  /** The server drains: it takes nobody in and will end soon. */
  | { readonly type: 'closing' }
  /** `target` is what `Frame.targetAt` gave for a mouse event: a Place of this view, or undefined. */
  | { readonly type: 'input'; readonly event: InputEvent; readonly target: unknown }
  | { readonly type: 'resized'; readonly width: number; readonly height: number }
  /** The server's clock, when there are no stats to tell it; optional. */
  | { readonly type: 'tick'; readonly now: Millis };

/** What the dashboard wants done. */
export type Effect =
  /** Answered by a result with the same `ref`. */
  | { readonly type: 'command'; readonly ref: number; readonly command: Command }
  /** Answered by an answer of the same kind, or not at all where the server is gone. */
  | { readonly type: 'ask'; readonly query: Query }
  /** Stop the server; the person was asked. `now`: asked a second time while it drains, so do not wait for the drain. */
  | { readonly type: 'quit'; readonly now: boolean }
  /** Paint every cell again. */
  | { readonly type: 'redraw' }
  /** Change to the next theme. */
  | { readonly type: 'theme' }
  /** Put text into the clipboard. */
  | { readonly type: 'copy'; readonly text: string };

export type Pane = 'users' | 'log';
/** Where keys go: single letters act in the panes, and are typed in the command line. */
export type Focus = Pane | 'command';

export type Column = 'name' | 'address' | 'since' | 'idle' | 'rooms' | 'rate' | 'in' | 'out' | 'lag';

/** The users' table. `shown` is sorted and filtered whenever something changed, not when it is painted. */
export interface Table {
  readonly rows: readonly UserRow[];
  readonly shown: readonly UserRow[];
  readonly sort: Column;
  readonly reversed: boolean;
  readonly filter: string;
  /** The selection stays with the person, wherever sorting moves them. */
  readonly selected: AccountId | null;
  /** Index of the first visible row. */
  readonly top: number;
}

/** Which lines of the log are shown: `talk` messages, `people` comings and goings, `alerts` operators' acts and trouble. */
export type LogGroup = 'all' | 'talk' | 'people' | 'alerts';

/**
 * The live log. While it follows, `entries` takes what comes; while it stands still (paused, or scrolled up), what comes
 * goes to `waiting`, so that what is being read neither moves nor falls off.
 */
export interface Log {
  readonly entries: readonly LogEntry[];
  readonly shown: readonly LogEntry[];
  readonly waiting: readonly LogEntry[];
  /** How many came since it stands still, those that `waiting` dropped included. */
  readonly missed: number;
  readonly state: 'following' | 'scrolled' | 'paused';
  readonly list: ListState;
  readonly group: LogGroup;
  readonly filter: string;
  readonly search: string;
  /** Index in `shown` of the line that is chosen, by a search, a key or the mouse; -1: none. */
  readonly picked: number;
  readonly wrapped: boolean;
}

/** A one-line field in a pane's head, being edited. */
export interface Field {
  readonly of: 'users-filter' | 'log-filter' | 'log-search';
  readonly editor: Editor;
  /** What was there before: Esc puts it back. */
  readonly before: string;
}

export type ListKind = 'rooms' | 'transfers' | 'bans' | 'audit' | 'settings';

/** A list above the screen. */
export interface ListOverlay {
  readonly is: 'list';
  readonly of: ListKind;
  /** Names the selected row, wherever it moves. */
  readonly selected: string | null;
  /** Index of the first visible row. */
  readonly top: number;
  readonly filter: string;
  /** The filter while it is written. */
  readonly field: Editor | null;
  /** As soon as it is there, the newest act that can be is to be taken back. */
  readonly undoes?: true;
}

/** Whom a sanction may be about: by their key, by their name as it looks, by where they come from. */
export type SanctionTarget =
  | { readonly by: 'account'; readonly account: AccountId | null; readonly name: string }
  | { readonly by: 'name'; readonly name: string }
  | { readonly by: 'network'; readonly network: string };

export type SanctionPart = 'who' | 'lasts' | 'reason';

/** Kick, ban or mute: who, for how long, why. */
export interface SanctionForm {
  readonly is: 'sanction';
  readonly act: 'kick' | 'ban' | 'mute';
  readonly targets: readonly [SanctionTarget, ...SanctionTarget[]];
  /** Which of them. */
  readonly chosen: number;
  /** Of a mute; null: everywhere. */
  readonly room: ConversationId | null;
  readonly lasts: Editor;
  readonly reason: Editor;
  /** The part that is being written. */
  readonly at: SanctionPart;
  readonly fault: Notice | null;
  /** What lies below, and comes back. */
  readonly back: Overlay | null;
}

/** One value, being written anew. */
export interface ChangeForm {
  readonly is: 'change';
  /** The command that sets it, with what stands before the value: `set new-per-minute`. */
  readonly line: string;
  /** What it is called among the settings; and of what, where it is not of the server. */
  readonly name: string;
  readonly of: string;
  readonly value: Editor;
  readonly fault: Notice | null;
  readonly back: Overlay | null;
}

/** What lies above the screen and takes all input. */
export type Overlay =
  | { readonly is: 'help'; readonly top: number }
  /** `whom`: an account, or `@name`. */
  | { readonly is: 'details'; readonly whom: string; readonly top: number; readonly back: Overlay | null }
  /** How others join. */
  | { readonly is: 'share' }
  | ListOverlay
  | SanctionForm
  | ChangeForm
  /** A command that hurts; it names its target. `about`: of a deletion, the line that goes. */
  | { readonly is: 'ask'; readonly command: Command; readonly about?: LogEntry; readonly back: Overlay | null }
  | { readonly is: 'quit' };

/** A sentence of the catalogue for the result line. */
export interface Notice {
  readonly tone: 'ok' | 'error' | 'quiet';
  readonly code: string;
  readonly params: ErrorParams;
}

/** A command that has not been answered yet. */
export interface Pending {
  readonly ref: number;
  readonly command: Command;
  /** What the sentences about it name. */
  readonly params: ErrorParams;
}

/** One number over the last minutes: a value every CHART_STEP, the newest last and still being measured. */
export type Series = readonly number[];

export interface Charts {
  readonly users: Series;
  readonly messages: Series;
  readonly traffic: Series;
  readonly memory: Series;
  readonly loop: Series;
  readonly disk: Series;
  /** When the newest value of each series began. */
  readonly stepBegan: Millis;
  /** The most messages in one second since the start. */
  readonly peak: number;
}

export interface Model {
  readonly width: number;
  readonly height: number;
  /** The server's clock as last heard. */
  readonly now: Millis;
  /** Minutes east of UTC, for clock times. */
  readonly offset: number;
  readonly phase: 'starting' | 'open' | 'closing';
  readonly server: ServerFacts | null;
  readonly stats: Stats | null;
  readonly charts: Charts;
  readonly table: Table;
  readonly log: Log;
  readonly focus: Focus;
  /** The pane that Esc goes back to; the only one to be seen on a small screen. */
  readonly pane: Pane;
  readonly command: Editor;
  readonly field: Field | null;
  readonly overlay: Overlay | null;
  readonly known: Known;
  /** Something has happened that an open list does not show yet. */
  readonly outdated: boolean;
  readonly notice: Notice | null;
  readonly pending: readonly Pending[];
  readonly nextRef: number;
}

/** What a mouse target of the view stands for. */
export type Place =
  | { readonly on: 'user'; readonly account: AccountId }
  /** A line of the log, by its index among those that are shown. */
  | { readonly on: 'line'; readonly index: number }
  | { readonly on: 'column'; readonly column: Column }
  | { readonly on: 'pane'; readonly pane: Pane }
  | { readonly on: 'command' }
  /** `pane`: the pane that the action is about, which gets the keys. */
  | { readonly on: 'action'; readonly action: Action; readonly pane?: Pane }
  /** A row of a list, and what may be done with the selected one: the letter of a key. */
  | { readonly on: 'row'; readonly key: string }
  | { readonly on: 'do'; readonly letter: string }
  /** A part of a form, and one of the targets of a sanction. */
  | { readonly on: 'part'; readonly part: SanctionPart }
  | { readonly on: 'target'; readonly index: number }
  | { readonly on: 'yes' }
  | { readonly on: 'no' }
  /** The overlay's own surface, and all behind it. */
  | { readonly on: 'overlay' };
