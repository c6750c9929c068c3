// A session as a careful observer keeps it: what it asked, what it was answered, and what was pushed to it from which position on.
import { randomBytes } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import type {
  AccountId,
  AnyEvent,
  Command,
  ConversationId,
  ConversationSummary,
  MessageId,
  MessageRef,
  Position,
  Target,
} from '../../src/chat/vocabulary.ts';
import { accountOf } from '../../src/identity/keys.ts';
import type { Profile } from '../../src/identity/profile.ts';
import type { CloseNote } from '../../src/protocol/frame.ts';
import type { Page, Query, Refused, ServerPacket } from '../../src/protocol/packet.ts';
import { newId, openRaw, type RawClient } from './clients.ts';

export interface Watching {
  /** What follows this position is pushed. */
  readonly from: Position;
  readonly rooms: readonly ConversationId[] | 'all';
  readonly private: boolean;
}

export interface Answer {
  /** Null where it was refused. */
  readonly pages: readonly Page[] | null;
  readonly code: string | null;
}

export class Peer {
  readonly raw: RawClient;
  readonly account: AccountId;
  readonly name: string;
  readonly device: Uint8Array;
  readonly presence: boolean;
  /** What follows this position is pushed. */
  readonly from: Position;
  readonly watches: Watching[] = [];
  #ref = 0;

  private constructor(raw: RawClient, device: Uint8Array, presence: boolean, from: Position) {
    this.raw = raw;
    this.account = accountOf(raw.profile.key.public);
    this.name = raw.profile.name;
    this.device = device;
    this.presence = presence;
    this.from = from;
  }

  static async open(t: ExecutionContext, who: Profile, port: number, presence = true): Promise<Peer> {
    const raw = await openRaw(t, who, { port });
    const device = randomBytes(16);
    const { position } = await raw.login({ presence, device });
    return new Peer(raw, device, presence, position);
  }

  /** Whoever is let in, or the code with which they are turned away. */
  static async come(
    t: ExecutionContext,
    who: Profile,
    where: { readonly port: number; readonly localAddress: string; readonly tls?: boolean },
  ): Promise<Peer | CloseNote> {
    const raw = await openRaw(t, who, where);
    const device = randomBytes(16);
    const welcome = raw.login({ presence: true, device });
    const found = await Promise.race([welcome, raw.closed()]);
    return 'position' in found ? new Peer(raw, device, true, found.position) : found;
  }

  get events(): readonly AnyEvent[] {
    return this.raw.packets.flatMap(packet => (packet.type === 'event' ? [packet.event] : []));
  }

  /** Gives the id under which the command is answered; some other id where a test wants it to be said again. */
  send(command: Command, id: MessageId = newId()): MessageId {
    this.raw.send({ type: 'command', id, command });
    return id;
  }

  /** Its position, or the code of its refusal. */
  async answered(id: MessageId): Promise<Position | string> {
    const is = (packet: { id: MessageId | null }) => packet.id === id;
    const packet = await Promise.race([this.raw.packet('ack', is), this.raw.packet('refused', is)]);
    return packet.type === 'ack' ? packet.position : packet.code;
  }

  /** What became of a command: a position or the code of a refusal. */
  does(command: Command): Promise<Position | string> {
    return this.answered(this.send(command));
  }

  /** Says something that is not refused: what it is called by, and where it stands. */
  async says(target: Target, text: string): Promise<MessageRef & { readonly position: Position }> {
    const id = this.send({ kind: 'post', target, body: { kind: 'text', text }, action: false });
    const position = await this.answered(id);
    if (typeof position === 'string') throw new Error(position);
    return { account: this.account, id, position };
  }

  /** Where it stands in one of its conversations; undefined where it has no such. */
  async standing(
    conversation: ConversationId,
    since: Position | null = null,
  ): Promise<ConversationSummary | undefined> {
    const { pages } = await this.ask({ kind: 'conversations', since });
    const all = (pages ?? []).flatMap(page => (page.kind === 'conversations' ? page.items : []));
    return all.find(each => each.conversation === conversation);
  }

  /** Everything of a conversation that it is given. */
  async history(conversation: ConversationId): Promise<readonly AnyEvent[]> {
    const range = { before: null, after: 0, since: null, limit: 200 };
    const { pages } = await this.ask({ kind: 'history', scope: { of: 'conversation', conversation }, ...range });
    return (pages ?? []).flatMap(page => (page.kind === 'events' ? page.items : []));
  }

  /** The pushes of a kind so far. */
  pushed<T extends ServerPacket['type']>(type: T): readonly Extract<ServerPacket, { type: T }>[] {
    return this.raw.packets.filter((packet): packet is Extract<ServerPacket, { type: T }> => packet.type === type);
  }

  async watch(rooms: readonly ConversationId[] | 'all', withPrivate: boolean): Promise<void> {
    const id = newId();
    this.raw.send({ type: 'watch', id, rooms, private: withPrivate });
    const { position } = await this.raw.packet('ack', ack => ack.id === id);
    this.watches.push({ from: position, rooms, private: withPrivate });
  }

  async ask(query: Query): Promise<Answer> {
    this.#ref += 1;
    const ref = this.#ref;
    this.raw.send({ type: 'query', ref, query });
    const is = (packet: Page | Refused) => packet.ref === ref;
    const last = await Promise.race([
      this.raw.packet('page', page => is(page) && page.final),
      this.raw.packet('refused', is),
    ]);
    if (last.type === 'refused') return { pages: null, code: last.code };
    const pages = this.raw.packets.filter((packet): packet is Page => packet.type === 'page' && packet.ref === ref);
    return { pages, code: null };
  }

  /** Ends it, once everything before was done. */
  async leave(): Promise<void> {
    await this.settled();
    this.raw.socket.destroy();
    await this.raw.ended();
  }

  /** Everything pushed before has come once this is answered. */
  async settled(): Promise<void> {
    await this.ask({ kind: 'rooms' });
  }
}
