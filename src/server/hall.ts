// What the parts of a server share: the state that is decided on, the view that follows what is kept, who is connected.
import { Access, ENDLESS, type Reach } from '../chat/access.ts';
import { isRoom, talksOf } from '../chat/conversations.ts';
import { applyModeration } from '../chat/moderation.ts';
import { type ChatState, restore } from '../chat/state.ts';
import {
  type AccountId,
  type ChatEvent,
  type ConversationId,
  type Door,
  type Position,
  SERVER,
} from '../chat/vocabulary.ts';
import { ACTS_HELD, PAGE_EVENTS, SPOOL_DAYS } from '../limits.ts';
import type { Clock } from '../session/clock.ts';
import type { EventLog } from '../store/event-log.ts';
import type { ServerFacts } from './admin-session.ts';
import { AudienceIndex } from './audience-index.ts';
import type { Connection } from './connection.ts';
import { Delivery } from './delivery.ts';
import { PresenceList } from './presence-list.ts';
import { Trail } from './trail.ts';

const DAY = 24 * 3600 * 1000;

export class Hall {
  readonly facts: ServerFacts;
  readonly log: EventLog;
  readonly clock: Clock;
  /** What was decided, also what is not kept yet. */
  readonly state: ChatState;
  /** Who may see what, by what is kept. */
  readonly access = new Access();
  readonly presence: PresenceList;
  /** What operators did. */
  readonly trail = new Trail();
  readonly index: AudienceIndex<Connection>;
  readonly delivery: Delivery<Connection>;
  /** The last position that was kept and handed out. */
  head: Position;

  constructor(facts: ServerFacts, log: EventLog, clock: Clock, state: ChatState) {
    this.facts = facts;
    this.log = log;
    this.clock = clock;
    this.state = state;
    this.presence = new PresenceList(log.marks({ kind: 'seen' }));
    this.index = new AudienceIndex(state, this.access);
    this.delivery = new Delivery(this.index, this.access, log, (account, conversations) =>
      conversations.flatMap(each => this.reach(account, each)),
    );
    this.head = log.head;
    this.rebuild();
  }

  /** Makes state and view what the log says. */
  rebuild(): void {
    // Read to its end first: half of it would be another state.
    const history = [...this.log.history()];
    const talks = this.log.talks();
    const removals = this.log.removals(ACTS_HELD);
    const set = history.findLast(event => event.kind === 'set' && event.name === 'spool-days');
    const days = set?.kind === 'set' ? set.value : SPOOL_DAYS;
    const files = [...this.log.files(this.log.positionBefore(this.clock.now() - days * DAY))];
    const spoken = [...this.#spoken(history)];
    restore(this.state, history, talks, files);
    for (const event of spoken) applyModeration(this.state.moderation, event);
    this.access.clear();
    for (const event of history) this.access.apply(event);
    this.trail.restore([...history, ...removals, ...files]);
  }

  /** What the door was before it was closed, or is. */
  doorBefore(): Door {
    const { door } = this.state.moderation;
    if (door !== 'closed') return door;
    const before = this.trail.last(act => act.kind === 'door' && act.door !== 'closed');
    return before?.kind === 'door' ? before.door : 'open';
  }

  /** What was said in rooms that are slow, as far back as it still keeps somebody from speaking. */
  *#spoken(history: readonly ChatEvent[]): Iterable<ChatEvent> {
    const slow = new Map<ConversationId, { readonly from: Position; readonly seconds: number }>();
    for (const event of history) {
      if (event.kind !== 'ruled') continue;
      const { conversation, position, rules } = event;
      if (rules.slow === 0) slow.delete(conversation);
      else slow.set(conversation, { from: slow.get(conversation)?.from ?? position, seconds: rules.slow });
    }
    for (const [conversation, { from, seconds }] of slow) {
      const reaches = [{ conversation, from, to: ENDLESS }];
      const since = this.clock.now() - seconds * 1000;
      let page = this.log.page({ reaches, since, limit: PAGE_EVENTS });
      yield* page.events;
      for (let last = page.events.at(-1); page.more && last; last = page.events.at(-1)) {
        page = this.log.page({ reaches, after: last.position, limit: PAGE_EVENTS });
        yield* page.events;
      }
    }
  }

  /** What an account may see of a conversation. */
  reach(account: AccountId, conversation: ConversationId): readonly Reach[] {
    if (isRoom(conversation)) return this.access.reach(conversation, account);
    const all = [{ conversation, from: 0, to: ENDLESS }];
    if (conversation === SERVER) return all;
    return this.state.talks.get(conversation)?.includes(account) ? all : [];
  }

  /** What an account's screen shows: its rooms, its private talks, the server's own words. */
  own(account: AccountId): readonly ConversationId[] {
    return [SERVER, ...this.access.roomsOf(account), ...talksOf(this.state, account)];
  }
}
