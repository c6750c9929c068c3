// The dashboard's data: what the server reports (Msg), what it is asked to do (Effect), and what the screen holds (Model).
// Whoever runs the dashboard maps the server's own types to these; nothing here is styled text.

import type { AccountId, Command, Millis, Note, Role } from '../../chat/vocabulary.ts';
import type { ErrorParams } from '../../errors.ts';
import type { Editor } from '../kit/editor.ts';
import type { InputEvent } from '../kit/input.ts';
import type { ListState } from '../kit/list.ts';
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
}

export type LogKind =
  | 'message' // room, name, text; action for /me
  | 'private' // name, other: who with whom, never what
  | 'joined' // room, name
  | 'left' // room, name
  | 'created' // room, name
  | 'topic' // room, name, text
  | 'claimed' // name: the first login under it
  | 'connected' // name, address
  | 'gone' // name; code: why
  | 'refused' // code, params: the sentence in words/en/errors.ts; name or address: whom
  | 'broadcast' // text; name: by whom
  | 'edited' // room, name, text
  | 'deleted' // room, name
  | 'reacted' // room, name, text
  | 'visibility' // room, name, text: what it is now
  | 'banned' // name: whom or what; other: by whom; text: the reason
  | 'unbanned' // name, other
  | 'muted' // name, other, room or none
  | 'unmuted' // name, other, room or none
  | 'ruled' // room, name, text
  | 'door' // name, text
  | 'motd' // name, text
  | 'set' // name, text
  | 'retained' // name, room or none, text: how long
  | 'clock-confirmed' // name
  | 'kicked' // name: whom; other: by whom; text: the reason
  | 'limited' // params.connections; name: by whom
  | 'operated' // code: what was done; params; name: by whom: a sentence `dashboard.operated.CODE`
  | 'file' // code: what became of it; room, name, text: what it is called
  | 'warning'; // code, params: a sentence `dashboard.warning.CODE`; name: whom it is about

/** One line of the live log. Texts may come from peers: they are cleaned when they are painted. */
export interface LogEntry {
  readonly time: Millis;
  readonly kind: LogKind;
  readonly room?: string;
  readonly name?: string;
  readonly other?: string;
  readonly address?: string;
  readonly text?: string;
  readonly action?: boolean;
  readonly code?: string;
  readonly params?: ErrorParams;
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
  /** The server drains: it takes nobody in and will end soon. */
  | { readonly type: 'closing' }
  /** `target` is what `Frame.targetAt` gave for a mouse event: a Place of this view, or undefined. */
  | { readonly type: 'input'; readonly event: InputEvent; readonly target: unknown }
  | { readonly type: 'resized'; readonly width: number; readonly height: number }
  /** The server's clock, when there are no stats to tell it; optional. */
  | { readonly type: 'tick'; readonly now: Millis };

/** What the dashboard wants done. */
export type Effect =
  /** Only kick, broadcast and limit come from here. Answered by a result with the same `ref`. */
  | { readonly type: 'command'; readonly ref: number; readonly command: Command }
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

export type Column = 'name' | 'address' | 'since' | 'idle' | 'rooms' | 'rate' | 'lag';

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
  /** Index in `shown` of the line that the search stands at, or -1. */
  readonly found: number;
  readonly wrapped: boolean;
}

/** A one-line field in a pane's head, being edited. */
export interface Field {
  readonly of: 'users-filter' | 'log-filter' | 'log-search';
  readonly editor: Editor;
  /** What was there before: Esc puts it back. */
  readonly before: string;
}

/** What lies above the screen and takes all input. */
export type Overlay =
  | { readonly is: 'help'; readonly top: number }
  | { readonly is: 'details'; readonly account: AccountId }
  /** How others join. */
  | { readonly is: 'share' }
  /** `account` is null when the name was written in the command line. */
  | {
      readonly is: 'kick';
      readonly account: AccountId | null;
      readonly name: string;
      readonly reason: Editor;
    }
  | { readonly is: 'limit'; readonly value: Editor; readonly fault: Notice | null }
  /** A limit below what is open already asks once more. */
  | { readonly is: 'lower'; readonly connections: number }
  | { readonly is: 'release'; readonly name: string }
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
  readonly notice: Notice | null;
  readonly pending: readonly Pending[];
  readonly nextRef: number;
}

/** What a mouse target of the view stands for. */
export type Place =
  | { readonly on: 'user'; readonly account: AccountId }
  | { readonly on: 'column'; readonly column: Column }
  | { readonly on: 'pane'; readonly pane: Pane }
  | { readonly on: 'command' }
  /** `pane`: the pane that the action is about, which gets the keys. */
  | { readonly on: 'action'; readonly action: Action; readonly pane?: Pane }
  | { readonly on: 'yes' }
  | { readonly on: 'no' }
  /** The overlay's own surface, and all behind it. */
  | { readonly on: 'overlay' };
