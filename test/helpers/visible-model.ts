// Who may see what, said as plainly as can be: every question goes through all events from the first. Shares nothing with the
// program but its vocabulary.
import {
  type AccountId,
  type ChatEvent,
  type ConversationId,
  LEDGER,
  type Message,
  type Position,
  SERVER,
  type Visibility,
} from '../../src/chat/vocabulary.ts';

export interface RoomThen {
  readonly visibility: Visibility;
  readonly topic: string;
  readonly members: ReadonlySet<AccountId>;
}

export class VisibleModel {
  /** All that ever happened, in the order of the log, as it was written. */
  readonly events: readonly ChatEvent[];
  readonly #rooms = new Map<string, RoomThen | null>();
  readonly #deleted: ReadonlySet<string>;

  constructor(events: readonly ChatEvent[]) {
    this.events = events;
    this.#deleted = new Set(events.flatMap(event => (event.kind === 'deleted' ? [keyOf(event.about)] : [])));
  }

  get head(): Position {
    return this.events.at(-1)?.position ?? 0;
  }

  /** The same with nothing after a position. */
  upTo(position: Position): VisibleModel {
    return new VisibleModel(this.events.filter(event => event.position <= position));
  }

  get accounts(): ReadonlySet<AccountId> {
    return new Set(this.events.flatMap(event => (event.kind === 'claimed' ? [event.account] : [])));
  }

  /** In the order in which they were made. */
  get rooms(): readonly ConversationId[] {
    return this.events.flatMap(event => (event.kind === 'created' ? [event.conversation] : []));
  }

  ownerOf(room: ConversationId): AccountId | null {
    return this.events.find(event => event.kind === 'created' && event.conversation === room)?.account ?? null;
  }

  talksOf(account: AccountId): readonly ConversationId[] {
    return [...new Set(this.events.map(each => each.conversation))].filter(
      each => each.startsWith('~') && this.pairOf(each)?.includes(account),
    );
  }

  pairOf(talk: ConversationId): readonly [AccountId, AccountId] | null {
    for (const event of this.events) {
      if (event.conversation !== talk) continue;
      if ((event.kind === 'message' || event.kind === 'invited') && event.to) return [event.account, event.to.account];
      // What the server says to one person stands among their notes.
      if (event.kind === 'broadcast' && event.to) return [event.to.account, event.to.account];
    }
    return null;
  }

  /** A room as it stood once everything up to a position had happened; null before it was made. */
  room(name: ConversationId, upTo: Position = this.head): RoomThen | null {
    const key = `${upTo} ${name}`;
    const known = this.#rooms.get(key);
    if (known !== undefined) return known;
    let room: { visibility: Visibility; topic: string; members: Set<AccountId> } | null = null;
    for (const event of this.events) {
      if (event.position > upTo) break;
      if (event.conversation !== name) continue;
      if (event.kind === 'created') room = { visibility: 'public', topic: '', members: new Set() };
      if (!room) continue;
      if (event.kind === 'joined') room.members.add(event.account);
      if (event.kind === 'left') room.members.delete(event.account);
      if (event.kind === 'visibility') room.visibility = event.visibility;
      if (event.kind === 'topic') room.topic = event.text;
    }
    this.#rooms.set(key, room);
    return room;
  }

  isMember(room: ConversationId, account: AccountId, upTo: Position = this.head): boolean {
    return this.room(room, upTo)?.members.has(account) ?? false;
  }

  isOpen(room: ConversationId, upTo: Position = this.head): boolean {
    return this.room(room, upTo)?.visibility === 'public';
  }

  /** In the room when it happened: what lets one in and what takes one out are seen too. */
  wasIn(account: AccountId, { conversation, position }: ChatEvent): boolean {
    return this.isMember(conversation, account, position - 1) || this.isMember(conversation, account, position);
  }

  /** Whether it may be shown to an account at the moment in which it happens. */
  live(account: AccountId, event: ChatEvent): boolean {
    const { conversation, position } = event;
    if (conversation === LEDGER) return false;
    if (conversation === SERVER) return true;
    if (conversation.startsWith('~')) return this.pairOf(conversation)?.includes(account) ?? false;
    if (this.wasIn(account, event)) return true;
    return this.isOpen(conversation, position - 1) || this.isOpen(conversation, position);
  }

  /** Whether it may stand in an answer to an account now. */
  reads(account: AccountId, event: ChatEvent): boolean {
    if (!this.live(account, event)) return false;
    if (!event.conversation.startsWith('#') || this.wasIn(account, event)) return true;
    return this.isOpen(event.conversation) || this.isMember(event.conversation, account);
  }

  /** Whether a question about this room alone is answered. */
  looksInto(account: AccountId, room: ConversationId): boolean {
    if (!this.room(room)) return false;
    return this.isOpen(room) || this.events.some(event => event.conversation === room && this.wasIn(account, event));
  }

  /** Whether a list names the room to the account. */
  isListed(room: ConversationId, account: AccountId): boolean {
    const now = this.room(room);
    return now !== null && (now.visibility !== 'hidden' || now.members.has(account));
  }

  /** An event as an answer gives it to an account: a message with what the account could see of its later fate. */
  view(account: AccountId, event: ChatEvent): ChatEvent {
    if (event.kind === 'edited' && this.#deleted.has(keyOf(event.about))) return { ...event, body: EMPTY };
    if (event.kind !== 'message' || event.id === null) return event;
    const key = keyOf({ account: event.account, id: event.id });
    if (this.#deleted.has(key)) return { ...event, body: EMPTY, deleted: true };
    return this.#changed(event, change => this.reads(account, change));
  }

  /** A message as it stands, with all that was done about it. */
  now(message: Message): Message {
    const key = keyOf({ account: message.account, id: message.id ?? '' });
    return this.#deleted.has(key) ? { ...message, body: EMPTY, deleted: true } : this.#changed(message, () => true);
  }

  #changed(message: Message, counts: (change: ChatEvent) => boolean): Message {
    const key = keyOf({ account: message.account, id: message.id ?? '' });
    let { body } = message;
    let edited: Position | null = null;
    let reactions: { reaction: string; accounts: AccountId[] }[] = [];
    for (const change of this.events) {
      if (change.kind === 'edited' && keyOf(change.about) === key && counts(change)) {
        body = change.body;
        edited = change.position;
      }
      if (change.kind !== 'reacted' || keyOf(change.about) !== key || !counts(change)) continue;
      const { account, reaction, on } = change;
      const same = reactions.find(each => each.reaction === reaction);
      if (on && !same) reactions.push({ reaction, accounts: [account] });
      if (on && same && !same.accounts.includes(account)) same.accounts.push(account);
      if (!on && same) same.accounts = same.accounts.filter(each => each !== account);
      reactions = reactions.filter(each => each.accounts.length > 0);
    }
    return { ...message, body, ...(edited ? { edited } : {}), ...(reactions.length > 0 ? { reactions } : {}) };
  }
}

const EMPTY = { kind: 'text', text: '' } as const;

const keyOf = ({ account, id }: { readonly account: AccountId; readonly id: string }) => `${account} ${id}`;
