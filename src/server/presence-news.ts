// Tells everybody who came, went or is away. A few are told of at once; of a crowd those who come within PRESENCE_GATHERED
// are told of together, in one piece for each reader: a room full of people who come back costs each of them few writes.
import type { Actor } from '../chat/vocabulary.ts';
import { PRESENCE_AT_ONCE, PRESENCE_GATHERED } from '../limits.ts';
import { encodePacket } from '../protocol/codec.ts';
import type { Hall } from './hall.ts';

export class PresenceNews {
  readonly #hall: Hall;
  /** What is to be told, each change of its own, in order: so a leave is told once, and a coming too. */
  #frames: Uint8Array[] = [];
  /** How many were told of at once since the clock began to run. */
  #told = 0;
  #stop: (() => void) | null = null;

  constructor(hall: Hall) {
    this.#hall = hall;
  }

  changed({ account, name }: Actor): void {
    const { here, since, away } = this.#hall.presence.of(account);
    this.#frames.push(encodePacket({ type: 'presence', account, name, here, time: since, away }));
    if (this.#told < PRESENCE_AT_ONCE) {
      this.#told += 1;
      this.#tell();
    }
    if (!this.#stop) this.#gather();
  }

  close(): void {
    this.#stop?.();
    this.#frames = [];
  }

  #gather(): void {
    this.#stop = this.#hall.clock.after(PRESENCE_GATHERED, () => {
      this.#stop = null;
      if (this.#frames.length === 0) {
        this.#told = 0;
        return;
      }
      this.#tell();
      this.#gather();
    });
  }

  #tell(): void {
    this.#hall.delivery.announce(Buffer.concat(this.#frames));
    this.#frames = [];
  }
}
