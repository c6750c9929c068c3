// The journal of files in memory: the twin of the durable one, and what is used where nothing can be written.
import type { Millis } from '../chat/vocabulary.ts';
import { isOver, type TransferJournal, type TransferKey, type TransferRecord } from './transfer-journal.ts';

export class MemoryTransferJournal implements TransferJournal {
  readonly #records = new Map<string, TransferRecord>();

  put(record: TransferRecord): boolean {
    this.#records.set(keyOf(record), record);
    return true;
  }

  note(record: TransferRecord): void {
    if (this.#records.has(keyOf(record))) this.put(record);
  }

  list(server: string): readonly TransferRecord[] {
    return [...this.#records.values()].filter(record => record.server === server);
  }

  drop(key: TransferKey): void {
    this.#records.delete(keyOf(key));
  }

  forget(before: Millis): void {
    for (const record of this.#records.values()) if (isOver(record) && record.time < before) this.drop(record);
  }
}

function keyOf({ server, account, id }: TransferKey): string {
  return `${server}/${account}/${id}`;
}
