// What scripts share that give or take files: the transfers of one client, their lines, and a bar on a terminal.
import { cleanLine, upright } from '../chat/text.ts';
import type { Client } from '../client/client.ts';
import { isOver, type Transfer, Transfers } from '../client/transfers.ts';
import type { ExitCode, TchatError } from '../errors.ts';
import { folders } from '../folders.ts';
import { systemClock } from '../session/clock.ts';
import { Heartbeat } from '../session/heartbeat.ts';
import { MemoryTransferJournal } from '../store/memory-transfer-journal.ts';
import { DiskRoom } from '../transfer/disk-room.ts';
import { Downloads } from '../transfer/downloads.ts';
import { formatBytes, formatDuration, formatRate } from '../tui/kit/format.ts';
import { say } from '../words/words.ts';
import { jsonLine } from './json-lines.ts';
import type { Reach, ScriptEnd } from './script-client.ts';

export interface ScriptFilesOptions {
  /** Where what comes is put; the usual folder without it. */
  readonly folder?: string;
  /** See TransfersOptions. */
  readonly patience: number | null;
}

/** The transfers of a client that is in; the caller gives them what the client says from then on. */
export function transfersOf(client: Client, reach: Reach, { folder, patience }: ScriptFilesOptions): Transfers {
  const room = new DiskRoom();
  const open = new Map<string, Promise<Downloads>>();
  const downloads = (wanted: string | null) => {
    const path = wanted ?? folder ?? folders().downloads;
    const known = open.get(path) ?? Downloads.open(path, room);
    open.set(path, known);
    // A folder that could not be used may be usable later.
    known.catch(() => open.delete(path));
    return known;
  };
  const way = { ...reach, ask: client.query.bind(client), clock: systemClock, heartbeat: new Heartbeat(systemClock) };
  const journal = new MemoryTransferJournal();
  return new Transfers({ way, send: command => client.send(command), journal, downloads, patience });
}

/** Ends a script when the server has heard all that it was told of its files. */
export class FilesEnd {
  #result: ExitCode | TchatError | null = null;

  /** The first call counts. */
  finish(result: ExitCode | TchatError, client: Client, end: ScriptEnd): void {
    this.#result ??= result;
    this.look(client, end);
  }

  get isNear(): boolean {
    return this.#result !== null;
  }

  /** Whenever the client has said something. */
  look(client: Client, end: ScriptEnd): void {
    if (this.#result !== null && client.unanswered === 0) end.finish(this.#result);
  }
}

/** What is printed of a file that is through, or that waits at the server: where it is. */
export function transferLine(transfer: Transfer, json: boolean): string {
  const { key, side, who, file, size, state, path, route } = transfer;
  const name = file?.name ?? '';
  if (json) return jsonLine({ file: key, name, with: who, size, state, route, path });
  if (side === 'receive') return cleanLine(path ?? '');
  return say(state === 'kept' ? 'files.kept' : 'files.sent', { name: cleanLine(name), who: cleanLine(who) });
}

/** One line on a terminal that shows how far all is; nothing where there is no terminal. */
export class ProgressBar {
  readonly #out = process.stderr;
  readonly #shown = process.stderr.isTTY === true;
  #drawn = false;

  draw(all: readonly Transfer[]): void {
    if (!this.#shown) return;
    const going = all.filter(each => !isOver(each) && each.state !== 'kept');
    const total = going.reduce((sum, each) => sum + each.size, 0);
    if (going.length === 0) {
      this.clear();
      return;
    }
    const done = going.reduce((sum, each) => sum + each.done, 0);
    const rate = going.reduce((sum, each) => sum + each.rate, 0);
    const [first] = going;
    const what =
      going.length === 1 && first?.file ? cleanLine(first.file.name) : say('files.several', { count: going.length });
    const route = [...new Set(going.map(each => each.route).filter(each => each !== null))].join(', ');
    const left = rate > 0 ? formatDuration(((total - done) / rate) * 1_000) : '';
    const share = total === 0 ? 1 : done / total;
    const bar = '█'.repeat(Math.round(share * BAR)).padEnd(BAR, '░');
    const parts = [
      bar,
      `${Math.floor(share * 100)} %`,
      formatBytes(done),
      rate > 0 ? formatRate(rate) : '',
      left,
      route,
    ];
    const line = [upright(what).slice(0, 40), ...parts.filter(part => part !== '')].join('  ');
    this.#out.write(`\r\u001b[K${line.slice(0, Math.max(20, (this.#out.columns ?? 80) - 1))}`);
    this.#drawn = true;
  }

  /** Before anything else is printed. */
  clear(): void {
    if (this.#drawn) this.#out.write('\r\u001b[K');
    this.#drawn = false;
  }
}

/** Columns of the bar. */
const BAR = 20;
