// What belongs to one command: an account and the id that it gave. Two steps instead of one joined key, which would
// have to be made and hashed for every message.
import type { AccountId, MessageId } from '../chat/vocabulary.ts';

export class ByCommand<T> {
  readonly #accounts = new Map<AccountId, Map<MessageId, T>>();

  get(account: AccountId, id: MessageId): T | undefined {
    return this.#accounts.get(account)?.get(id);
  }

  set(account: AccountId, id: MessageId, value: T): void {
    const ids = this.#accounts.get(account);
    if (ids) ids.set(id, value);
    else this.#accounts.set(account, new Map([[id, value]]));
  }

  /** All of them. */
  *values(): IterableIterator<T> {
    for (const ids of this.#accounts.values()) yield* ids.values();
  }

  /** Forgets it; nothing remains of an account that has no more. */
  delete(account: AccountId, id: MessageId): void {
    const ids = this.#accounts.get(account);
    if (ids?.delete(id) && ids.size === 0) this.#accounts.delete(account);
  }
}
