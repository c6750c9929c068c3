// Commands on their way: kept in order until the server has answered each, and sent again after a cut. The server
// knows an id that it has seen, so that nothing happens twice.
import type { Command, MessageId } from '../chat/vocabulary.ts';
import { UNACKED_BYTES, UNACKED_MESSAGES } from '../limits.ts';
import { encodePacket } from '../protocol/codec.ts';

interface Waiting {
  readonly id: MessageId;
  readonly frame: Buffer;
  /** The server that it was given for; null: for the first one that answers. */
  server: string | null;
}

export class CommandOutbox {
  /** In the order in which they were given; a Map keeps it. */
  readonly #waiting = new Map<MessageId, Waiting>();
  readonly #unsent: Waiting[] = [];
  #flight = { messages: 0, bytes: 0 };

  /** Commands without an answer. */
  get size(): number {
    return this.#waiting.size;
  }

  add(id: MessageId, command: Command, server: string | null = null): void {
    const entry = { id, frame: encodePacket({ type: 'command', id, command }), server };
    this.#waiting.set(id, entry);
    this.#unsent.push(entry);
  }

  /** The server has answered; false where the id is not known (any more). */
  settle(id: MessageId): boolean {
    const entry = this.#waiting.get(id);
    if (!entry) return false;
    this.#waiting.delete(id);
    this.#flight = { messages: this.#flight.messages - 1, bytes: this.#flight.bytes - entry.frame.length };
    return true;
  }

  /** Takes out what was given for another server than this one: nothing goes to a server that nobody meant. */
  misdirected(server: string): readonly MessageId[] {
    const others: MessageId[] = [];
    for (const entry of this.#waiting.values()) {
      entry.server ??= server;
      if (entry.server !== server) others.push(entry.id);
    }
    for (const id of others) this.#waiting.delete(id);
    if (others.length > 0) this.rewind();
    return others;
  }

  /** Hands over what may go out now, in order, within the limits of what may be unanswered. */
  release(send: (frame: Buffer) => void): void {
    const flight = this.#flight;
    let sent = 0;
    for (const { frame } of this.#unsent) {
      if (flight.messages >= UNACKED_MESSAGES || flight.bytes + frame.length > UNACKED_BYTES) break;
      flight.messages += 1;
      flight.bytes += frame.length;
      send(frame);
      sent += 1;
    }
    if (sent > 0) this.#unsent.splice(0, sent);
  }

  /** The connection is gone: everything without an answer goes out again, from the first. */
  rewind(): void {
    this.#flight = { messages: 0, bytes: 0 };
    this.#unsent.length = 0;
    this.#unsent.push(...this.#waiting.values());
  }
}
