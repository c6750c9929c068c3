// What scripts share that give or take files: the transfers of one client, their lines, and a bar on a terminal.
import { cleanLine, upright } from '../chat/text.ts';
import type { Client } from '../client/client.ts';
import { isOver, type Transfer } from '../client/transfer-list.ts';
import { Transfers, type TransfersOptions } from '../client/transfers.ts';
import { readSettings } from '../config.ts';
import type { ExitCode, TchatError } from '../errors.ts';
import { folders } from '../folders.ts';
import { systemClock } from '../session/clock.ts';
import { Heartbeat } from '../session/heartbeat.ts';
import { formatBytes, formatDuration, formatRate } from '../tui/kit/format.ts';
import { say } from '../words/words.ts';
import { directAddresses } from './direct-addresses.ts';
import { DownloadFolders } from './download-folders.ts';
import { isWatched, overwrite, printJson, printLine } from './print.ts';
import type { Reach, ScriptEnd } from './script-client.ts';

export interface ScriptFilesOptions {
  /** Where what comes is put; the usual folder without it. */
  readonly folder?: string;
  /** See TransfersOptions. */
  readonly patience: number | null;
  readonly arrived?: (transfer: Transfer) => void;
  /** Whether direct ways are taken; the setting without it. */
  readonly direct?: boolean;
}

/** The transfers of a client that is in; the caller gives them what the client says from then on. */
export function transfersOf(
  client: Client,
  reach: Reach,
  { folder, direct, patience, ...more }: ScriptFilesOptions,
): Transfers {
  const opened = new DownloadFolders();
  const downloads = (wanted: string | null) => opened.open(wanted ?? folder ?? folders().downloads);
  const agreed = direct ?? readSettings(folders().config).direct;
  const addresses = agreed ? () => directAddresses(reach.address.host) : null;
  const { journal, ...server } = reach;
  const way = { ...server, ask: client.query.bind(client), clock: systemClock, heartbeat: new Heartbeat(systemClock) };
  const send: TransfersOptions['send'] = command => client.send(command);
  return new Transfers({ way, send, journal, downloads, patience: () => patience, direct: addresses, ...more });
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

/** Says that a file is through, or waits at the server; of one that came where it is. */
export function printTransfer(transfer: Transfer, json: boolean): void {
  const { key, side, who, file, size, state, path, route } = transfer;
  const name = file?.name ?? '';
  if (json) printJson({ file: key, name, with: who, size, state, route, path });
  else if (side === 'receive') printLine(path ?? '');
  else printLine(say(state === 'kept' ? 'files.kept' : 'files.sent', { name, who }));
}

/** One line on a terminal that shows how far all is; nothing where there is no terminal. */
export class ProgressBar {
  readonly #shown = isWatched();
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
    overwrite([upright(what).slice(0, 40), ...parts.filter(part => part !== '')].join('  '));
    this.#drawn = true;
  }

  /** Before anything else is printed. */
  clear(): void {
    if (this.#drawn) overwrite('');
    this.#drawn = false;
  }
}

/** Columns of the bar. */
const BAR = 20;
