// One line of the live log: its mark, its words and their tokens. A message begins with its room and its author, every
// other line with a mark, so that no text can pass for what the server says.
import { upright } from '../../chat/text.ts';
import { isWordKey, say, type WordParams } from '../../words/words.ts';
import { authorToken } from '../kit/authors.ts';
import type { Span } from '../kit/canvas.ts';
import { formatClock, formatDuration } from '../kit/format.ts';
import { wrap } from '../kit/width.ts';
import type { LogEntry } from './entry.ts';

/** Rows that one line takes at most when lines are wrapped. */
const MOST_ROWS = 12;
/** UTF-16 units a column that are looked at in a line of one row: what could be seen there has no more. */
const UNITS_PER_COLUMN = 8;
/** And in all rows of a wrapped one: a text made of marks alone is cut short, so that its rows are soon measured. */
const UNITS_WRAPPED = 2_500;

/** `09:49:01` */
export function timeOf(entry: LogEntry, offset: number): string {
  return formatClock(entry.time, offset);
}

/** What stands after the time in one row of so many columns; longer texts are cut before they are looked at. */
export function spansOf(entry: LogEntry, columns: number): readonly Span[] {
  return spansWithin(entry, (columns + 1) * UNITS_PER_COLUMN);
}

function spansWithin(entry: LogEntry, units: number): readonly Span[] {
  const { room = '', name = '', other = '', text = '' } = entry;
  const body = oneLine(text, units);
  switch (entry.kind) {
    case 'message':
      return [
        { text: `${room} `, token: 'dim' },
        { text: name, tokens: ['strong', authorToken(name)] },
        entry.gone
          ? { text: ` ${say('dashboard.log.gone-text')}`, token: 'faint' }
          : { text: ` ${body}`, token: entry.action ? 'dim' : 'text' },
      ];
    case 'private':
      return [
        { text: '@ ', token: 'private' },
        { text: `${name} ⇄ ${upright(other)}`, tokens: ['strong', 'dim'] },
        { text: ` ${say('dashboard.log.private')}`, token: 'faint' },
      ];
    case 'joined':
    case 'claimed':
    case 'connected':
      return [{ text: `→ ${sentence(entry)}`, token: 'system' }];
    case 'left':
    case 'gone':
      return [{ text: `← ${sentence(entry)}`, token: 'system' }];
    case 'created':
      return [{ text: `+ ${sentence(entry)}`, token: 'ok' }];
    case 'banned':
    case 'muted':
      return [{ text: `✗ ${sentence(entry)}${body === '' ? '' : `: ${body}`}`, token: 'warn' }];
    case 'unbanned':
    case 'unmuted':
    case 'ruled':
    case 'door':
    case 'set':
    case 'motd':
    case 'deleted':
    case 'visibility':
    case 'retained':
    case 'clock-confirmed':
      return [{ text: `≡ ${sentence(entry)}`, token: 'system' }];
    case 'file':
    case 'topic':
    case 'edited':
    case 'reacted':
      return [
        { text: `≡ ${sentence(entry)} `, token: 'system' },
        { text: body, token: 'text' },
      ];
    case 'broadcast':
      return [
        { text: `» ${sentence(entry)}`, token: 'notice' },
        { text: ` ${body}`, token: 'strong' },
      ];
    case 'kicked':
      return [{ text: `✗ ${sentence(entry)}${body === '' ? '' : `: ${body}`}`, token: 'warn' }];
    case 'limited':
    case 'operated':
      return [{ text: `≡ ${sentence(entry)}`, token: 'accent' }];
    case 'refused':
      return [{ text: `✗ ${sentence(entry)}`, token: 'error' }];
    case 'warning':
      return [{ text: `▲ ${sentence(entry)}`, token: 'warn' }];
    default:
      return entry.kind satisfies never;
  }
}

/** The rows of a line that is wrapped into `columns`: at least one, at most MOST_ROWS. */
export function rowsOf(entry: LogEntry, columns: number): Rows {
  const known = measured.get(entry);
  if (known?.columns === columns) return known.rows;
  const rows = wrapped(entry, columns);
  measured.set(entry, { columns, rows });
  return rows;
}

