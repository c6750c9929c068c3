// All that is known of one person: who they are, their sessions, their rooms, and what was done about them.
import type { Sanction } from '../../../chat/vocabulary.ts';
import { say, type WordKey } from '../../../words/words.ts';
import type { Canvas, Span } from '../../kit/canvas.ts';
import { formatAge, formatBytes, formatRate, formatSince, formatStamp } from '../../kit/format.ts';
import type { Token } from '../../kit/tokens.ts';
import { widthOf, wrap } from '../../kit/width.ts';
import type { Person, SessionRow } from '../facts.ts';
import { leftOf } from '../lists/bans.ts';
import { listRect } from '../lists/shown.ts';
import { spansOf } from '../log-line.ts';
import type { Model, Overlay, UserRow } from '../model.ts';
import { viewNotice } from '../view-notice.ts';
import { type Button, insideOf, openBox, viewButtons } from './box.ts';

type Details = Extract<Overlay, { is: 'details' }>;
/** Columns of a date and a time, and the space after them. */
const STAMP = 13;
/** Hexadecimal digits of a device that tell it from others. */
const DEVICE_DIGITS = 8;
/** A row: what it is called, where that begins, and what it says. */
interface Line {
  readonly label?: string;
  readonly indent?: number;
  readonly spans: readonly Span[];
}

export function viewDetails(model: Model, overlay: Details, canvas: Canvas): void {
  const box = openBox(canvas, listRect(canvas));
  const person = personOf(model, overlay);
  const row = rowOf(model, overlay);
  const name = person?.name || row?.name || overlay.whom.replace(/^@/, '');
  const used = box.text(0, 0, say('dashboard.details', { name }), 'accent', { width: box.width });
  if (model.notice) viewNotice(model.notice, box.region({ x: used + 2, y: 0, width: box.width - used - 2, height: 1 }));
  const lines = linesOf(model, overlay, box.width);
  const { first, count } = linesIn(box);
  const top = Math.max(0, Math.min(overlay.top, lines.length - count));
  for (const [index, line] of lines.slice(top, top + count).entries()) {
    const { label, indent = 0, spans } = line;
    if (label !== undefined) box.text(0, first + index, label, 'dim', { width: Math.max(0, indent - 1) });
    box.spans(indent, first + index, spans, { width: Math.max(0, box.width - indent) });
  }
  viewButtons(box, box.height - 1, buttonsOf(model, overlay));
}

/** The first line to be seen after scrolling by some, neither before the first nor leaving room empty. */
export function detailsTop(model: Model, overlay: Details, delta: number): number {
  const inside = insideOf(listRect(model), { colours: 'truecolor' });
  const most = linesOf(model, overlay, inside.width).length - linesIn(inside).count;
  return Math.max(0, Math.min(overlay.top + delta, most));
}

/** Lines that PageDown moves. */
export function detailsPage(model: Model): number {
  return Math.max(1, linesIn(insideOf(listRect(model), { colours: 'truecolor' })).count - 1);
}

function linesIn({ height }: { readonly height: number }) {
  const airy = height >= 12;
  return { first: airy ? 2 : 1, count: Math.max(1, height - (airy ? 4 : 2)) };
}

/** As answered for whom it is about; null: not yet, or nobody. */
export function personOf({ known }: Model, { whom }: Details): Person | null {
  return known.person?.whom === whom ? known.person.person : null;
}

function rowOf(model: Model, overlay: Details): UserRow | undefined {
  const account = personOf(model, overlay)?.account ?? overlay.whom;
  return model.table.rows.find(row => row.account === account || `@${row.name}` === overlay.whom);
}

function buttonsOf(model: Model, overlay: Details): readonly Button[] {
  const person = personOf(model, overlay);
  const somebody = person !== null || rowOf(model, overlay) !== undefined;
  return [
    ...(somebody
      ? ([
          ['k', 'dashboard.hint.kick', { on: 'do', letter: 'k' }],
          ['b', 'dashboard.hint.ban', { on: 'do', letter: 'b' }],
          ['m', 'dashboard.hint.mute', { on: 'do', letter: 'm' }],
        ] as const)
      : []),
    ...(person && person.name !== ''
      ? ([
          [
            'o',
            person.role === 'operator' ? 'dashboard.details.deop' : 'dashboard.details.op',
            { on: 'do', letter: 'o' },
          ],
          [
            'g',
            person.role === 'guest' ? 'dashboard.details.member' : 'dashboard.details.guest',
            { on: 'do', letter: 'g' },
          ],
          ['f', 'dashboard.details.release', { on: 'do', letter: 'f' }],
        ] as const)
      : []),
    ...(person && (person.banned || person.mutes.length > 0)
      ? ([['u', 'dashboard.bans.lift', { on: 'do', letter: 'u' }]] as const)
      : []),
    ['Esc', 'dashboard.close', { on: 'no' }],
  ];
}

