// tchat receive: takes the files that are offered, without being asked about each: running it is the consent.
import { isRoom } from '../chat/conversations.ts';
import { foldName } from '../chat/text.ts';
import type { Client } from '../client/client.ts';
import { isOver, type Transfer } from '../client/transfer-list.ts';
import type { Transfers } from '../client/transfers.ts';
import { EXIT, type ExitCode, TchatError } from '../errors.ts';
import type { ClientArguments } from './profile.ts';
import { runScript, type ScriptEnd } from './script-client.ts';
import { FilesEnd, ProgressBar, printTransfer, transfersOf } from './script-files.ts';

export interface ReceiveArguments extends ClientArguments {
  readonly from?: string;
  readonly dir?: string;
  readonly count?: number;
  /** KiB a second. */
  readonly rate?: number;
  readonly direct?: boolean;
  readonly json?: boolean;
}

/** Runs until --count files are here, Ctrl-C, or the server says no. One line a file: where it is. Throws a TchatError. */
export async function receive(address: string, options: ReceiveArguments): Promise<ExitCode> {
  const { from, dir } = options;
  if (from !== undefined && !/^@./.test(from)) {
    throw new TchatError('bad-option', { option: '--from', value: from, wanted: "write '@user'" });
  }
  const receiving = new Taking(options);
  const agreed = options.direct === undefined ? {} : { direct: options.direct };
  let transfers: Transfers | null = null;
  try {
    return await runScript(
      { ...options, address, patient: true, keeps: true },
      (client, end, _welcome, reach) => {
        const arrived = (transfer: Transfer) => receiving.arrived(transfer);
        transfers = transfersOf(client, reach, {
          ...(dir === undefined ? {} : { folder: dir }),
          patience: null,
          arrived,
          ...agreed,
        });
        if (options.rate !== undefined) transfers.setRateCap(options.rate * 1024);
        receiving.follow(transfers, client, end);
        client.watch([], true);
      },
      (message, client, end) => {
        transfers?.hear(message);
        receiving.end.look(client, end);
      },
    );
  } finally {
    receiving.bar.clear();
    (transfers as Transfers | null)?.close();
  }
}

class Taking {
  readonly bar = new ProgressBar();
  readonly end = new FilesEnd();
  readonly #options: ReceiveArguments;
  readonly #told = new Set<string>();
  #received = 0;

  constructor(options: ReceiveArguments) {
    this.#options = options;
  }

  follow(transfers: Transfers, client: Client, end: ScriptEnd): void {
    transfers.list.listen(all => {
      for (const each of all) {
        const fault = this.#look(each, transfers);
        if (fault) this.end.finish(fault, client, end);
      }
      if (this.#isEnough) this.end.finish(EXIT.done, client, end);
      else this.bar.draw(all.filter(each => this.#isMeant(each)));
    });
  }

  /** Why it is over, where it could not be received. */
  #look(transfer: Transfer, transfers: Transfers): TchatError | null {
    const { key, state, reason } = transfer;
    if (!this.#isMeant(transfer) || this.#told.has(key) || this.end.isNear || this.#isEnough) return null;
    if (state === 'offered' && this.#mayTake(transfers)) transfers.accept(key);
    if (!isOver(transfer)) return null;
    this.#told.add(key);
    this.bar.clear();
    // What somebody else took back is no failure of ours; what went wrong here is.
    if (state === 'failed') return new TchatError(reason?.code ?? 'internal', reason?.params ?? {});
    return null;
  }

  /** Also what an earlier process had received and could not tell any more. */
  arrived(transfer: Transfer): void {
    if (!this.#isMeant(transfer)) return;
    this.bar.clear();
    printTransfer(transfer, this.#options.json === true);
    this.#received += 1;
  }

  #isMeant({ side, conversation, who }: Transfer): boolean {
    if (side !== 'receive' || isRoom(conversation)) return false;
    const { from } = this.#options;
    return from === undefined || foldName(who) === foldName(from.slice(1));
  }

  /** No more are on their way at once than are still wanted; what waits for its sender keeps no other one waiting. */
  #mayTake({ list }: Transfers): boolean {
    const { count } = this.#options;
    if (count === undefined) return true;
    const going = list.all.filter(each => this.#isMeant(each) && isGoing(each)).length;
    return this.#received + going < count;
  }

  get #isEnough(): boolean {
    const { count } = this.#options;
    return count !== undefined && this.#received >= count;
  }
}

function isGoing({ state, reason }: Transfer): boolean {
  return state === 'running' || (state === 'waiting' && reason?.code !== 'sender-away');
}
