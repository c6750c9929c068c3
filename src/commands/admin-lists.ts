// What `tchat admin` prints: one line an entry, fields apart by tabs; with --json an object a line. Nothing in it can speak
// to a terminal.
import { cleanLine, upright } from '../chat/text.ts';
import type { BanTarget, ChatEvent, Millis } from '../chat/vocabulary.ts';
import type { AdminAnswers } from '../server/admin-session.ts';
import type { LogEntry } from '../server/feed.ts';
import type { AdminLink } from './admin-link.ts';
import { jsonLine } from './json-lines.ts';
import { printJson, printLine } from './print.ts';

export const ADMIN_LISTS = ['users', 'status', 'bans', 'audit', 'settings', 'rooms', 'files'] as const;
export type AdminList = (typeof ADMIN_LISTS)[number];

type Row = Readonly<Record<string, unknown>>;

/** A list, one line an entry. */
export async function printList(
  link: AdminLink,
  list: AdminList,
  { json, count }: { readonly json: boolean; readonly count: number },
): Promise<void> {
  const rows = await rowsOf(link, list, count);
  for (const row of rows) {
    if (json) printJson(row);
    else printLine(rowLine(row));
  }
}

/** An answer holds as many acts as fit into it: those before are asked for until there are enough, or no more. */
async function audit(link: AdminLink, count: number): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (let before: number | null = null; rows.length < count; ) {
    const limit = count - rows.length;
    const { acts }: AdminAnswers['audit'] = await link.ask({ kind: 'audit', before, limit });
    if (acts.length === 0) break;
    rows.unshift(...acts.map(({ event }) => actOf(event)));
    before = acts[0]?.event.position ?? 0;
  }
  return rows;
}

async function rowsOf(link: AdminLink, list: AdminList, count: number): Promise<readonly Row[]> {
  switch (list) {
    case 'users': {
      const { users } = await link.ask({ kind: 'snapshot' });
      return users.map(({ since, lastActive, ...user }) => ({
        ...user,
        since: moment(since),
        lastActive: moment(lastActive),
      }));
    }
    case 'status': {
      const { users, now, server, ...totals } = await link.ask({ kind: 'snapshot' });
      const { door, connections: limit } = await link.ask({ kind: 'settings' });
      const { startedAt, ...facts } = server;
      return [
        { ...facts, startedAt: moment(startedAt), now: moment(now), users: users.length, ...totals, limit, door },
      ];
    }
    case 'bans': {
      const { bans, mutes } = await link.ask({ kind: 'bans' });
      return [
        ...bans.map(({ of, ...rest }) => ({ kind: 'ban', ...whoOf(of), ...sanction(rest) })),
        ...mutes.map(({ account, name, room, ...rest }) => ({ kind: 'mute', account, name, room, ...sanction(rest) })),
      ];
    }
    case 'audit':
      return audit(link, count);
    case 'settings': {
      const { settings, exempt, retention, ...rest } = await link.ask({ kind: 'settings' });
      const { days, bytes } = retention;
      return [{ ...rest, ...settings, retainDays: days, retainBytes: bytes, exempt: exempt.join(' ') }];
    }
    case 'files':
      return (await link.ask({ kind: 'files' })).files.map(({ since, ...file }) => ({ ...file, since: moment(since) }));
    case 'rooms':
      return (await link.ask({ kind: 'rooms' })).rooms.map(room => ({ ...room }));
    default:
      return list satisfies never;
  }
}

function whoOf(of: BanTarget): Row {
  return of.by === 'network' ? { by: of.by, network: of.network } : { ...of };
}

function sanction({
  until,
  since,
  reason,
  by,
}: {
  until: Millis | null;
  since: Millis;
  reason: string;
  by: string;
}): Row {
  return { until: until === null ? null : moment(until), since: moment(since), reason, operator: by };
}

/** Who did what, when and why. */
function actOf({ position, time, account, from, conversation, kind, id: _id, ...what }: ChatEvent): Row {
  return { position, time: moment(time), operator: from, account, act: kind, conversation, ...what };
}

function moment(time: Millis): string {
  return new Date(time).toISOString();
}

/** `name=value` for what there is, a tab between. */
function rowLine(row: Row): string {
  const fields = Object.entries(row).filter(([, value]) => value !== null && value !== undefined && value !== '');
  return fields.map(([name, value]) => `${name}=${shown(value)}`).join('\t');
}

function shown(value: unknown): string {
  return typeof value === 'string'
    ? upright(cleanLine(value))
    : typeof value === 'object'
      ? jsonLine(value)
      : String(value);
}

/** A line of the live log as an object: `time`, `kind`, and what the kind has. */
export function logRow({ time, kind, ...rest }: LogEntry): Row {
  return { time: moment(time), kind, ...rest };
}

/** The same for people; which message it is about is for programs, who read JSON. */
export function logLine({ time, kind, ref: _ref, ...rest }: LogEntry): string {
  return [moment(time), kind, rowLine(rest)].join('\t');
}
