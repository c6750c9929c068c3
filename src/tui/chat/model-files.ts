// What the screen knows of files: those that are on their way, what became of offers in the log, the overlays about them, and
// paths that were dropped into the composer.
import type { AccountId, ConversationId, FileNote, MessageRef, Millis, WithdrawnWhy } from '../../chat/vocabulary.ts';
import type { ErrorParams } from '../../errors.ts';
import { FATES_HELD } from '../../limits.ts';
import type { Editor } from '../kit/editor.ts';

/** What a screen may say went wrong. */
export type Problem = { readonly code: string; readonly params: ErrorParams };

export type TransferState =
  /** Waits for an answer: one's own where it comes, theirs where it goes. */
  | 'offered'
  /** Goes on by itself; `reason` says what it waits for. */
  | 'waiting'
  | 'running'
  | 'paused'
  /** All of it waits at the server. */
  | 'kept'
  | 'done'
  | 'declined'
  | 'withdrawn'
  | 'expired'
  | 'stopped'
  | 'failed';

/** A file or a folder that is offered or on its way, as whoever carries it tells. */
export interface Transfer {
  /** Names it, for the life of its offer. */
  readonly key: string;
  /** The offer in the log. */
  readonly about: MessageRef;
  readonly side: 'send' | 'receive';
  /** '' until it is known. */
  readonly conversation: ConversationId;
  /** The other person, or the room. */
  readonly who: string;
  /** Null: nobody here can read what it is called. */
  readonly file: FileNote | null;
  /** Bytes, and those that have gone. */
  readonly size: number;
  readonly done: number;
  /** Bytes a second. */
  readonly rate: number;
  readonly route: 'relay' | 'direct' | 'spool' | null;
  readonly state: TransferState;
  readonly reason: Problem | null;
  /** Names of those who have it. */
  readonly received: readonly string[];
  /** What is sent, or where what came was put. */
  readonly path: string | null;
  readonly since: Millis;
}

/** What became of an offer, by the log. */
export interface Fate {
  /** Who has it, by account. */
  readonly have: ReadonlyMap<AccountId, string>;
  /** Why it stands no more, and by whose word. */
  readonly end: { readonly why: 'declined' | WithdrawnWhy; readonly name: string } | null;
}

export interface Files {
  /** Those that want an answer, those that move or wait, those that are over; see inOrder. */
  readonly transfers: readonly Transfer[];
  /** By offerName. */
  readonly byOffer: ReadonlyMap<string, Transfer>;
  /** Keys of those that were on their way while this screen looked on: what was over before stands in the list alone. */
  readonly live: ReadonlySet<string>;
  /** Whether the transfers were told once: what was so before is no news. */
  readonly heard: boolean;
  /** Bytes a second that each may take; null: as many as there are. */
  readonly cap: number | null;
  /** Where what comes is put; '' while that is not known. */
  readonly downloads: string;
  /** A path in the composer that is being completed: what stood there, and where the path began. */
  readonly completing: { readonly ref: number; readonly start: number; readonly text: string } | null;
  /** By offerName, the oldest first. */
  readonly fates: ReadonlyMap<string, Fate>;
}

export const NO_FILES: Files = {
  ...{
    transfers: [],
    byOffer: new Map(),
    live: new Set(),
    heard: false,
    cap: null,
    downloads: '',
    completing: null,
    fates: new Map(),
  },
};

/** The list of files: while it is open, plain letters are keys. */
export interface FilesOverlay {
  readonly is: 'files';
  /** The key of a transfer; null or one that is gone: the first. */
  readonly selected: string | null;
  /** All about the selected one, in place of the list. */
  readonly details: boolean;
  /** Whether the selected one is really to be ended. */
  readonly asking: boolean;
}

/** What is in a folder. */
export interface FolderEntry {
  readonly name: string;
  readonly path: string;
  readonly folder: boolean;
  /** Bytes; of a folder 0. */
  readonly size: number;
  readonly modified: Millis;
}

/** Choosing what to send, or the folder in which something is put. */
export interface Picker {
  readonly is: 'send-file';
  readonly purpose:
    | { readonly for: 'send'; readonly chat: ConversationId | AccountId }
    | { readonly for: 'save'; readonly transfer: string };
  /** The listing that is waited for, or was last. */
  readonly ref: number;
  /** '' until the first listing. */
  readonly folder: string;
  readonly above: string | null;
  /** Null while the folder is being read. */
  readonly entries: readonly FolderEntry[] | null;
  /** There are more than are listed. */
  readonly more: boolean;
  readonly problem: Problem | null;
  readonly filter: Editor;
  readonly selected: number;
  /** The entry to select when the listing comes: where one was. */
  readonly from: string | null;
  /** By path. */
  readonly marked: ReadonlyMap<string, FolderEntry>;
  /** Entries whose names begin with a dot are shown too. */
  readonly hidden: boolean;
}

/** A paste that looks like paths: sent or inserted, as the person says. */
export interface Dropped {
  readonly ref: number;
  readonly chat: ConversationId | AccountId;
  readonly text: string;
  /** Null while it is being looked whether they are there. */
  readonly files: readonly FolderEntry[] | null;
}

/** One name for an offer: ids are unique an account. */
export function offerName({ account, id }: MessageRef): string {
  return `${account}/${id}`;
}

const OVER: ReadonlySet<TransferState> = new Set(['done', 'declined', 'withdrawn', 'expired', 'stopped', 'failed']);

/** Nothing more becomes of it by itself. */
export function isOver({ state }: Pick<Transfer, 'state'>): boolean {
  return OVER.has(state);
}

/** It is the reader's to answer. */
export function wantsAnswer({ side, state }: Pick<Transfer, 'side' | 'state'>): boolean {
  return side === 'receive' && state === 'offered';
}

/** Of several in one go the first comes first, of those that are over the last. */
export function inOrder(transfers: readonly Transfer[]): readonly Transfer[] {
  const rank = (transfer: Transfer) => (wantsAnswer(transfer) ? 0 : isOver(transfer) ? 2 : 1);
  return transfers
    .map((transfer, index) => ({ transfer, index, rank: rank(transfer) }))
    .sort((a, b) => a.rank - b.rank || (a.rank === 2 ? b.index - a.index : a.index - b.index))
    .map(({ transfer }) => transfer);
}

/** The fates after another event of the log; the same where it changes none. */
export function withFate(
  fates: Files['fates'],
  about: MessageRef,
  change: (fate: Fate) => Fate,
): ReadonlyMap<string, Fate> {
  const name = offerName(about);
  const before = fates.get(name) ?? { have: new Map(), end: null };
  const after = change(before);
  if (after === before) return fates;
  const next = new Map(fates).set(name, after);
  const [oldest] = next.keys();
  if (oldest !== undefined && next.size > FATES_HELD) next.delete(oldest);
  return next;
}
