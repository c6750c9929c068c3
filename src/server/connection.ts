// One connection on the server: its session, who is behind it, and what it has in the server's hands.
import type { AccountId, Actor, ConversationId, Millis, Position, Rejection } from '../chat/vocabulary.ts';
import { asTchatError } from '../errors.ts';
import type { LoginBinding } from '../identity/keys.ts';
import { COMMANDS_IN_FLIGHT, FRAME_CONTROL } from '../limits.ts';
import { decodeClientPacket, encodePacket } from '../protocol/codec.ts';
import type { CloseNote } from '../protocol/frame.ts';
import type { Hello, Request, ServerPacket, Watch } from '../protocol/packet.ts';
import type { Ticket } from '../session/admission.ts';
import type { Clock } from '../session/clock.ts';
import type { Admitted } from '../session/listener.ts';
import { Session, type SessionContext, type SessionOwner } from '../session/session.ts';
import type { Reader } from './delivery.ts';

/** What a connection asks of the server. */
export interface ConnectionOwner {
  packet(connection: Connection, packet: Request): void;
  /** Throws where what the connection missed cannot be read. */
  drained(connection: Connection): void;
  closed(connection: Connection, note: CloseNote, by: 'us' | 'peer' | 'network'): void;
}

/** Milliseconds until what could not be looked up is looked up again. */
const LATER = 500;

/** Where a connection stands. `claiming`: its login waits for the log. */
export type Stage =
  | { readonly at: 'hello' }
  | {
      readonly at: 'login';
      readonly hello: Hello;
      readonly nonce: Buffer;
      readonly protocol: number;
      readonly binding: LoginBinding;
    }
  | { readonly at: 'claiming'; readonly account: AccountId }
  | { readonly at: 'in'; readonly actor: Actor }
  /** One end of a file's way, of somebody who has logged in elsewhere. */
  | { readonly at: 'carrying'; readonly actor: Actor; readonly owner: SessionOwner };

export interface ConnectionContext extends SessionContext {
  /** The fingerprint of this server's key; nothing where connections are not encrypted. */
  readonly serverKey: Uint8Array;
}

export class Connection implements SessionOwner, Reader {
  readonly session: Session;
  readonly address: string;
  readonly since: Millis;
  readonly ticket: Ticket;
  readonly binding: LoginBinding;
  readonly #owner: ConnectionOwner;
  readonly #clock: Clock;
  stage: Stage = { at: 'hello' };
  presence = false;
  /** The program, and the device in hexadecimal, as they say themselves; '' until they have logged in. */
  client = '';
  device = '';
  /** The version that was agreed on. */
  protocol = 0;
  watching: Watch | null = null;
  readonly rooms = new Set<ConversationId>();
  pushed: Position = 0;
  lagging = false;
  stale = false;
  readonly untold = new Map<string, Uint8Array>();
  /** A kick or a ban has met it: it is closed as soon as that is kept, and nothing more is taken from it. */
  expelled = false;
  /** It comes from a network without limits of an address. */
  exempt = false;
  /** When it last did something of its own. */
  active: Millis;
  /** Messages that it has posted. */
  posts = 0;
  #late: () => void;
  #inFlight = 0;
  #waits = false;
  #held = false;

  constructor(admitted: Admitted, owner: ConnectionOwner, context: ConnectionContext) {
    const { socket, address, ticket, exporter, patience } = admitted;
    this.address = address;
    this.ticket = ticket;
    this.binding = { exporter, serverKey: context.serverKey };
    this.#owner = owner;
    this.#clock = context.clock;
    this.since = context.clock.now();
    this.active = this.since;
    this.session = new Session(socket, this, context);
    this.#late = context.clock.after(patience, () => this.session.close('login-timeout'));
  }

  /** Whose file it carries. */
  get carrier(): Actor | null {
    return this.stage.at === 'carrying' ? this.stage.actor : null;
  }

