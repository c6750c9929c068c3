// Files that wait at the server for those who are away, and for rooms: they come in once, and go out to each who wants them.
import type { AccountId } from '../chat/vocabulary.ts';
import type { DataSession } from '../transfer/data-session.ts';

/** What is to be kept. */
export interface DepotItem {
  /** By offerKey. */
  readonly key: string;
  readonly account: AccountId;
  readonly size: number;
}

export interface Depot {
  /** Whether it is there whole. */
  has(key: string): boolean;
  /** Whether it is on its way in. */
  isComing(key: string): boolean;
  /** Bytes of it that are there. */
  written(key: string): number;
  /** Room for it. Rejects with a TchatError that is the refusal. */
  reserve(item: DepotItem): Promise<void>;
  takeIn(way: DataSession, item: DepotItem): void;
  bringOut(way: DataSession, key: string, size: number): void;
  /** Nobody wants it any more. */
  release(key: string): Promise<void>;
  /** Forgets what nothing is known of. */
  keepOnly(known: (key: string) => boolean): Promise<void>;
  close(): Promise<void>;
}
