// The port of what a client remembers of files over restarts: what it offered and what it was offered, what became of that, and
// how far what it receives has come. It belongs to a profile at an address, like the client's store that it is a part of.
import type { AccountId, ConversationId, MessageId, Millis } from '../chat/vocabulary.ts';
import type { ErrorCode, ErrorParams } from '../errors.ts';

/** By what an offer is known at a server: ids are unique an account. */
export interface TransferKey {
  readonly server: string;
  readonly account: AccountId;
  readonly id: MessageId;
}

/**
 * `offered`: nobody has said yes; `running`: it goes on by itself whenever it can; `paused`: when the person says so. The others
 * are ends.
 */
export const TRANSFER_STATES = [
  ...(['offered', 'running', 'paused'] as const),
  ...(['done', 'failed', 'declined', 'withdrawn', 'expired'] as const),
] as const;
export type TransferState = (typeof TRANSFER_STATES)[number];

/** How far what is received has come on the disk: see SinkState, whose JSON this is. */
export interface PartNote {
  readonly part: string;
  readonly inode: string;
  readonly boot: string;
  readonly synced: number;
  readonly placing: { readonly name: string; readonly inode: string } | null;
}

export interface TransferRecord extends TransferKey {
  readonly way: 'out' | 'in';
  readonly conversation: ConversationId;
  /** The other one in private talk; null: a room. */
  readonly peer: AccountId | null;
  readonly state: TransferState;
  /** When it was offered, by this machine's clock. */
  readonly time: Millis;
  /** As its owner calls it. */
  readonly name: string;
  readonly folder: boolean;
  readonly files: number;
  /** Bytes of the stream. */
  readonly size: number;
  /** Of a file: milliseconds since 1970. */
  readonly modified: Millis | null;
  readonly executable: boolean;
  /** Out: the file or folder that is sent. In: the folder that it goes to; when it is done, what it has become. */
  readonly path: string | null;
  /** Out: the print of the source, so that nothing else is sent as the rest of it. */
  readonly print: string | null;
  /** In: what was kept of it last. */
  readonly part: PartNote | null;
  /** Why it failed. */
  readonly fault: { readonly code: ErrorCode; readonly params: ErrorParams } | null;
}

/** Whether nothing more will come of it. */
export function isOver({ state }: Pick<TransferRecord, 'state'>): boolean {
  return state !== 'offered' && state !== 'running' && state !== 'paused';
}

/** Transfers of this process, and of those that are no more, as lines are in the client's store. Only `put` throws. */
export interface TransferJournal {
  /**
   * Keeps it as it is now: on the disk when this returns. False, and nothing is changed, while another process that lives is
   * at it. Throws a TchatError `storage-full` or `storage-failed`.
   */
  put(record: TransferRecord): boolean;
  /** The same, soon, for what was put before: nothing is lost with it that would not be found again. */
  note(record: TransferRecord): void;
  /** Those of this process at a server, in the order in which they were put first. */
  list(server: string): readonly TransferRecord[];
  drop(key: TransferKey): void;
  /** What is over and was offered before a moment goes. */
  forget(before: Millis): void;
}
