// An operator elsewhere: the admin session that `tchat admin HOST:PORT` keeps, over a bare connection of their key.
import type { ExecutionContext } from 'ava';
import type { Command } from '../../src/chat/vocabulary.ts';
import type { Profile } from '../../src/identity/profile.ts';
import { type AdminQuery, type AdminReply, decodeAdminReply, encodeAdmin } from '../../src/protocol/admin.ts';
import { idFromBytes } from '../../src/protocol/ids.ts';
import type { AdminAnswers, AdminNote, CommandResult } from '../../src/server/admin-session.ts';
import type { LogEntry } from '../../src/server/feed.ts';
import { newId, openRaw, type RawClient } from './clients.ts';

export class OperatorScreen {
  readonly raw: RawClient;
  #ref = 0;
  #taken = 0;
  #pieces: Uint8Array[] = [];
  readonly #replies: AdminReply[] = [];
  readonly #lines: LogEntry[] = [];

  constructor(raw: RawClient) {
    this.raw = raw;
  }

  static async open(t: ExecutionContext, who: Profile, port: number): Promise<OperatorScreen> {
    const raw = await openRaw(t, who, { port });
    await raw.login({ presence: false });
    return new OperatorScreen(raw);
  }

  /** `version` is that of the servers that tests open. */
  attach({ version = '0', log = true, numbers = false } = {}): void {
    this.send(encodeAdmin({ type: 'attach', version, log, numbers }));
  }

  send(request: Uint8Array): void {
    this.raw.send({ type: 'admin', request });
  }

  /** All that was said so far, whole. */
  get replies(): readonly AdminReply[] {
    const { packets } = this.raw;
    for (; this.#taken < packets.length; this.#taken++) {
      const packet = packets[this.#taken];
      if (packet?.type !== 'admin') continue;
      this.#pieces.push(packet.reply);
      if (!packet.final) continue;
      const reply = decodeAdminReply(Buffer.concat(this.#pieces.splice(0)));
      this.#replies.push(reply);
      const note = reply.type === 'note' ? (reply.note as AdminNote) : null;
      if (note?.is === 'log') this.#lines.push(...note.entries);
    }
    return this.#replies;
  }

  /** Lines of the live log so far. */
  get lines(): readonly LogEntry[] {
    return this.replies.length > 0 ? this.#lines : [];
  }

  line(fits: (entry: LogEntry) => boolean): Promise<LogEntry> {
    return this.raw.until('a line of the log', () => this.lines.find(fits));
  }

  async ask<K extends keyof AdminAnswers>(kind: K, query: Partial<AdminQuery> = {}): Promise<AdminAnswers[K]> {
    this.#ref += 1;
    const ref = this.#ref;
    this.send(encodeAdmin({ type: 'ask', ref, before: null, limit: 100, whom: null, ...query, kind }));
    const found = await this.raw.until(`answer ${kind}`, () =>
      this.replies.find(reply => reply.type === 'answer' && reply.ref === ref),
    );
    return (found as { value: unknown }).value as AdminAnswers[K];
  }

  async command(command: Command): Promise<CommandResult> {
    const id = newId();
    this.send(encodeAdmin({ type: 'command', id, command }));
    const found = await this.raw.until(`result of ${command.kind}`, () =>
      this.replies.find(reply => reply.type === 'done' && idFromBytes(reply.id) === id),
    );
    return (found as { result: unknown }).result as CommandResult;
  }

  /** The refusal that ends or never began it. */
  refused() {
    return this.raw.packet('refused', packet => packet.id === null && packet.ref === null);
  }
}
