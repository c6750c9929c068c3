// The implementations of the log, for tests of its contract, and drafts for them.
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { ENDLESS, type Reach } from '../../src/chat/access.ts';
import type { ChatEvent, ConversationId, Draft, EventDetail, Message, MessageRef } from '../../src/chat/vocabulary.ts';
import type { EventLog } from '../../src/store/event-log.ts';
import { MemoryLog } from '../../src/store/memory-log.ts';
import { SqliteLog } from './built-store.ts';
import { temporaryHome } from './program.ts';

export interface TestLog {
  readonly name: string;
  /** Cases of a property test: a file and a thread for each take their time. */
  readonly runs: number;
  /** An empty log, closed by the end of the test at the latest. */
  open(t: ExecutionContext): Promise<EventLog>;
}

/** Another implementation is one more row. */
export const LOGS: readonly TestLog[] = [
  { name: 'memory', runs: 150, open: async () => new MemoryLog() },
  { name: 'sqlite', runs: 20, open: async t => (await durable(t)).open() },
];

export interface Durable {
  readonly file: string;
  /** Opens the file; what was opened before is to be closed first. */
  open(): Promise<EventLog>;
}

/** A log in a folder that goes with the test. */
export async function durable(t: ExecutionContext): Promise<Durable> {
  const { home, remove } = temporaryHome();
  const file = join(home, 'chat.db');
  const logs: EventLog[] = [];
  t.teardown(async () => {
    for (const log of logs) await log.close();
    remove();
  });
  return {
    file,
    open: async () => {
      const log = await SqliteLog.open(file);
      const { close } = log;
      let closing: Promise<void> | null = null;
      logs.push(log);
      return Object.assign(log, {
        close: () => {
          closing ??= close.call(log);
          return closing;
        },
      });
    },
  };
}

export const idOf = (n: number) => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;

/** A message of alice in #a, at the time 1,000 + n. */
export function draft(n: number, changes: Partial<Draft> = {}): Draft {
  return {
    kind: 'message',
    time: 1_000 + n,
    conversation: '#a',
    account: 'alice',
    from: changes.account ?? 'alice',
    id: idOf(n),
    body: { kind: 'text', text: `text ${n}` },
    action: false,
    ...changes,
  } as Draft;
}

/** The n-th message, with these words. */
export function said(n: number, text: string, changes: Partial<Draft> = {}): Draft {
  return draft(n, { body: { kind: 'text', text }, ...changes } as Partial<Draft>);
}

/** An event of another kind. */
export function other(n: number, detail: EventDetail, changes: Partial<Draft> = {}): Draft {
  const { time, conversation, account, from, id } = draft(n, changes);
  return { time, conversation, account, from, id, ...detail } as Draft;
}

export function about(n: number, account = 'alice'): MessageRef {
  return { account, id: idOf(n) };
}

/** All of these conversations. */
export function whole(...names: readonly ConversationId[]): Reach[] {
  return names.map(conversation => ({ conversation, from: 0, to: ENDLESS }));
}

/** Everything of these conversations. */
export function everything(log: EventLog, ...names: readonly ConversationId[]): readonly ChatEvent[] {
  return log.page({ reaches: whole(...names), limit: 1_000_000 }).events;
}

export function textOf(event: ChatEvent | Message | null | undefined): string | null {
  if (event?.kind !== 'message' && event?.kind !== 'edited') return null;
  return event.body.kind === 'text' ? event.body.text : null;
}

export function textsOf(events: readonly ChatEvent[]): readonly (string | null)[] {
  return events.map(textOf);
}
