// One operator's screen, wherever it is: its requests are answered, and notes go out as fast as it reads. Lines of the log
// wait for a slow one up to a limit; of what comes beyond that it is told how many lines it missed.
import { TchatError } from '../errors.ts';
import { ADMIN_HELD, ADMIN_LINES } from '../limits.ts';
import { type AdminReply, decodeAdminRequest, encodeAdmin } from '../protocol/admin.ts';
import { idToBytes } from '../protocol/ids.ts';
import type { AdminNote, AdminSession } from './admin-session.ts';
import { type LogEntry, missedIn, missedLine, shortened } from './feed.ts';

/** The way to a screen. */
export interface AdminEnd {
  /** Whether nothing more should be sent until `drained`. */
  readonly full: boolean;
  send(payload: Uint8Array): void;
  /** The screen is of another version than this one: it is told, and the talk is over. */
  outdated(version: string): void;
}

export interface AdminTalkOptions {
  readonly version: string;
  /** Begins an admin session; `numbers`: with the stats of each second. */
  readonly open: (hear: (note: AdminNote) => void, numbers: boolean) => AdminSession;
}

export class AdminTalk {
  readonly #end: AdminEnd;
  readonly #options: AdminTalkOptions;
  #admin: AdminSession | null = null;
  #wants = { log: false, numbers: false };
  #held: LogEntry[] = [];
  #missed = 0;

  constructor(end: AdminEnd, options: AdminTalkOptions) {
    this.#end = end;
    this.#options = options;
  }

  /** One request. Throws a TchatError `bad-packet`. */
  take(payload: Uint8Array): void {
    const request = decodeAdminRequest(payload);
    if (request.type === 'attach') {
      if (this.#admin) throw new TchatError('bad-packet', { what: 'attach' });
      const { version, open } = this.#options;
      if (request.version !== version) {
        this.#end.outdated(version);
        return;
      }
      this.#wants = request;
      this.#admin = open(note => this.#hear(note), request.numbers);
      return;
    }
    const admin = this.#admin;
    if (!admin) throw new TchatError('bad-packet', { what: 'out of turn' });
    if (request.type === 'ask') {
      const { ref, ...query } = request;
      this.#send({ type: 'answer', ref, value: admin.ask(query) });
      return;
    }
    const { id, command } = request;
    void admin.command(command).then(result => {
      if (this.#admin) this.#send({ type: 'done', id: idToBytes(id), result });
    });
  }

  /** It reads again. */
  drained(): void {
    this.#release();
  }

  /** Nothing is heard or answered any more. Idempotent. */
  close(): void {
    this.#admin?.close();
    this.#admin = null;
    this.#held = [];
    this.#missed = 0;
  }

  #hear(note: AdminNote): void {
    switch (note.is) {
      case 'log':
        if (!this.#wants.log) return;
        for (const entry of note.entries) this.#hold(entry);
        this.#release();
        return;
      case 'stats':
        // Numbers of a second ago are worth nothing: the next ones come by themselves.
        if (this.#wants.numbers && !this.#end.full) this.#send({ type: 'note', note });
        return;
      case 'closing':
        this.#send({ type: 'note', note });
        return;
      default:
        note satisfies never;
    }
  }

  /** Once something was missed, all that follows is too, until that was told: so the gap stands in its place. */
  #hold(entry: LogEntry): void {
    if (this.#missed === 0 && this.#held.length < ADMIN_HELD) this.#held.push(shortened(entry));
    else this.#missed += missedIn(entry);
  }

  #release(): void {
    while (this.#held.length > 0 && !this.#end.full) {
      this.#send({ type: 'note', note: { is: 'log', entries: this.#held.splice(0, ADMIN_LINES) } });
    }
    if (this.#held.length > 0 || this.#missed === 0 || this.#end.full) return;
    const entries = [missedLine(this.#missed, this.#admin?.snapshot().now ?? 0)];
    this.#missed = 0;
    this.#send({ type: 'note', note: { is: 'log', entries } });
  }

  #send(reply: AdminReply): void {
    this.#end.send(encodeAdmin(reply));
  }
}
