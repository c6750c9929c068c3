// One line of the live log: its mark, its words and their tokens. A message begins with its room and its author, every
// other line with a mark, so that no text can pass for what the server says.
import { isWordKey, say, type WordParams } from '../../words/words.ts';
import { authorToken } from '../kit/authors.ts';
import type { Span } from '../kit/canvas.ts';
import { formatClock } from '../kit/format.ts';
import { wrap } from '../kit/width.ts';
import type { LogEntry } from './model.ts';

/** Rows that one line takes at most when lines are wrapped. */
const MOST_ROWS = 12;
/** UTF-16 units a column that are looked at: more than any text that could be seen there needs. */
const UNITS_PER_COLUMN = 8;

/** `09:49:01` */
export function timeOf(entry: LogEntry, offset: number): string {
  return formatClock(entry.time, offset);
}

/** What stands after the time, in one row; texts no longer than `columns` could show. */
export function spansOf(entry: LogEntry, columns: number): readonly Span[] {
  const { room = '', name = '', other = '', text = '' } = entry;
  const body = oneLine(text, columns);
  switch (entry.kind) {
    case 'message':
      return [
        { text: `${room} `, token: 'dim' },
        { text: name, tokens: ['strong', authorToken(name)] },
        { text: ` ${body}`, token: entry.action ? 'dim' : 'text' },
      ];
    case 'private':
      return [
        { text: '@ ', token: 'private' },
        { text: `${name} ⇄ ${other}`, tokens: ['strong', 'dim'] },
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
    case 'topic':
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
export function rowsOf(entry: LogEntry, columns: number): readonly (readonly Span[])[] {
  const spans = spansOf(entry, columns * MOST_ROWS);
  const text = spans.map(span => span.text).join('');
  const rows = wrap(text, Math.max(1, columns)).slice(0, MOST_ROWS);
  return rows.length === 0 ? [spans] : rows.map(row => cut(spans, row.start, row.end));
}

/** The words of a code that came from the server: its sentence here, else the code itself. */
export function wordsOf(code: string, params: WordParams, prefix = ''): string {
  const own = `${prefix}${code}`;
  if (isWordKey(own)) return say(own, params);
  return isWordKey(code) ? say(code, params) : code;
}

function sentence(entry: LogEntry): string {
  const { name = '', other = '', room = '', address = '', code = '', params = {} } = entry;
  const who = name || address;
  switch (entry.kind) {
    case 'connected':
      return say(address ? 'dashboard.log.connected-from' : 'dashboard.log.connected', { name, address });
    case 'gone':
      return code
        ? say('dashboard.log.gone-because', { name, why: wordsOf(code, params, 'dashboard.gone.') })
        : say('dashboard.log.gone', { name });
    case 'refused': {
      const why = wordsOf(code, params, 'dashboard.refused.');
      return who ? say('dashboard.log.refused-whom', { who, why }) : say('dashboard.log.refused', { why });
    }
    case 'kicked':
      return other ? say('dashboard.log.kicked-by', { name, by: other }) : say('dashboard.log.kicked', { name });
    case 'limited':
      return say('dashboard.log.limited', { by: name, connections: params.connections ?? '' });
    case 'warning':
      return wordsOf(code, { name, address, ...params }, 'dashboard.warning.');
    case 'message':
    case 'private':
      return '';
    default:
      return say(`dashboard.log.${entry.kind}`, { name, room });
  }
}

/** The ends of lines as marks: a line of the log is one line, whatever was written. */
function oneLine(text: string, columns: number): string {
  return text.slice(0, (columns + 1) * UNITS_PER_COLUMN).replace(/\r\n?|\n/g, ' ↵ ');
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