/** All that a line says, for a filter. */
export function wordsOfEntry(entry: LogEntry): string {
  return spansWithin(entry, UNITS_WRAPPED)
    .map(({ text }) => text)
    .join('');
}

type Rows = readonly (readonly Span[])[];

/** Scrolling and painting ask for the rows of the same lines again and again; a line never changes. */
const measured = new WeakMap<LogEntry, { readonly columns: number; readonly rows: Rows }>();

function wrapped(entry: LogEntry, columns: number): Rows {
  const spans = spansWithin(entry, UNITS_WRAPPED);
  const text = spans.map(span => span.text).join('');
  const rows = wrap(text, Math.max(1, columns)).slice(0, MOST_ROWS);
  return rows.length === 0 ? [spans] : rows.map(row => cut(spans, row.start, row.end));
}

/** The words of a code that came from the server: those for operators, else its sentence if it is complete, else the code. */
export function wordsOf(code: string, params: WordParams, prefix = ''): string {
  const own = `${prefix}${code}`;
  if (isWordKey(own)) return say(own, params);
  const sentence = isWordKey(code) ? say(code, params) : upright(code);
  return /\{\w+\}/.test(sentence) ? upright(code) : sentence;
}

function sentence(entry: LogEntry): string {
  const { name = '', other = '', room = '', address = '', text = '', code = '', params = {} } = entry;
  const who = name || address;
  switch (entry.kind) {
    case 'connected':
      return say(address ? 'dashboard.log.connected-from' : 'dashboard.log.connected', { name, address });
    case 'gone':
      return code
        ? say('dashboard.log.gone-because', { name, why: wordsOf(code, params, 'dashboard.gone.') })
        : say('dashboard.log.gone', { name });
    case 'refused': {
      const about = params.name === undefined ? '' : ` (${upright(String(params.name))})`;
      const why = `${wordsOf(code, params, 'dashboard.refused.')}${about}`;
      return who ? say('dashboard.log.refused-whom', { who, why }) : say('dashboard.log.refused', { why });
    }
    case 'kicked':
      return other ? say('dashboard.log.kicked-by', { name, by: other }) : say('dashboard.log.kicked', { name });
    case 'limited':
      return say('dashboard.log.limited', { by: name, connections: params.connections ?? '' });
    case 'file':
      return wordsOf(code, { name, room }, 'dashboard.file.');
    case 'operated':
      return wordsOf(code, { name, ...params }, 'dashboard.operated.');
    case 'warning':
      return wordsOf(code, { name, address, ...params }, 'dashboard.warning.');
    case 'message':
    case 'private':
      return '';
    case 'banned':
      return typeof params.lasts === 'number'
        ? say('dashboard.log.banned-for', { name, by: other, time: formatDuration(params.lasts) })
        : say('dashboard.log.banned', { name, by: other });
    case 'muted': {
      const where = room === '' ? 'muted' : 'muted-room';
      return typeof params.lasts === 'number'
        ? say(`dashboard.log.${where}-for`, { name, room, by: other, time: formatDuration(params.lasts) })
        : say(`dashboard.log.${where}`, { name, room, by: other });
    }
    case 'unmuted':
      return say(room === '' ? 'dashboard.log.unmuted' : 'dashboard.log.unmuted-room', { name, room, by: other });
    case 'broadcast': {
      const to = room !== '' ? '-room' : other !== '' ? '-person' : '';
      return say(`dashboard.log.broadcast${to}`, { name, room, to: other });
    }
    case 'deleted':
      return say(other === '' ? 'dashboard.log.deleted' : 'dashboard.log.deleted-of', { name, room, of: other });
    default:
      return say(`dashboard.log.${entry.kind}`, { name, by: other, room, text });
  }
}

/** The ends of lines as marks: a line of the log is one line, whatever was written. */
function oneLine(text: string, units: number): string {
  return text
    .slice(0, units)
    .split(/\r\n?|\n/)
    .map(upright)
    .join(' ↵ ');
}

function cut(spans: readonly Span[], start: number, end: number): readonly Span[] {
  const parts: Span[] = [];
  let at = 0;
  for (const span of spans) {
    const text = span.text.slice(Math.max(0, start - at), Math.max(0, end - at));
    at += span.text.length;
    if (text !== '') parts.push({ ...span, text });
  }
  return parts;
}
