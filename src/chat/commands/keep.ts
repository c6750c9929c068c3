// retain and confirm-clock: how long talk is kept, and that the clock by which it expires is right.
import { KEPT_DAYS } from '../../limits.ts';
import { cleanShort, validRoom } from '../text.ts';
import { LEDGER, type Retention, reject } from '../vocabulary.ts';
import { type CommandRow, draft, firstWord, type LineResult, refused, USAGE, written } from './row.ts';

/** The most that may be asked for: a hundred years, a pebibyte. */
const MOST_DAYS = 36_500;
const MOST_BYTES = 2 ** 50;
const UNITS: Readonly<Record<string, number>> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

export const retain: CommandRow<'retain'> = {
  needs: 'operator',
  lines: [
    {
      name: 'retain',
      aliases: [],
      args: '[#ROOM] DAYS | all [SIZE]',
      help: 'help.retain',
      completes: 'room',
      parse: rest => {
        const [first, more] = firstWord(rest);
        if (!first.startsWith('#')) return parseRetention(null, rest);
        const room = validRoom(first);
        return room ? parseRetention(room, more) : refused('room-invalid', { room: first });
      },
    },
  ],
  decide: (command, deciding) => {
    const { room, keep } = command;
    if (room !== null && !deciding.state.rooms.has(room)) return reject('no-such-room', { room });
    if (!fits(keep.days, MOST_DAYS) || !fits(keep.bytes, MOST_BYTES) || (room !== null && keep.bytes !== null)) {
      return reject('retention-invalid', { value: `${keep.days ?? 'all'} ${keep.bytes ?? ''}`.trim() });
    }
    return { ok: true, events: [draft(deciding, LEDGER, { kind: 'retained', room, keep }, true)] };
  },
};

export const confirmClock: CommandRow<'confirm-clock'> = {
  needs: 'operator',
  lines: [
    {
      name: 'confirm-clock',
      aliases: [],
      args: '',
      help: 'help.confirm-clock',
      parse: () => written({ kind: 'confirm-clock' }),
    },
  ],
  decide: (_command, deciding) => ({
    ok: true,
    events: [draft(deciding, LEDGER, { kind: 'clock-confirmed' }, true)],
  }),
};

/** `30d`, `30`, `all`, and for the whole log a size: `365 2g`. */
function parseRetention(room: string | null, text: string): LineResult {
  const [time, rest] = firstWord(text);
  const [size] = firstWord(rest);
  if (time === '') return USAGE;
  const days = /^all$/i.test(time) ? null : Number(/^(\d{1,5})d?$/i.exec(time)?.[1] ?? Number.NaN);
  const bytes = size === '' ? null : bytesOf(size);
  if (Number.isNaN(days) || Number.isNaN(bytes)) return refused('retention-invalid', { value: cleanShort(text, 40) });
  const keep: Retention = { days, bytes };
  return written({ kind: 'retain', room, keep });
}

function bytesOf(size: string): number {
  const [, number, unit] = /^(\d{1,6})([kmgt])i?b?$/i.exec(size) ?? [];
  return Number(number ?? Number.NaN) * (UNITS[unit?.toLowerCase() ?? ''] ?? 1);
}

function fits(value: number | null, most: number): boolean {
  return value === null || (Number.isSafeInteger(value) && value >= 1 && value <= most);
}

/** How many days talk of a conversation is kept; null: without an end. */
export function daysKept(retention: ReadonlyMap<string, Retention>, conversation: string): number | null {
  const own = retention.get(conversation) ?? retention.get('');
  return own ? own.days : KEPT_DAYS;
}
