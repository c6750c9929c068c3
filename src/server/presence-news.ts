// Tells everybody who came, went or is away. A few are told of at once; of a crowd those who come within PRESENCE_GATHERED
// are told of together, in one piece for each reader: a room full of people who come back costs each of them few writes.
import type { AccountId, Actor } from '../chat/vocabulary.ts';
import { PRESENCE_AT_ONCE, PRESENCE_GATHERED } from '../limits.ts';
import { encodePacket } from '../protocol/codec.ts';
import type { Hall } from './hall.ts';

export class PresenceNews {
  readonly #hall: Hall;
  /** Of whom something is to be told: how they are when it is told is what counts. */
  readonly #changed = new Map<AccountId, Actor>();
  /** How many were told of at once since the clock began to run. */
  #told = 0;
  #stop: (() => void) | null = null;

  constructor(hall: Hall) {
    this.#hall = hall;
  }

  changed(actor: Actor): void {
    this.#changed.set(actor.account, actor);
    if (this.#told < PRESENCE_AT_ONCE) {
      this.#told += 1;
      this.#tell();
    }
    if (!this.#stop) this.#gather();
  }

  close(): void {
    this.#stop?.();
    this.#changed.clear();
  }

  #gather(): void {
    this.#stop = this.#hall.clock.after(PRESENCE_GATHERED, () => {
      this.#stop = null;
      if (this.#changed.size === 0) {
        this.#told = 0;
        return;
      }
      this.#tell();
      this.#gather();
    });
  }

  #tell(): void {
    const { presence, delivery } = this.#hall;
    const frames: Uint8Array[] = [];
    for (const { account, name } of this.#changed.values()) {
      const { here, since, away } = presence.of(account);
      frames.push(encodePacket({ type: 'presence', account, name, here, time: since, away }));
    }
    this.#changed.clear();
    delivery.announce(Buffer.concat(frames));
  }
}
