// tchat tail: what arrives, as lines for people or JSON for scripts.

import { isRoom } from '../chat/conversations.ts';
import { validRoom } from '../chat/text.ts';
import type { AnyEvent, ConversationId, Millis, Position } from '../chat/vocabulary.ts';
import type { Client } from '../client/client.ts';
import { asTchatError, EXIT, type ExitCode, TchatError } from '../errors.ts';
import { PAGE_EVENTS } from '../limits.ts';
import { eventJson, eventLine } from './event-text.ts';
import { printJson, printLine } from './print.ts';
import type { ClientArguments } from './profile.ts';
import { runScript, type ScriptEnd } from './script-client.ts';
import { parseSince, type Since } from './since.ts';

export interface TailArguments extends ClientArguments {
  readonly room: readonly string[];
  readonly since?: string;
  readonly count?: number;
  readonly events?: boolean;
  readonly json?: boolean;
}

type From = { readonly after: Position } | { readonly time: Millis };

/** Bytes printed and not yet taken by the reader above which the server is read no further. */
const AHEAD = 1 << 20;

/** Runs until --count lines are printed, Ctrl-C, or the server says no. Throws a TchatError. */
export function tail(address: string, options: TailArguments): Promise<ExitCode> {
  const rooms = options.room.map(parseRoom);
  const since = options.since === undefined ? null : parseSince(options.since);
  const tailing = new Tailing(rooms, options);
  return runScript(
    { ...options, address, patient: true },
    (client, end, welcome) => void tailing.begin(client, end, positionOrTime(since, welcome.time)),
    (message, client, end) => {
      if (message.is === 'event') tailing.live(client, end, message.event);
    },
  );
}

function parseRoom(text: string): ConversationId {
  const room = validRoom(text);
  if (!room) throw new TchatError('room-invalid', { room: text });
  return room;
}

/** By the server's clock: what this machine takes for the time is nobody's business. */
function positionOrTime(since: Since | null, now: Millis): From | null {
  if (since === null || 'after' in since) return since;
  return { time: Math.max(0, now - since.ago) };
}

class Tailing {
  readonly #rooms: readonly ConversationId[];
  readonly #options: TailArguments;
  #printed = 0;
  /** Live events while history is still being printed; null when they go straight out. */
  #held: AnyEvent[] | null = null;
  #last: Position = 0;
  #waiting = false;

  constructor(rooms: readonly ConversationId[], options: TailArguments) {
    this.#rooms = rooms;
    this.#options = options;
  }

  async begin(client: Client, end: ScriptEnd, from: From | null): Promise<void> {
    if (from) this.#held = [];
    client.watch(this.#rooms.length > 0 ? this.#rooms : 'all', this.#rooms.length === 0);
    if (!from) return;
    try {
      await this.#history(client, end, from);
    } catch (error) {
      end.finish(asTchatError(error));
    }
    const held = this.#held ?? [];
    this.#held = null;
    for (const event of held) if (event.position > this.#last) this.#print(client, end, event);
  }

  live(client: Client, end: ScriptEnd, event: AnyEvent): void {
    if (this.#held) this.#held.push(event);
    // The client hears each event once and in order, also where a server began anew with its positions.
    else this.#print(client, end, event);
  }

  async #history(client: Client, end: ScriptEnd, from: From): Promise<void> {
    let after = 'after' in from ? from.after : null;
    let time = 'time' in from ? from.time : null;
    for (let more = true; more; ) {
      const query = {
        kind: 'history',
        scope: { of: 'all' },
        before: null,
        after,
        since: time,
        limit: PAGE_EVENTS,
      } as const;
      const [page] = await client.query(query);
      if (page?.kind !== 'events') return;
      for (const event of page.items) this.#print(client, end, event);
      after = page.items.at(-1)?.position ?? after;
      time = null;
      more = page.more && page.items.length > 0;
    }
  }

  #print(client: Client, end: ScriptEnd, event: AnyEvent): void {
    this.#last = Math.max(this.#last, event.position);
    if (!this.#wanted(event) || this.#full()) return;
    if (this.#options.json) printJson(eventJson(event));
    else printLine(eventLine(event));
    this.#printed += 1;
    if (this.#full()) end.finish(EXIT.done);
    else this.#holdBack(client);
  }

  #full(): boolean {
    return this.#options.count !== undefined && this.#printed >= this.#options.count;
  }

  #wanted(event: AnyEvent): boolean {
    if (this.#rooms.length > 0 && isRoom(event.conversation) && !this.#rooms.includes(event.conversation)) return false;
    if (this.#rooms.length > 0 && event.conversation.startsWith('~')) return false;
    return this.#options.events === true || event.kind === 'message' || event.kind === 'broadcast';
  }

  /** Whoever reads our output slowly slows the server's pushes to us, and nobody else. */
  #holdBack(client: Client): void {
    if (this.#waiting || process.stdout.writableLength < AHEAD) return;
    this.#waiting = true;
    client.pause();
    process.stdout.once('drain', () => {
      this.#waiting = false;
      client.resume();
    });
  }
}
