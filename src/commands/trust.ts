// tchat trust: servers that are known by their keys.
import { EXIT, type ExitCode, TchatError } from '../errors.ts';
import { folders } from '../folders.ts';
import { readFingerprint, showFingerprint } from '../identity/certificate.ts';
import { KnownServers } from '../identity/known-servers.ts';
import { parseLink, serverKeyOf } from '../session/address.ts';
import { sentence } from '../words/sentence.ts';
import { say } from '../words/words.ts';
import { printJson, printLine } from './print.ts';

export interface TrustArguments {
  readonly remove?: boolean;
  readonly json?: boolean;
}

/**
 * Without an address: one line a server, HOST:PORT, a tab and its fingerprint; with --json `{"server","fingerprint"}`.
 * With an address and a fingerprint, or a link that has one: that key is the server's from now on. Throws a TchatError.
 */
export function trust(where: string | null, fingerprint: string | null, options: TrustArguments): ExitCode {
  const known = new KnownServers(folders().config);
  if (where === null) return list(known, options);
  const link = parseLink(where);
  const server = serverKeyOf(link.address);
  if (options.remove) {
    if (!known.remove(server)) throw new TchatError('not-known', { address: server });
    printLine(sentence('trust.removed', { address: server }));
    return EXIT.done;
  }
  const key = fingerprint === null ? link.fingerprint : readFingerprint(fingerprint);
  if (!key && fingerprint !== null) throw new TchatError('bad-fingerprint', { value: fingerprint });
  if (key) {
    known.set(server, key);
    printLine(sentence('trust.accepted', { address: server, fingerprint: showFingerprint(key) }));
    return EXIT.done;
  }
  const found = known.get(server);
  if (!found) throw new TchatError('not-known', { address: server });
  print([[server, showFingerprint(found)]], options);
  return EXIT.done;
}

function list(known: KnownServers, options: TrustArguments): ExitCode {
  if (options.remove) throw new TchatError('remove-whom');
  const servers = known.list();
  if (servers.length === 0 && !options.json && process.stdout.isTTY) printLine(say('trust.none'));
  print(servers, options);
  return EXIT.done;
}

function print(servers: readonly (readonly [string, string])[], { json }: TrustArguments): void {
  for (const [server, fingerprint] of servers) {
    if (json) printJson({ server, fingerprint });
    else printLine(`${server}\t${fingerprint}`);
  }
}
