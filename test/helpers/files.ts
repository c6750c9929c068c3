// People who give each other files: a client with its transfers, its files in a folder of its own, and a raw end of a way that
// may say whatever it likes.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { MessageRef, Target } from '../../src/chat/vocabulary.ts';
import { isOver, type Transfer } from '../../src/client/transfer-list.ts';
import { Transfers } from '../../src/client/transfers.ts';
import { openWay, type WayOptions } from '../../src/client/way.ts';
import type { TchatError } from '../../src/errors.ts';
import type { DataPacket } from '../../src/protocol/data-packet.ts';
import type { CloseNote } from '../../src/protocol/frame.ts';
import type { Side } from '../../src/protocol/packet.ts';
import { systemClock } from '../../src/session/clock.ts';
import { Heartbeat } from '../../src/session/heartbeat.ts';
import { MemoryTransferJournal } from '../../src/store/memory-transfer-journal.ts';
import type { TransferJournal } from '../../src/store/transfer-journal.ts';
import type { DataOwner, DataSession } from '../../src/transfer/data-session.ts';
import { DiskRoom } from '../../src/transfer/disk-room.ts';
import { Downloads } from '../../src/transfer/downloads.ts';
import type { TestClient } from './clients.ts';
import { Inbox } from './inbox.ts';

export interface FilesOptions {
  /** Where ways are dialled. */
  readonly port: number;
  readonly journal?: TransferJournal;
  readonly patience?: number | null;
  readonly folder?: string;
  /** Addresses at which a direct way may be offered; without it there is none. */
  readonly direct?: readonly string[];
}

/** A folder that is gone after the test. */
export function folderOf(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'tchat-files-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

export class FilesOf {
  readonly transfers: Transfers;
  readonly folder: string;
  readonly way: WayOptions;
  readonly #inbox = new Inbox<readonly Transfer[]>();

  constructor(t: ExecutionContext, client: TestClient, options: FilesOptions) {
    const { port, journal = new MemoryTransferJournal(), patience = null } = options;
    this.folder = options.folder ?? folderOf(t);
    const hosts = options.direct;
    const direct = hosts ? () => hosts : null;
    const room = new DiskRoom();
    const opened = new Map<string, Promise<Downloads>>();
    const downloads = (wanted: string | null) => {
      const path = wanted ?? join(this.folder, 'in');
      const known = opened.get(path) ?? Downloads.open(path, room, { leave: 0 });
      opened.set(path, known);
      return known;
    };
    this.way = {
      address: { host: '127.0.0.1', port },
      ask: query => client.query(query),
      clock: systemClock,
      heartbeat: new Heartbeat(systemClock),
    };
    const send = (command: Parameters<typeof client.client.send>[0]) => client.client.send(command);
    this.transfers = new Transfers({
      way: this.way,
      send,
      journal,
      downloads,
      patience: () => patience,
      random: () => 0,
      direct,
    });
    this.transfers.list.listen(all => this.#inbox.add(all));
    client.hearers.push(message => this.transfers.hear(message));
    for (const message of client.messages) this.transfers.hear(message);
    t.teardown(async () => {
      this.transfers.close();
      for (const each of opened.values()) await (await each).close().catch(() => {});
    });
  }

  /** A file of one's own, to be sent. */
  write(name: string, bytes: Uint8Array): string {
    const path = join(this.folder, name);
    writeFileSync(path, bytes);
    return path;
  }

  /** What has come so far: no part is among it. */
  get received(): string[] {
    return readdirSync(join(this.folder, 'in')).filter(name => !name.startsWith('.'));
  }

  offer(path: string, to: string): Promise<string> {
    const target: Target = to.startsWith('#') ? { to: 'room', room: to } : { to: 'name', name: to };
    return this.transfers.offer(path, target, to);
  }

  /** Resolves with the first transfer, past or to come, that fits. */
  until(what: string, fits: (transfer: Transfer) => boolean): Promise<Transfer> {
    return this.#inbox.first(what, all => all.find(fits));
  }

  /** Takes everything that is offered from now on. */
  takesAll(): void {
    this.transfers.list.listen(all => {
      for (const { key, side, state } of all) if (side === 'receive' && state === 'offered') this.transfers.accept(key);
    });
    for (const { key, side, state } of this.transfers.list.all) {
      if (side === 'receive' && state === 'offered') this.transfers.accept(key);
    }
  }

  over(key: string): Promise<Transfer> {
    return this.until(
      `the end of ${key}`,
      transfer => transfer.key === key && (isOver(transfer) || transfer.state === 'kept'),
    );
  }
}

export type RawHeard = { packet: DataPacket } | { data: number } | { note: CloseNote };

/** One end of a way that does nothing by itself. */
export class RawWay implements DataOwner {
  readonly way: DataSession;
  readonly inbox = new Inbox<RawHeard>();
  bytes = 0;

  private constructor(way: DataSession) {
    this.way = way;
  }

  /** Throws the refusal. */
  static async open(options: WayOptions, about: MessageRef, side: Side, spool = false): Promise<RawWay> {
    const { way } = await openWay(options, { about, side, spool, have: null });
    const raw = new RawWay(way);
    way.heardBy(raw);
    return raw;
  }

  packet(packet: DataPacket): void {
    this.inbox.add({ packet });
  }
  data(piece: Buffer): void {
    this.bytes += piece.length;
    this.inbox.add({ data: this.bytes });
  }
  drained(): void {}
  closed(note: CloseNote): void {
    this.inbox.add({ note });
  }

  hears<T extends DataPacket['type']>(type: T): Promise<Extract<DataPacket, { type: T }>> {
    return this.inbox.first(`packet ${type}`, each =>
      'packet' in each && each.packet.type === type ? (each.packet as Extract<DataPacket, { type: T }>) : null,
    );
  }

  /** The code with which it was ended. */
  ended(): Promise<string> {
    return this.inbox.first('the end', each => ('note' in each ? each.note.code : null));
  }
}

export const codeOf = (error: unknown) => (error as TchatError).code;
