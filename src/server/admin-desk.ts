// Operators elsewhere: an admin session within the session of their key. Nothing of a request is read before their role
// is known, which is looked up at each act; who loses it is out in that turn. Of rooms that are closed to them they hear
// who says something there, as of private talk, and never what.
import { actorNow } from '../chat/state.ts';
import { type AccountId, type Actor, isOperator } from '../chat/vocabulary.ts';
import { TchatError } from '../errors.ts';
import { ADMIN_PIECE } from '../limits.ts';
import type { AdminQuery } from '../protocol/admin.ts';
import type { AdminCall } from '../protocol/packet.ts';
import type { AdminAnswers, AdminNote, AdminSession } from './admin-session.ts';
import { AdminTalk } from './admin-talk.ts';
import type { Connection } from './connection.ts';
import type { LogEntry } from './feed.ts';
import type { Hall } from './hall.ts';

export interface AdminDeskOptions {
  readonly hall: Hall;
  /** Begins an admin session of whoever `who` gives at each act. */
  readonly open: (who: () => Actor, hear: (note: AdminNote) => void, numbers: boolean) => AdminSession;
  /** Whether a request is taken now; else `again` is called later, or it is refused. */
  readonly inTime: (connection: Connection, actor: Actor, again: () => void) => boolean;
}

export class AdminDesk {
  readonly #options: AdminDeskOptions;
  readonly #talks = new Map<Connection, AdminTalk>();

  constructor(options: AdminDeskOptions) {
    this.#options = options;
  }

  /** How many are attached. */
  get size(): number {
    return this.#talks.size;
  }

  /** Throws a TchatError `bad-packet`. */
  request(connection: Connection, session: Actor, call: AdminCall): void {
    if (connection.expelled) return;
    const { hall, inTime } = this.#options;
    const actor = actorNow(hall.state, session);
    connection.active = hall.clock.now();
    if (!isOperator(actor.role)) {
      this.#end(connection, NOT_ALLOWED);
      return;
    }
    if (!inTime(connection, actor, () => this.request(connection, session, call))) return;
    let talk = this.#talks.get(connection);
    if (!talk) {
      talk = this.#talkWith(connection, session);
      this.#talks.set(connection, talk);
    }
    talk.take(call.request);
  }

  drained(connection: Connection): void {
    this.#talks.get(connection)?.drained();
  }

  closed(connection: Connection): void {
    this.#talks.get(connection)?.close();
    this.#talks.delete(connection);
  }

  /** Roles have changed: whoever may not operate any more is out. */
  settle(): void {
    const { state } = this.#options.hall;
    for (const connection of [...this.#talks.keys()]) {
      const { actor } = connection;
      if (!actor || !isOperator(actorNow(state, actor).role)) this.#end(connection, NOT_ALLOWED);
    }
  }

  #end(connection: Connection, error: TchatError): void {
    this.closed(connection);
    connection.refuse({}, error);
  }

  #talkWith(connection: Connection, session: Actor): AdminTalk {
    const { hall, open } = this.#options;
    const end = {
      get full() {
        return connection.full;
      },
      send: (payload: Uint8Array) => sendInPieces(connection, payload),
      outdated: (theirs: string) => this.#end(connection, new TchatError('another-version', { theirs })),
    };
    const veil = veilOf(hall, session.account);
    return new AdminTalk(end, {
      version: hall.facts.version,
      open: (hear, numbers) => {
        const admin = open(
          () => actorNow(hall.state, session),
          note => hear(note.is === 'log' ? { ...note, entries: note.entries.map(veil.line) } : note),
          numbers,
        );
        const ask = <K extends keyof AdminAnswers>(query: AdminQuery & { readonly kind: K }) => {
          const answer: AdminAnswers[keyof AdminAnswers] = admin.ask(query);
          if (query.kind === 'rooms') return veil.rooms(answer as AdminAnswers['rooms']) as AdminAnswers[K];
          return (query.kind === 'files' ? veil.files(answer as AdminAnswers['files']) : answer) as AdminAnswers[K];
        };
        return { ...admin, ask };
      },
    });
  }
}

const NOT_ALLOWED = new TchatError('not-allowed', { needs: 'operator' });

/** What is said and given in rooms. */
const TALK: ReadonlySet<LogEntry['kind']> = new Set<LogEntry['kind']>([
  ...(['message', 'edited', 'deleted', 'reacted', 'file'] as const),
]);

/** What an account is not shown of rooms that are closed to it. */
function veilOf({ access }: Hall, account: AccountId) {
  const sees = (room: string) => access.mayFollow(room, account);
  return {
    line: (entry: LogEntry): LogEntry => {
      const { time, kind, room, name } = entry;
      if (room === undefined || sees(room)) return entry;
      if (kind === 'topic') return { ...entry, text: '' };
      return TALK.has(kind)
        ? { time, kind: 'private', room, other: room, ...(name === undefined ? {} : { name }) }
        : entry;
    },
    rooms: ({ rooms, ...rest }: AdminAnswers['rooms']): AdminAnswers['rooms'] => ({
      ...rest,
      rooms: rooms.map(row => (sees(row.room) ? row : { ...row, topic: '' })),
    }),
    /** Of private talk too: who gives somebody something, and never what. */
    files: ({ files, ...rest }: AdminAnswers['files']): AdminAnswers['files'] => ({
      ...rest,
      files: files.map(row => (!row.private && sees(row.to) ? row : { ...row, name: '' })),
    }),
  };
}

function sendInPieces(connection: Connection, payload: Uint8Array): void {
  for (let at = 0; at === 0 || at < payload.length; at += ADMIN_PIECE) {
    const reply = payload.subarray(at, at + ADMIN_PIECE);
    connection.reply({ type: 'admin', reply, final: at + ADMIN_PIECE >= payload.length });
  }
}
