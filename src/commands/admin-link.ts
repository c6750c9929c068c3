// An admin session with a server that runs elsewhere: on this machine over the socket in its data folder, as its owner; on
// another by an operator's key, within a session like any client's. What is said is the same on both ways.
import { randomBytes } from 'node:crypto';
import type { Command } from '../chat/vocabulary.ts';
import { TchatError } from '../errors.ts';
import { ADMIN_FRAME } from '../limits.ts';
import { type AdminQuery, decodeAdminReply, encodeAdmin } from '../protocol/admin.ts';
import { idFromBytes, makeId } from '../protocol/ids.ts';
import type { AdminAnswers, AdminNote, CommandResult } from '../server/admin-session.ts';
import { version } from '../version.ts';

export interface LinkOptions {
  readonly log: boolean;
  readonly numbers: boolean;
  readonly hear?: (note: AdminNote) => void;
  /** The server ended it, or is gone: `server-gone` where it has stopped. */
  readonly lost?: (error: TchatError) => void;
}

/** The way to a server. */
export interface AdminWay {
  send(payload: Uint8Array): void;
  /** Stops reading, or goes on: for whoever prints what comes to somebody slow. */
  pause(): void;
  resume(): void;
  close(): void;
}

type Answered = { readonly resolve: (value: unknown) => void; readonly reject: (error: TchatError) => void };

export class AdminLink {
  readonly #way: AdminWay;
  readonly #options: LinkOptions;
  readonly #answers = new Map<number, Answered>();
  readonly #results = new Map<string, (result: CommandResult) => void>();
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  #ref = 0;
  #over: TchatError | null = null;

  /** Attaches; a refusal comes to whoever asks first, and to `lost`. */
  constructor(way: AdminWay, options: LinkOptions) {
    this.#way = way;
    this.#options = options;
    way.send(encodeAdmin({ type: 'attach', version: version(), log: options.log, numbers: options.numbers }));
  }

  /** Rejects with why the session is over. */
  ask<K extends keyof AdminAnswers>(query: Partial<AdminQuery> & { readonly kind: K }): Promise<AdminAnswers[K]> {
    this.#ref += 1;
    const ref = this.#ref;
    const answered = new Promise<unknown>((resolve, reject) => this.#answers.set(ref, { resolve, reject }));
    if (this.#over) this.#settle(this.#over);
    else this.#way.send(encodeAdmin({ type: 'ask', ref, before: null, limit: 100, whom: null, ...query }));
    return answered as Promise<AdminAnswers[K]>;
  }

  /** As AdminSession.command. */
  command(command: Command): Promise<CommandResult> {
    const id = makeId(Date.now(), randomBytes(10));
    const done = new Promise<CommandResult>(resolve => this.#results.set(id, resolve));
    if (this.#over) this.#settle(this.#over);
    else this.#way.send(encodeAdmin({ type: 'command', id, command }));
    return done;
  }

  pause(): void {
    this.#way.pause();
  }

  resume(): void {
    this.#way.resume();
  }

  /** Idempotent. */
  close(): void {
    if (this.#over) return;
    this.#over = new TchatError('server-gone');
    this.#way.close();
    this.#settle(this.#over);
  }

  // What comes by the way

  /** A piece of a reply; `final`: its last. Throws a TchatError `bad-packet`. */
  take(piece: Uint8Array, final: boolean): void {
    this.#bytes += piece.length;
    if (this.#bytes > ADMIN_FRAME) throw new TchatError('bad-packet', { what: 'admin' });
    if (!final) {
      this.#pieces.push(piece);
      return;
    }
    const whole = this.#pieces.length === 0 ? piece : Buffer.concat([...this.#pieces, piece]);
    this.#pieces = [];
    this.#bytes = 0;
    this.#hear(whole);
  }

  /** It has ended, and why. The first call counts. */
  end(error: TchatError): void {
    if (this.#over) return;
    this.#over = error;
    this.#way.close();
    this.#settle(error);
    this.#options.lost?.(error);
  }

  #hear(payload: Uint8Array): void {
    const reply = decodeAdminReply(payload);
    switch (reply.type) {
      case 'note':
        this.#options.hear?.(reply.note as AdminNote);
        return;
      case 'answer':
        this.#answers.get(reply.ref)?.resolve(reply.value);
        this.#answers.delete(reply.ref);
        return;
      case 'done': {
        const id = idFromBytes(reply.id);
        this.#results.get(id)?.(reply.result as CommandResult);
        this.#results.delete(id);
        return;
      }
      default:
        reply satisfies never;
    }
  }

  #settle(error: TchatError): void {
    for (const { reject } of this.#answers.values()) reject(error);
    for (const resolve of this.#results.values()) resolve({ ok: false, code: error.code, params: error.params });
    this.#answers.clear();
    this.#results.clear();
  }
}