function linesOf(model: Model, overlay: Details, width: number): readonly Line[] {
  const person = personOf(model, overlay);
  const row = rowOf(model, overlay);
  if (!person && !row) {
    const asked = model.known.person?.whom === overlay.whom;
    return [saying(say(asked ? 'dashboard.details.unknown' : 'dashboard.list.loading'), 'dim')];
  }
  const facts = [...(person ? sanctionsOf(person, model) : []), ...(row ? rowFacts(row, model) : [])];
  const all = [...facts, ...(person ? personFacts(person, model, row !== undefined) : [])];
  const indent = Math.max(0, ...all.map(({ label }) => widthOf(label))) + 2;
  const lines = all.flatMap(({ label, text, token }): Line[] =>
    wrapped(text, width - indent).map((part, index) => ({
      ...(index === 0 ? { label } : {}),
      indent,
      spans: [{ text: part, token }],
    })),
  );
  return person ? [...lines, ...sessionLines(person.sessions, model), ...actLines(person, model, width)] : lines;
}

/** At least one part, so that an empty value has its row. */
function wrapped(text: string, width: number): readonly string[] {
  const rows = wrap(text, Math.max(1, width)).map(row => row.text);
  return rows.length === 0 ? [''] : rows;
}

interface Fact {
  readonly label: string;
  readonly text: string;
  readonly token: Token;
}

function fact(label: WordKey, text: string, token: Token = 'text'): Fact {
  return { label: say(label), text, token };
}

function sanctionsOf({ banned, mutes }: Person, { now }: Model): readonly Fact[] {
  const held = ({ until, by, reason }: Sanction) =>
    say('dashboard.details.held-until', { left: leftOf(until, now), by, reason: reason === '' ? '–' : reason });
  return [
    ...(banned ? [fact('dashboard.details.banned', held(banned), 'error')] : []),
    ...mutes.map(mute => {
      const what = held(mute);
      const { room } = mute;
      return fact(
        'dashboard.details.muted',
        room === null ? what : say('dashboard.details.held-in', { room, what }),
        'warn',
      );
    }),
  ];
}

function rowFacts(row: UserRow, { now, offset }: Model): readonly Fact[] {
  return [
    fact('dashboard.details.address', row.address),
    fact('dashboard.details.since', formatSince(row.since, now, offset)),
    fact('dashboard.details.idle', formatAge(now - row.lastActive)),
    fact('dashboard.details.rate', formatRate(row.messagesPerSecond)),
    fact('dashboard.details.bytes', bytesOf(row)),
    fact('dashboard.details.lag', formatBytes(row.queuedBytes), row.queuedBytes > 0 ? 'warn' : 'text'),
    fact('dashboard.details.role', say(`dashboard.role.${row.role}`), row.role === 'member' ? 'text' : 'warn'),
  ];
}

function personFacts(person: Person, { now, offset }: Model, isHere: boolean): readonly Fact[] {
  const { account, held, role, claimed, seen, rooms } = person;
  return [
    ...(isHere
      ? []
      : [fact('dashboard.details.role', say(`dashboard.role.${role}`), role === 'member' ? 'text' : 'warn')]),
    fact('dashboard.details.account', account, 'dim'),
    ...(held.length > 0 ? [fact('dashboard.details.held', held.join(', '))] : []),
    ...(claimed === null ? [] : [fact('dashboard.details.claimed', formatStamp(claimed, now, offset))]),
    ...(seen === null || isHere
      ? []
      : [fact('dashboard.details.seen', say('dashboard.details.ago', { time: formatAge(now - seen) }))]),
    fact('dashboard.details.rooms', rooms.length === 0 ? '–' : rooms.join(' ')),
  ];
}

function bytesOf({
  bytesInPerSecond,
  bytesOutPerSecond,
}: Pick<UserRow, 'bytesInPerSecond' | 'bytesOutPerSecond'>): string {
  const rate = (bytes: number) => say('dashboard.per-second', { unit: formatBytes(bytes) });
  return say('dashboard.details.in-out', { in: rate(bytesInPerSecond), out: rate(bytesOutPerSecond) });
}

const BLANK: Line = { spans: [] };

function saying(text: string, token: Token): Line {
  return { spans: [{ text, token }] };
}

function sessionLines(sessions: readonly SessionRow[], { now, offset }: Model): readonly Line[] {
  if (sessions.length === 0) return [];
  const lines = sessions.map((session): Line => {
    const { address, since, client, device, here, queuedBytes } = session;
    const behind = say('dashboard.details.behind', { bytes: formatBytes(queuedBytes) });
    const spans: Span[] = [
      { text: address, token: 'text' },
      { text: `  ${client}`, token: 'dim' },
      { text: here ? '' : ` (${say('dashboard.details.script')})`, token: 'dim' },
      { text: `  ${formatSince(since, now, offset)}`, token: 'faint' },
      { text: `  ${bytesOf(session)}`, token: 'dim' },
      { text: queuedBytes > 0 ? `  ${behind}` : '', token: 'warn' },
      { text: `  ${say('dashboard.details.device', { device: device.slice(0, DEVICE_DIGITS) })}`, token: 'faint' },
    ];
    return { spans };
  });
  return [BLANK, saying(say('dashboard.details.sessions'), 'heading'), ...lines];
}

function actLines({ acts }: Person, { now, offset }: Model, width: number): readonly Line[] {
  const heading = saying(say('dashboard.details.acts'), 'heading');
  if (acts.length === 0) return [BLANK, heading, saying(say('dashboard.details.no-acts'), 'dim')];
  const lines = acts.map(
    (entry): Line => ({
      label: formatStamp(entry.time, now, offset),
      indent: STAMP,
      spans: spansOf(entry, width),
    }),
  );
  return [BLANK, heading, ...lines];
}
