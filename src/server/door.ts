// The door: from a connection's hello to its welcome.
import type { Ban } from '../chat/moderation.ts';
import { actorNow, apply } from '../chat/state.ts';
import type { Actor } from '../chat/vocabulary.ts';
import { TchatError } from '../errors.ts';
import { FRAME_CONTROL, MESSAGE_BYTES, SESSIONS_PER_ACCOUNT } from '../limits.ts';
import type { Hello, Login } from '../protocol/packet.ts';
import type { Committer } from './committer.ts';
import type { Connection } from './connection.ts';
import type { Entrance } from './entrance.ts';
import type { Hall } from './hall.ts';
import { answerHello, claimName, closeDetail, proveLogin } from './handshake.ts';

export interface DoorOptions {
  readonly hall: Hall;
  readonly committer: Committer;
  readonly entrance: Entrance;
  /** The ban that keeps somebody at an address out, or null. */
  readonly banned: (actor: Actor, address: string) => Ban | null;
  readonly expel: (connection: Connection, ban: Ban) => void;
  /** A session has begun; it has had its welcome. */
  readonly entered: (connection: Connection, actor: Actor) => void;
}

export class Door {
  readonly #options: DoorOptions;

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  hello(connection: Connection, hello: Hello): void {
    const { log, facts } = this.#options.hall;
    const server = { id: log.id, name: facts.name };
    answerHello(connection, hello, { server, ...this.#options.entrance.asks(hello.key) });
  }

  /** Throws a TchatError with what is wrong with the proofs. */
  login(connection: Connection, login: Login): void {
    const { stage, session } = connection;
    if (stage.at !== 'login') return;
    const { hello } = stage;
    const { hall, committer, entrance } = this.#options;
    const { stranger, transcript } = proveLogin(stage, login, hall.log.id);
    // Before anything is asked or spent: whoever is out learns nothing else.
    if (this.#keepsOut(connection, actorNow(hall.state, stranger)) || this.#keepsOut(connection, stranger)) return;
    const from = { address: connection.address, now: hall.clock.elapsed() };
    const invite = entrance.pass(stranger, login, transcript, from);
    const decision = claimName(hall.state, stranger, { hello, invite, now: hall.clock.now() });
    if (!decision.ok) {
      session.close(decision.rejection.code, closeDetail(decision.rejection.params));
      return;
    }
    if (this.#crowded(connection, stranger)) return;
    const { broken } = committer;
    if (broken && decision.events.length > 0) {
      session.close(broken.code);
      return;
    }
    for (const event of decision.events) apply(hall.state, event);
    connection.stage = { at: 'claiming', account: stranger.account };
    const actor = actorNow(hall.state, stranger);
    // Reading goes on while nothing can be kept.
    if (broken) this.#enter(connection, actor, hello);
    else {
      // Also where nothing is new: the claim itself may still be on its way to the log, from another connection.
      committer.submit(decision.events, result => {
        if (result instanceof TchatError) session.close(result.code);
        else this.#enter(connection, actor, hello);
      });
    }
  }

  /** An account with too many sessions gets no further one. */
  #crowded({ session }: Connection, actor: Actor): boolean {
    const crowded = this.#options.hall.index.of(actor.account).size >= SESSIONS_PER_ACCOUNT;
    if (crowded) session.close('too-many-sessions', String(SESSIONS_PER_ACCOUNT));
    return crowded;
  }

  #keepsOut(connection: Connection, actor: Actor): boolean {
    const { banned, expel } = this.#options;
    const ban = banned(actor, connection.address);
    if (ban) expel(connection, ban);
    return ban !== null;
  }

  #enter(connection: Connection, actor: Actor, hello: Hello): void {
    // Asked again: others with the same key may have come in while the claim was on its way to the log, and a ban too.
    if (!connection.session.open || this.#crowded(connection, actor) || this.#keepsOut(connection, actor)) return;
    // A kick met it on its way in, and closes it once that is kept.
    if (connection.expelled) return;
    const { hall, entered } = this.#options;
    connection.enter(actor, hello);
    hall.index.add(connection);
    connection.reply({
      type: 'welcome',
      protocol: connection.protocol,
      capabilities: [],
      limits: { frame: FRAME_CONTROL, message: MESSAGE_BYTES },
      role: actor.role,
      ...(hall.state.moderation.motd === '' ? {} : { motd: hall.state.moderation.motd }),
      server: { id: hall.log.id, name: hall.facts.name },
      account: actor.account,
      name: actor.name,
      position: hall.head,
      time: hall.clock.now(),
    });
    entered(connection, actor);
  }
}
