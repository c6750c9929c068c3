// Ways to files' bytes that were given out and not taken yet: each may be taken once, within GRANT_HOLDS, by whoever proves
// its key on the connection.
import { randomBytes } from 'node:crypto';
import type { AccountId, MessageRef } from '../chat/vocabulary.ts';
import type { LoginBinding } from '../identity/keys.ts';
import { isWayProof } from '../identity/way.ts';
import { GRANT_HOLDS } from '../limits.ts';
import type { Attach, Grant, Side } from '../protocol/packet.ts';
import type { Clock } from '../session/clock.ts';

/** What a way is for. */
export interface Granted {
  readonly account: AccountId;
  readonly about: MessageRef;
  readonly side: Side;
  /** The other end is the server's own store. */
  readonly spool: boolean;
}

interface Waiting extends Granted {
  readonly key: Buffer;
  readonly cancel: () => void;
}

export class Grants {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Waiting>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  give(granted: Granted): Grant {
    const grant = randomBytes(16);
    const key = randomBytes(32);
    const name = grant.toString('hex');
    const cancel = this.#clock.after(GRANT_HOLDS, () => this.#waiting.delete(name));
    this.#waiting.set(name, { ...granted, key, cancel });
    return { grant, key, spool: granted.spool, expires: this.#clock.now() + GRANT_HOLDS };
  }

  /** What it is for, and it is used up; null where there is none, or the proof is not right, which is not told apart. */
  take({ grant, proof }: Attach, binding: LoginBinding): Granted | null {
    const name = Buffer.from(grant).toString('hex');
    const waiting = this.#waiting.get(name);
    if (!waiting || !isWayProof(proof, waiting.key, { grant, end: waiting.side, ...binding })) return null;
    this.#waiting.delete(name);
    waiting.cancel();
    return waiting;
  }

  /** How many of an account's are not taken yet. */
  of(account: AccountId): number {
    let count = 0;
    for (const each of this.#waiting.values()) if (each.account === account) count += 1;
    return count;
  }

  /** Takes back those that are no longer meant. */
  revoke(which: (granted: Granted) => boolean): void {
    for (const [name, waiting] of this.#waiting) {
      if (!which(waiting)) continue;
      waiting.cancel();
      this.#waiting.delete(name);
    }
  }
}