  /** Throws where nobody has logged in: only members of the index are asked. */
  get account(): AccountId {
    if (this.stage.at !== 'in') throw new Error('a connection without an account');
    return this.stage.actor.account;
  }

  /** Who it is, once logged in. */
  get actor(): Actor | null {
    return this.stage.at === 'in' ? this.stage.actor : null;
  }

  /** Whether it is an account's, or is about to be. */
  isOf(account: AccountId): boolean {
    const { stage } = this;
    return stage.at === 'in' ? stage.actor.account === account : stage.at === 'claiming' && stage.account === account;
  }

  get full(): boolean {
    return this.session.full;
  }

  send(frames: Uint8Array): void {
    this.session.send(frames);
  }

  reply(packet: ServerPacket): void {
    this.session.send(encodePacket(packet));
    this.#throttle();
  }

  refuse(to: { id?: string; ref?: number }, rejection: Pick<Rejection, 'params'> & { code: string }): void {
    this.reply({
      type: 'refused',
      id: to.id ?? null,
      ref: to.ref ?? null,
      code: rejection.code,
      params: rejection.params,
    });
  }

  /** It carries a file from now on, and is heard by `owner`. */
  carry(actor: Actor, owner: SessionOwner): Session {
    this.stage = { at: 'carrying', actor, owner };
    this.#late();
    this.ticket.authenticated();
    this.session.allow(FRAME_CONTROL);
    return this.session;
  }

  /** It has logged in. */
  enter(actor: Actor, hello: Hello): void {
    this.stage = { at: 'in', actor };
    this.presence = hello.presence;
    this.client = hello.client;
    this.device = Buffer.from(hello.device).toString('hex');
    this.#late();
    this.ticket.authenticated();
    this.session.allow(FRAME_CONTROL);
  }

  /** Goes by another name, or may do more or less. */
  became(actor: Actor): void {
    if (this.stage.at === 'in') this.stage = { at: 'in', actor };
  }

  /** Goodbye: closes once its queue has gone out, at the latest at `deadline`. Resolves when it is closed. */
  leave(code: string, deadline: number): Promise<void> {
    return this.session.leave(code, deadline);
  }

  /** Calls after a while, unless the peer is gone. Until then it is read no further, so that nothing overtakes. */
  later(call: () => void, delay = LATER): void {
    this.#waits = true;
    this.#throttle();
    this.#clock.after(delay, () => {
      this.#waits = false;
      if (this.session.open) call();
      this.#throttle();
    });
  }

  /** A command went to the log, or came back from it: with too many there, the peer is read no further. */
  began(): void {
    this.#inFlight += 1;
    this.#throttle();
  }

  finished(): void {
    this.#inFlight -= 1;
    this.#throttle();
  }

  packet(payload: Buffer): void {
    if (this.stage.at === 'carrying') this.stage.owner.packet(payload);
    else this.#owner.packet(this, decodeClientPacket(payload));
  }

  data(piece: Buffer): void {
    if (this.stage.at === 'carrying') this.stage.owner.data?.(piece);
  }

  drained(): void {
    if (this.stage.at === 'carrying') {
      this.stage.owner.drained();
      return;
    }
    this.#throttle();
    try {
      this.#owner.drained(this);
    } catch (error) {
      // What it missed cannot be read now: it has to come back for it.
      this.session.close(asTchatError(error).code);
    }
  }

  closed(note: CloseNote, by: 'us' | 'peer' | 'network'): void {
    this.#late();
    if (this.stage.at === 'carrying') this.stage.owner.closed(note, by);
    this.#owner.closed(this, note, by);
  }

  #throttle(): void {
    const hold = this.#waits || this.#inFlight >= COMMANDS_IN_FLIGHT || this.session.full;
    if (hold === this.#held) return;
    this.#held = hold;
    if (hold) this.session.pause();
    else this.session.resume();
  }
}
