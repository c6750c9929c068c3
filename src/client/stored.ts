// Tells the server how far this device has written down what concerns its account, so that others see their words as delivered:
// never before it is written.
import { isPrivate } from '../chat/conversations.ts';
import type { AccountId, AnyEvent, Position } from '../chat/vocabulary.ts';
import type { ClientStore } from '../store/client-store.ts';
import { Paced } from './paced.ts';

export interface StoredOptions {
  readonly store: ClientStore | null;
  /** Tells the server, which is there. */
  readonly tell: (position: Position) => void;
  readonly later: (milliseconds: number, call: () => void) => () => void;
}

export class StoredNotes {
  readonly #options: StoredOptions;
  readonly #telling: Paced;
  /** Private words of others that the server is not told about: where the first and the last of them stand. */
  #owed: { readonly first: Position; readonly last: Position } | null = null;
  #here = false;

  constructor(options: StoredOptions) {
    this.#options = options;
    this.#telling = new Paced(options.later, () => this.#tell());
    options.store?.whenWritten(() => this.#look());
  }

  /** Logged in: what is written is told once in any case, the server may have lost it. */
  enter(): void {
    this.#here = true;
    const written = this.#options.store?.written ?? 0;
    this.#owed = written > 0 ? { first: written, last: written } : null;
    this.#look();
  }

  /** The connection is gone; nothing follows until the next login. */
  leave(): void {
    this.#here = false;
    this.#telling.stop();
  }

  /** An event that the store was given. */
  heard({ conversation, account, position }: AnyEvent, own: AccountId): void {
    if (!isPrivate(conversation) || account === own) return;
    this.#owed = { first: this.#owed?.first ?? position, last: Math.max(position, this.#owed?.last ?? 0) };
    this.#look();
  }

  #look(): void {
    if (this.#isDue()) this.#telling.soon();
  }

  #isDue(): boolean {
    const { written } = this.#options.store ?? {};
    return this.#here && this.#owed !== null && (written ?? 0) >= this.#owed.first;
  }

  #tell(): void {
    const written = this.#options.store?.written ?? 0;
    if (!this.#owed || !this.#isDue()) return;
    const { last } = this.#owed;
    this.#owed = last > written ? { first: written + 1, last } : null;
    this.#options.tell(written);
  }
}
