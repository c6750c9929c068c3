// What operators see of a server in figures: counted where it happens, added up when somebody looks.
import type { ChatEvent } from '../chat/vocabulary.ts';
import type { Admission } from '../session/admission.ts';
import type { Totals } from './census.ts';
import type { Connection } from './connection.ts';
import type { Hall } from './hall.ts';
import { RoomTraffic } from './room-traffic.ts';

export interface FiguresOptions {
  readonly hall: Hall;
  readonly admission: Admission;
  readonly connections: () => Iterable<Connection>;
  readonly adminSessions: () => number;
}

export class Figures {
  readonly #options: FiguresOptions;
  readonly traffic = new RoomTraffic();
  #messages = 0;
  #used = 0;
  /** Of connections that are gone. */
  #bytes = { in: 0, out: 0 };

  constructor(options: FiguresOptions) {
    this.#options = options;
  }

  kept(event: ChatEvent): void {
    if (event.kind !== 'message') return;
    this.#messages += 1;
    if (!event.to) this.traffic.said(event.conversation, this.#options.hall.clock.elapsed());
  }

  gone({ session }: Connection): void {
    this.#bytes.in += session.received;
    this.#bytes.out += session.sent;
  }

  totals(): Totals {
    const { hall, admission, connections, adminSessions } = this.#options;
    let bytesIn = this.#bytes.in;
    let bytesOut = this.#bytes.out;
    for (const { session } of connections()) {
      bytesIn += session.received;
      bytesOut += session.sent;
    }
    return {
      users: hall.presence.count,
      connections: admission.open,
      unauthenticated: admission.unauthenticated,
      limit: admission.limits.connections,
      rooms: hall.state.rooms.size,
      adminSessions: adminSessions(),
      messages: this.#messages,
      deliveries: hall.delivery.delivered,
      bytesIn,
      bytesOut,
      diskUsed: this.#diskUsed(),
      door: hall.state.moderation.door,
      doorBefore: hall.doorBefore(),
    };
  }

  /** Of a disk that cannot be read: as it was last. */
  #diskUsed(): number {
    try {
      this.#used = this.#options.hall.log.size();
    } catch {
      // The writer finds out as well, and says so.
    }
    return this.#used;
  }
}
