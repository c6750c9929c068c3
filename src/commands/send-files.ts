// tchat send --file: files and folders from a script. Exit 0 only when each is delivered, or waits at the server.
import type { Target } from '../chat/vocabulary.ts';
import { isOver, type Transfer, type Transfers } from '../client/transfers.ts';
import { asTchatError, EXIT, type ExitCode, TchatError } from '../errors.ts';
import { SCRIPT_PATIENCE } from '../limits.ts';
import { openSource } from '../transfer/source.ts';
import { runScript, type ScriptEnd } from './script-client.ts';
import { ProgressBar, transferLine, transfersOf } from './script-files.ts';
import type { SendArguments } from './send.ts';

/** Throws a TchatError. */
export async function sendFiles(
  address: string,
  target: Target,
  files: readonly string[],
  options: SendArguments,
): Promise<ExitCode> {
  // What is not there is told before anybody is asked about anything.
  for (const file of files) await openSource(file);
  const sending = new SendingFiles(target, files, options);
  let transfers: Transfers | null = null;
  try {
    return await runScript(
      { ...options, address, patient: true },
      (client, end, _welcome, reach) => {
        transfers = transfersOf(client, reach, { patience: SCRIPT_PATIENCE });
        client.watch([], true);
        sending.follow(transfers, end);
      },
      message => transfers?.hear(message),
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
  readonly #target: Target;
  readonly #left: string[];
  readonly #options: SendArguments;
  readonly #going = new Set<string>();
  #offering = false;

  constructor(target: Target, files: readonly string[], options: SendArguments) {
    this.#target = target;
    this.#left = [...files];
    this.#options = options;
  }

  follow(transfers: Transfers, end: ScriptEnd): void {
    transfers.list.listen(all => {
      for (const each of all) if (this.#going.has(each.key)) this.#look(each, end);
      this.bar.draw(all.filter(each => this.#going.has(each.key)));
      void this.#offer(transfers, end);
    });
    void this.#offer(transfers, end);
  }

  async #offer(transfers: Transfers, end: ScriptEnd): Promise<void> {
    if (this.#offering) return;
    this.#offering = true;
    try {
      for (let path = this.#left[0]; path !== undefined; path = this.#left[0]) {
        const key = await transfers.offer(path, this.#target, nameOf(this.#target));
        this.#going.add(key);
        this.#left.shift();
        const now = transfers.list.get(key);
        if (now) this.#look(now, end);
      }
      this.#settle(end);
    } catch (error) {
      const known = asTchatError(error);
      if (!LATER.has(known.code) || this.#going.size === 0) end.finish(known);
    } finally {
      this.#offering = false;
    }
  }

  #look(transfer: Transfer, end: ScriptEnd): void {
    const { key, state, reason } = transfer;
    if (state === 'waiting' && reason && NOWHERE.has(reason.code)) {
      end.finish(new TchatError(reason.code, reason.params));
      return;
    }
    if (state !== 'kept' && !isOver(transfer)) return;
    this.#going.delete(key);
    this.bar.clear();
    if (state === 'done' || state === 'kept') {
      process.stdout.write(`${transferLine(transfer, this.#options.json === true)}\n`);
      this.#settle(end);
    } else end.finish(new TchatError(reason?.code ?? state, reason?.params ?? {}));
  }

  #settle(end: ScriptEnd): void {
    if (this.#left.length === 0 && this.#going.size === 0) end.finish(EXIT.done);
  }
}

function nameOf(target: Target): string {
  return target.to === 'room' ? target.room : target.to === 'name' ? target.name : target.account;
}
