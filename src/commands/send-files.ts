// tchat send --file: files and folders from a script. Exit 0 only when each is delivered, or waits at the server.
import type { Target } from '../chat/vocabulary.ts';
import type { Client } from '../client/client.ts';
import { isOver, type Transfer } from '../client/transfer-list.ts';
import type { Transfers } from '../client/transfers.ts';
import { asTchatError, EXIT, type ExitCode, TchatError } from '../errors.ts';
import { SCRIPT_PATIENCE } from '../limits.ts';
import { openSource } from '../transfer/source.ts';
import type { ClientArguments } from './profile.ts';
import { runScript, type ScriptEnd } from './script-client.ts';
import { FilesEnd, ProgressBar, printTransfer, transfersOf } from './script-files.ts';

export interface FileArguments extends ClientArguments {
  readonly json?: boolean;
  /** KiB a second. */
  readonly rate?: number;
  readonly direct?: boolean;
}

/** Throws a TchatError. */
export async function sendFiles(
  address: string,
  target: Target,
  files: readonly string[],
  options: FileArguments,
): Promise<ExitCode> {
  // What is not there is told before anybody is asked about anything.
  for (const file of files) await openSource(file);
  const sending = new SendingFiles(target, files, options);
  const agreed = options.direct === undefined ? {} : { direct: options.direct };
  let transfers: Transfers | null = null;
  try {
    return await runScript(
      { ...options, address, patient: true, keeps: true },
      (client, end, _welcome, reach) => {
        transfers = transfersOf(client, reach, { patience: SCRIPT_PATIENCE, ...agreed });
        client.watch(target.to === 'room' ? [target.room] : [], true);
        if (options.rate !== undefined) transfers.setRateCap(options.rate * 1024);
        sending.follow(transfers, client, end);
      },
      (message, client, end) => {
        transfers?.hear(message);
        sending.end.look(client, end);
      },
    );
  } finally {
    sending.bar.clear();
    (transfers as Transfers | null)?.close();
  }
}

/** The server takes no more offers for now: the next one follows when one of these is through. */
const LATER = new Set(['too-many-offers', 'too-fast', 'slow']);
/** Nobody takes it, and it cannot wait. */
const NOWHERE = new Set(['no-spool', 'spool-full', 'spool-account-full', 'storage-full', 'storage-failed']);

class SendingFiles {
  readonly bar = new ProgressBar();
  readonly end = new FilesEnd();
  readonly #target: Target;
  readonly #left: string[];
  readonly #options: FileArguments;
  readonly #going = new Set<string>();
  #offering = false;
  #fault: TchatError | null = null;

  constructor(target: Target, files: readonly string[], options: FileArguments) {
    this.#target = target;
    this.#left = [...files];
    this.#options = options;
  }

  follow(transfers: Transfers, client: Client, end: ScriptEnd): void {
    const look = () => {
      if (this.end.isNear) return;
      const fault = this.#look(transfers.list.all);
      if (fault) {
        // Nobody is left who could give them.
        for (const key of this.#going) transfers.cancel(key);
        this.end.finish(fault, client, end);
      } else if (this.#left.length === 0 && this.#going.size === 0) this.end.finish(EXIT.done, client, end);
      else if (this.#left.length > 0) void this.#offer(transfers).then(look);
    };
    transfers.list.listen(all => {
      this.bar.draw(all.filter(each => this.#going.has(each.key)));
      look();
    });
    look();
  }

  /** Offers what is left, as far as the server takes it now. */
  async #offer(transfers: Transfers): Promise<void> {
    if (this.#offering) return NEVER;
    this.#offering = true;
    try {
      for (let path = this.#left[0]; path !== undefined; path = this.#left[0]) {
        this.#going.add(await transfers.offer(path, this.#target, nameOf(this.#target)));
        this.#left.shift();
      }
    } catch (error) {
      const known = asTchatError(error);
      if (LATER.has(known.code) && this.#going.size > 0) return NEVER;
      this.#fault = known;
    } finally {
      this.#offering = false;
    }
  }

  /** Says what is through; gives why one will never be. */
  #look(all: readonly Transfer[]): TchatError | null {
    for (const transfer of all) {
      const { key, state, reason } = transfer;
      if (!this.#going.has(key)) continue;
      if (state === 'waiting' && reason && NOWHERE.has(reason.code))
        this.#fault ??= new TchatError(reason.code, reason.params);
      if (state !== 'kept' && !isOver(transfer)) continue;
      this.#going.delete(key);
      this.bar.clear();
      if (state === 'done' || state === 'kept') {
        printTransfer(transfer, this.#options.json === true);
      } else this.#fault ??= new TchatError(reason?.code ?? state, reason?.params ?? {});
    }
    return this.#fault;
  }
}

/** Whoever offers already, or waits for room, looks again by itself. */
const NEVER = new Promise<void>(() => {});

function nameOf(target: Target): string {
  return target.to === 'room' ? target.room : target.to === 'name' ? target.name : target.account;
}
