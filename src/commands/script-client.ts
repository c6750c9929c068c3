// What scripts share: one client without presence, kept up for as long as --timeout allows, and Ctrl-C.

import { Client, type ClientMessage } from '../client/client.ts';
import { EXIT, type ExitCode, TchatError } from '../errors.ts';
import { LOGIN_TIMEOUT } from '../limits.ts';
import type { Welcome } from '../protocol/packet.ts';
import { type Address, formatAddress, parseLink } from '../session/address.ts';
import { systemClock } from '../session/clock.ts';
import { MemoryTransferJournal } from '../store/memory-transfer-journal.ts';
import type { TransferJournal } from '../store/transfer-journal.ts';
import { version } from '../version.ts';
import { sentence } from '../words/sentence.ts';
import { openKept } from './kept.ts';
import { tell } from './print.ts';
import { type ClientArguments, pickPassword, pickProfile, rememberProfile, unlocked } from './profile.ts';
import { trustIn } from './server-trust.ts';

export interface ScriptEnd {
  /** Ends the command with an exit code or an error. The first call counts. */
  finish(result: ExitCode | TchatError): void;
}

export interface ScriptOptions extends ClientArguments {
  readonly address: string;
  /** How long it stays away from a server that was lost: for ever for a reader, `timeout` for a writer. */
  readonly patient: boolean;
  /** Whether it remembers files over restarts. */
  readonly keeps?: boolean;
}

/** How the server is reached, for further connections to it. */
export interface Reach {
  readonly address: Address;
  readonly accept?: (certificate: Uint8Array) => Uint8Array;
  /** What is remembered of files; in memory where the script keeps nothing. */
  readonly journal: TransferJournal;
}

/**
 * Connects and calls `begin` once logged in. Ends when `finish` is called: with an exit code, or by throwing.
 * `hear` gets every message of the client.
 */
export async function runScript(
  options: ScriptOptions,
  begin: (client: Client, end: ScriptEnd, welcome: Welcome, reach: Reach) => void,
  hear: (message: ClientMessage, client: Client, end: ScriptEnd) => void,
): Promise<ExitCode> {
  const facts = await clientFacts(options);
  const { profile, timeout } = facts;
  // The client's own timers do not keep a process alive, and while it is away from the server nothing else does.
  const alive = setInterval(() => {}, 60_000);
  const store = options.keeps ? (await openKept(formatAddress(facts.address), profile)).store : null;
  const journal = store?.transfers ?? new MemoryTransferJournal();
  let client: Client | null = null;
  let onInterrupt = () => {};
  try {
    return await new Promise<ExitCode>((resolve, reject) => {
      const end: ScriptEnd = { finish: result => (result instanceof TchatError ? reject(result) : resolve(result)) };
      onInterrupt = () => end.finish(EXIT.interrupted);
      process.on('SIGINT', onInterrupt);
      let patience: NodeJS.Timeout | undefined;
      const each = (message: ClientMessage) => {
        if (!client) return;
        if (message.is === 'online') clearTimeout(patience);
        if (message.is === 'online' && !message.again) {
          void rememberProfile(profile);
          begin(client, end, message.welcome, { ...reachOf(facts), journal });
        }
        if (message.is === 'over') end.finish(message.error);
        if (message.is === 'waiting' && !options.patient) {
          const { error } = message;
          patience ??= setTimeout(() => end.finish(error), timeout);
        }
        hear(message, client, end);
      };
      client = new Client({ ...facts, presence: false, reconnect: true }, each);
      client.start();
    });
  } finally {
    clearInterval(alive);
    process.off('SIGINT', onInterrupt);
    (client as Client | null)?.close();
    store?.close();
  }
}

/** What of it further connections need. */
function reachOf({ address, accept }: Pick<Reach, 'address' | 'accept'>): Pick<Reach, 'address' | 'accept'> {
  return accept ? { address, accept } : { address };
}

/** A client of a command line: where to, and who it is. Throws what stands in the way of knowing that. */
export async function clientFacts(options: ClientArguments & { readonly address: string }) {
  const link = parseLink(options.address);
  const profile = await unlocked(pickProfile(options.name), options);
  const entry = await pickPassword(options, formatAddress(link.address));
  const timeout = options.timeout === undefined ? LOGIN_TIMEOUT : options.timeout * 1000;
  // Said where no pipe reads it, and once: the key is known from then on.
  const trust = trustIn(link, ({ code, params }) => tell(sentence(code, params)));
  return {
    address: link.address,
    profile,
    ...trust,
    ...entry,
    ...(link.invite === null ? {} : { invite: link.invite }),
    timeout,
    client: `tchat ${version()}`,
    clock: systemClock,
  };
}
