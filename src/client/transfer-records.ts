// What is remembered of files over restarts, as a client uses it: one record a transfer, changed as it goes on.
import { offerKey } from '../chat/offers.ts';
import { cleanShort } from '../chat/text.ts';
import type { FileNote, Millis } from '../chat/vocabulary.ts';
import { FILE_NAME_UNITS } from '../limits.ts';
import type { TransferJournal, TransferRecord } from '../store/transfer-journal.ts';
import type { Downloads } from '../transfer/downloads.ts';
import type { Source } from '../transfer/source.ts';
import type { Transfer, TransferState } from './transfer-list.ts';

const SEALED: FileNote = { name: '', folder: false, files: 1, modified: null, executable: false };

export class TransferRecords {
  readonly #journal: TransferJournal;
  readonly #downloads: (folder: string | null) => Promise<Downloads>;
  readonly #records = new Map<string, TransferRecord>();
  #server = '';

  /** `downloads`: the folder of this name, or the usual one. */
  constructor(journal: TransferJournal, downloads: (folder: string | null) => Promise<Downloads>) {
    this.#journal = journal;
    this.#downloads = downloads;
  }

  /** Those of earlier processes at a server. */
  open(server: string): readonly TransferRecord[] {
    this.#server = server;
    const all = this.#journal.list(server);
    for (const record of all) this.#records.set(offerKey(record), record);
    return all;
  }

  get(key: string): TransferRecord | undefined {
    return this.#records.get(key);
  }

  add(
    { about, conversation, file, size, since }: Transfer,
    more: Pick<TransferRecord, 'way' | 'peer' | 'path' | 'print'>,
  ): void {
    const { name, folder, files, modified, executable } = file ?? SEALED;
    const record: TransferRecord = {
      ...{ ...about, server: this.#server, conversation, state: 'offered', time: since },
      ...{ name, folder, files, size, modified, executable, part: null, fault: null, ...more },
    };
    // What others offer is known to the server as long as it stands: it is kept from when it is accepted on.
    if (more.way === 'out') this.#put(record);
    else this.#records.set(offerKey(about), record);
  }

  /** `urgent`: on the disk when it returns. False: another process of this profile goes on with it. */
  change(key: string, change: Partial<TransferRecord>, urgent = true): boolean {
    const record = this.#records.get(key);
    if (!record) return true;
    if (urgent) return this.#put({ ...record, ...change });
    this.#records.set(key, { ...record, ...change });
    this.#journal.note({ ...record, ...change });
    return true;
  }

  /** Takes away what is left of something that will not come to its end. */
  async discard(key: string): Promise<void> {
    const record = this.#records.get(key);
    if (!record?.part) return;
    try {
      const downloads = await this.#downloads(record.path);
      await downloads.discard(record.part);
      this.change(key, { part: null });
    } catch {
      // It stays among the parts, where nobody takes it for a file.
    }
  }

  drop(key: string): void {
    const record = this.#records.get(key);
    this.#records.delete(key);
    if (record) this.#journal.drop(record);
  }

  /** What was sent in the same way and is not through. */
  unfinished(source: Source, open: (record: TransferRecord, key: string) => boolean): string | null {
    for (const [key, record] of this.#records) {
      const same = record.way === 'out' && record.path === source.path && record.print === source.print;
      if (same && open(record, key)) return key;
    }
    return null;
  }

  /** A disk that keeps nothing is no reason to stop: only a restart would have to begin anew. */
  #put(record: TransferRecord): boolean {
    try {
      if (!this.#journal.put(record)) return false;
    } catch {
      this.#journal.note(record);
    }
    this.#records.set(offerKey(record), record);
    return true;
  }
}

/** What of an earlier process’s transfer is shown until the server has said more. */
export function recalled(record: TransferRecord): Omit<Transfer, 'key'> {
  const { account, id, conversation, name, folder, files, modified, executable, size, path, way, fault, time } = record;
  const goesOn: TransferState = way === 'out' ? 'offered' : 'waiting';
  return {
    ...{ about: { account, id }, side: way === 'out' ? 'send' : 'receive', conversation, who: '' },
    ...{ file: { name, folder, files, modified, executable }, size, path, since: time, reason: fault },
    ...{
      done: record.part?.synced ?? 0,
      rate: 0,
      route: null,
      received: [],
      state: record.state === 'running' ? goesOn : record.state,
    },
  };
}

/** What others are told of a source. */
export function noteOf({ name, folder, files, modified, executable }: Source): FileNote {
  return { name: cleanShort(name, FILE_NAME_UNITS) || 'file', folder, files, modified, executable };
}

/** A transfer of which nothing has moved. */
export function fresh(
  head: Pick<Transfer, 'about' | 'side' | 'conversation' | 'who' | 'file' | 'size' | 'path'>,
  since: Millis,
): Transfer {
  const nothing = { done: 0, rate: 0, route: null, state: 'offered', reason: null, received: [] } as const;
  return { ...head, ...nothing, key: offerKey(head.about), since };
}
