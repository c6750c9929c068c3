// Kept events to everybody whom they concern. Encoded once; all events of one batch that follow each other in one
// conversation go to its members as one buffer. Who reads too slowly is pushed to no more: it pulls from the log when
// it has drained, from the last position that it was pushed.
import type { Access, Reach } from '../chat/access.ts';
import {
  type AccountId,
  type AnyEvent,
  type ChatEvent,
  type ConversationId,
  type Position,
  TALK,
} from '../chat/vocabulary.ts';
import { OUTBOUND_QUEUED, PAGE_EVENTS } from '../limits.ts';
import { encodePacket } from '../protocol/codec.ts';
import { FrameWriter } from '../protocol/frame-writer.ts';
import type { Delivered, Marked } from '../protocol/packet.ts';
import type { EventLog } from '../store/event-log.ts';
import type { AudienceIndex, Member } from './audience-index.ts';

/** A connection as deliveries see it. */
export interface Reader extends Member {
  /** Whether its queue takes no more pushes. */
  readonly full: boolean;
  /** Of one that has fallen behind: everything up to here that it gets was pushed to it. */
  pushed: Position;
  /** It has fallen behind, and pulls. */
  lagging: boolean;
  /** A change of presence was not pushed to it. */
  stale: boolean;
  /** What it was not told meanwhile of its talks and its own marks: the last word about each. */
  readonly untold: Map<string, Uint8Array>;
  send(frames: Uint8Array): void;
}

const STALE = encodePacket({ type: 'stale' });

export class Delivery<R extends Reader> {
  readonly #index: AudienceIndex<R>;
  readonly #access: Access;
  readonly #log: EventLog;
  readonly #reach: (account: AccountId, conversations: readonly ConversationId[]) => readonly Reach[];
  readonly #run = new FrameWriter();
  /** Up to here everything was delivered. */
  #last: Position;
  /** Events handed to connections, all together: the fan-out. */
  delivered = 0;

  /** `reach`: what an account may see of conversations. */
  constructor(
    index: AudienceIndex<R>,
    access: Access,
    log: EventLog,
    reach: (account: AccountId, conversations: readonly ConversationId[]) => readonly Reach[],
  ) {
    this.#index = index;
    this.#access = access;
    this.#log = log;
    this.#reach = reach;
    this.#last = log.head;
  }

  /** Events of one batch, in the order of the log. */
  deliver(events: readonly ChatEvent[]): void {
    const run = this.#run;
    let count = 0;
    for (let i = 0; i < events.length; i++) {
      const event = events[i] as ChatEvent;
      const next = events[i + 1];
      const ends = event.kind === 'left' || (event.kind === 'visibility' && event.visibility !== 'public');
      // Who may see it from here on sees that it begins; who may not any more still sees that it ends.
      if (!ends) this.#access.apply(event);
      // Who makes a room by joining it gets its beginning too.
      const founded = event.kind === 'created' && next?.kind === 'joined' && next.account === event.account;
      if (event.kind === 'joined' || founded) {
        for (const reader of this.#index.of(event.account)) this.#index.moved(reader, event.conversation, true);
      }
      run.add({ type: 'event', event });
      count += 1;
      const goesOn = next && next.conversation === event.conversation && isTalk(next);
      // Each run is one look at a reader's queue: its length bounds what a reader that stopped makes us hold.
      if (goesOn && isTalk(event) && run.length < OUTBOUND_QUEUED) continue;
      this.#push(event.conversation, run.take(), count);
      count = 0;
      this.#last = event.position;
      if (ends) this.#access.apply(event);
      if (event.kind !== 'left') continue;
      // Who is behind has not seen it yet, and needs the room until then.
      for (const reader of this.#index.of(event.account)) {
        if (!reader.lagging) this.#index.moved(reader, event.conversation, false);
      }
    }
  }

  /** Something without a position, to everyone who reads. Who is behind gets a word later that it missed some. */
  announce(frame: Uint8Array): void {
    for (const reader of this.#index.readers) {
      if (!reader.presence) continue;
      if (reader.lagging || reader.full) this.#behind(reader).stale = true;
      else reader.send(frame);
    }
  }

  /** A connection has room again: it gets what it missed, and when that is all, it is pushed to again. */
  catchUp(reader: R): void {
    next: while (reader.lagging && !reader.full) {
      const page = this.#log.page({
        reaches: this.#reach(reader.account, [...this.#index.conversations(reader)]),
        after: reader.pushed,
        limit: PAGE_EVENTS,
      });
      let bytes = 0;
      for (const event of page.events) {
        const frame = encodePacket({ type: 'event', event: event as AnyEvent });
        reader.send(frame);
        reader.pushed = event.position;
        this.delivered += 1;
        const left = event.kind === 'left' && event.account === reader.account;
        // One that came back and went again while it was behind has more of the room to come.
        if (left && this.#access.leftAt(event.conversation, reader.account) === event.position) {
          this.#index.moved(reader, event.conversation, false);
        }
        bytes += frame.length;
        // Over to the loop's own look at the queue, which is what asks to be told when there is room. And what follows
        // a leave may be none of the reader's any more.
        if (left || bytes > OUTBOUND_QUEUED) continue next;
      }
      if (page.more) continue;
      reader.lagging = false;
      if (reader.stale) reader.send(STALE);
      reader.stale = false;
      for (const frame of reader.untold.values()) reader.send(frame);
      reader.untold.clear();
    }
  }

  /** Tells an account's screens something of one of its talks, or of its own marks. Who is behind is told when it is not. */
  tell(account: AccountId, word: Marked | Delivered, but: R | null = null): void {
    const frame = encodePacket(word);
    for (const reader of this.#index.of(account)) {
      if (reader === but || !reader.presence) continue;
      if (reader.lagging || reader.full) {
        this.#behind(reader).untold.set(`${word.type} ${word.conversation}`, frame);
      } else reader.send(frame);
    }
  }

  #push(conversation: ConversationId, frames: Buffer, count: number): void {
    this.#index.forEach(conversation, reader => {
      if (reader.lagging) return;
      if (reader.full) {
        this.#behind(reader);
        return;
      }
      reader.send(frames);
      this.delivered += count;
    });
  }

  /** From what is delivered next it is pushed nothing: it pulls from there. */
  #behind(reader: R): R {
    if (!reader.lagging) reader.pushed = this.#last;
    reader.lagging = true;
    return reader;
  }
}

function isTalk({ kind }: ChatEvent): boolean {
  return TALK.includes(kind);
}
