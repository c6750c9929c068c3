// Servers that this machine knows, by the key that each showed first or that somebody accepted. One file for all profiles.
import { mkdirSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TchatError } from '../errors.ts';
import { KNOWN_SERVERS_LOCK } from '../limits.ts';
import {
  type Fingerprint,
  leads,
  readCertificate,
  readFingerprint,
  type ShownKey,
  showFingerprint,
} from './certificate.ts';
import { readPrivate, writePrivate } from './private-file.ts';

const FILE = 'known-servers.json';

/** What a look at a server's key came to. `pinned`: for the first time; `rotated`: the old key signed for this one. */
export type Verdict = 'known' | 'pinned' | 'rotated';

export interface Judgement {
  readonly verdict: Verdict;
  readonly fingerprint: Fingerprint;
}

export interface Expected {
  /** HOST:PORT, for the file and for people. */
  readonly server: string;
  /** From a link, where there was one. */
  readonly fingerprint: Fingerprint | null;
}

export class KnownServers {
  readonly #file: string;

  /** `folder`: of this person's configuration. */
  constructor(folder: string) {
    this.#file = join(folder, FILE);
  }

  /** HOST:PORT and fingerprint as text, in the order of their names. Throws `known-servers-broken`. */
  list(): readonly (readonly [string, string])[] {
    return [...this.#read()].sort(([one], [other]) => (one < other ? -1 : 1));
  }

  get(server: string): Fingerprint | null {
    const text = this.#read().get(server);
    return text === undefined ? null : readFingerprint(text);
  }

  /** From now on this key is the server's. Throws `known-servers-broken` or `known-servers-unwritable`. */
  set(server: string, fingerprint: Fingerprint): void {
    this.#change(pins => pins.set(server, showFingerprint(fingerprint)));
  }

  /** False where it was not known. */
  remove(server: string): boolean {
    let was = false;
    this.#change(pins => {
      was = pins.delete(server);
    });
    return was;
  }

  /**
   * Whether a server is the one that is meant, by the certificate (DER) that it shows: what it is known by and what the
   * link says must both be its key, or lead to it by statements that the older keys signed. Throws `server-key-changed`,
   * `link-key-differs`, `not-tchat`, or what the file's own methods throw.
   */
  judge({ server, fingerprint: linked }: Expected, certificate: Uint8Array): Judgement {
    const shown = shownIn(certificate, server);
    const { fingerprint } = shown;
    if (linked && !vouched(shown, linked)) {
      throw new TchatError('link-key-differs', {
        ...{ address: server, known: showFingerprint(linked), shown: showFingerprint(fingerprint) },
      });
    }
    const known = this.get(server);
    if (known?.equals(fingerprint)) return { verdict: 'known', fingerprint };
    let verdict: Verdict = known ? 'rotated' : linked ? 'known' : 'pinned';
    this.#change(pins => {
      // Read again: another client of this person may have come to know it a moment ago.
      const text = pins.get(server);
      const pin = text === undefined ? null : readFingerprint(text);
      if (pin && !vouched(shown, pin)) {
        throw new TchatError('server-key-changed', {
          ...{ address: server, known: showFingerprint(pin), shown: showFingerprint(fingerprint) },
        });
      }
      if (pin?.equals(fingerprint)) verdict = 'known';
      pins.set(server, showFingerprint(fingerprint));
    });
    return { verdict, fingerprint };
  }

  #read(): Map<string, string> {
    const file = this.#file;
    try {
      const text = readPrivate(file);
      if (text === null) return new Map();
      const { servers } = JSON.parse(text) as { servers: Record<string, unknown> };
      const entries = Object.entries(servers).map(([server, fingerprint]) => {
        if (typeof fingerprint !== 'string' || !readFingerprint(fingerprint)) throw new TypeError(server);
        return [server, fingerprint] as const;
      });
      return new Map(entries);
    } catch (error) {
      // Never as if nobody were known: whoever can break a file could then stand in for every server.
      throw new TchatError('known-servers-broken', { file }, error);
    }
  }

  #change(change: (pins: Map<string, string>) => void): void {
    const file = this.#file;
    const unlock = lock(file);
    try {
      const pins = this.#read();
      change(pins);
      writePrivate(file, `${JSON.stringify({ version: 1, servers: Object.fromEntries(pins) }, null, 2)}\n`);
    } catch (error) {
      if (error instanceof TchatError) throw error;
      throw new TchatError('known-servers-unwritable', { file }, error);
    } finally {
      unlock();
    }
  }
}

function shownIn(certificate: Uint8Array, server: string): ShownKey {
  try {
    return readCertificate(certificate);
  } catch (error) {
    throw new TchatError('not-tchat', { address: server }, error);
  }
}

function vouched({ fingerprint, rotations }: ShownKey, by: Fingerprint): boolean {
  return by.equals(fingerprint) || leads(rotations, by, fingerprint);
}

const PAUSE = new Int32Array(new SharedArrayBuffer(4));

/** One writer at a time: a folder beside the file, which a process that died leaves for at most KNOWN_SERVERS_LOCK. */
function lock(file: string): () => void {
  const folder = `${file}.lock`;
  for (;;) {
    try {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      mkdirSync(folder, { mode: 0o700 });
      return () => remove(folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw new TchatError('known-servers-unwritable', { file }, error);
      }
    }
    if (isOld(folder)) remove(folder);
    else Atomics.wait(PAUSE, 0, 0, 5);
  }
}

function isOld(folder: string): boolean {
  try {
    return Math.abs(Date.now() - statSync(folder).mtimeMs) > KNOWN_SERVERS_LOCK;
  } catch {
    return false;
  }
}

function remove(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Somebody else was faster.
  }
}
