// The side pane: rooms, people and rooms that one is not in, with what is unread; and files on their way.
import { say } from '../../words/words.ts';
import type { Canvas } from '../kit/canvas.ts';
import type { Token } from '../kit/tokens.ts';
import { type Chat, type ChatKey, isRoom, type Model, titleOf } from './model.ts';
import type { Target } from './targets.ts';
import { fileRows, paintFiles } from './view-files.ts';

interface Section {
  readonly heading: string;
  readonly note: string;
  readonly rows: readonly ChatKey[];
  readonly joined: boolean;
}

export function paintSide(canvas: Canvas, model: Model): void {
  canvas.fill('side');
  if (canvas.colours === 'none') for (let y = 0; y < canvas.height; y++) canvas.text(canvas.width - 1, y, '│', 'rule');
  const sections = sectionsOf(model).filter(section => section.rows.length > 0);
  const wanted = sections.reduce((sum, section) => sum + section.rows.length + 2, 0);
  const files = fileRows(model, canvas.height - 2, wanted);
  const heights = share(
    sections.map(section => section.rows.length),
    canvas.height - 2 * sections.length - (files === 0 ? 0 : files + 2),
  );
  let y = 0;
  for (const [index, section] of sections.entries()) {
    const rows = heights[index]!;
    if (rows <= 0) continue;
    paintSection(canvas.region({ x: 0, y: y + 1, width: canvas.width, height: rows + 1 }), model, section);
    y += rows + 2;
  }
  if (files > 0) paintFiles(canvas.region({ x: 0, y: y + 1, width: canvas.width, height: files + 1 }), model);
}

function sectionsOf(model: Model): readonly Section[] {
  const { rooms, people, others } = model.contacts;
  let here = 0;
  for (const account of people) if (model.people.get(account)?.here) here += 1;
  const note = here === 0 ? '' : say('chat.here', { count: here });
  return [
    { heading: say('chat.rooms'), note: '', rows: rooms, joined: true },
    { heading: say('chat.people'), note, rows: people, joined: true },
    { heading: say('chat.others'), note: '', rows: others, joined: false },
  ];
}

/** Rows for each list: all they want, or fair parts of what there is; the last list (of rooms not joined) yields first. */
function share(wanted: readonly number[], rows: number): readonly number[] {
  const given = wanted.map(() => 0);
  const main = wanted.slice(0, 2);
  let left = Math.max(0, rows);
  for (const [index, count] of main.entries()) {
    const fair = Math.max(
      Math.floor(rows / main.length),
      rows - main.reduce((sum, n, at) => sum + (at === index ? 0 : n), 0),
    );
    given[index] = Math.min(count, fair, left);
    left -= given[index]!;
  }
  for (let index = main.length; index < wanted.length; index++) {
    given[index] = Math.min(wanted[index]!, left);
    left -= given[index]!;
  }
  return given;
}

function paintSection(canvas: Canvas, model: Model, section: Section): void {
  const { width } = canvas;
  canvas.text(2, 0, section.heading, 'heading', { width: width - 3 });
  canvas.text(2, 0, section.note, 'faint', { width: width - 4, align: 'right' });
  const height = canvas.height - 1;
  const { rows } = section;
  const hidden = rows.length > height;
  const shown = hidden ? height - 1 : height;
  // The open chat stays in sight, however long the list is.
  const current = model.current === null ? -1 : rows.indexOf(model.current);
  const top = hidden ? Math.max(0, Math.min(current - shown + 1, rows.length - shown)) : 0;
  for (let y = 0; y < shown; y++) {
    const key = rows[top + y];
    if (key !== undefined) paintRow(canvas.region({ x: 0, y: 1 + y, width, height: 1 }), model, key, section.joined);
  }
  if (!hidden) return;
  canvas.text(2, height, say('chat.more', { count: rows.length - shown }), 'faint', { width: width - 3 });
  canvas.target({ x: 0, y: height, width, height: 1 }, { on: 'action', action: 'go-to' });
}

function paintRow(row: Canvas, model: Model, key: ChatKey, joined: boolean): void {
  const { width } = row;
  const current = key === model.current;
  const mono = row.colours === 'none';
  if (current) {
    row.fill('selected', { x: 0, y: 0, width: mono ? width - 1 : width, height: 1 });
    row.text(0, 0, mono ? '>' : '▌', 'current-bar');
  }
  const chat = model.chats.get(key);
  const badge = chat === undefined ? null : badgeOf(chat);
  const taken =
    badge === null ? 0 : row.text(0, 0, ` ${badge.count} `, badge.token, { width: width - 2, align: 'right' });
  const mark = markOf(model, key);
  row.text(2, 0, mark.text, mark.token);
  const here = isRoom(key) ? joined : model.people.get(key)?.here === true;
  const token: Token = current || badge !== null ? 'strong' : here ? 'text' : 'faint';
  const title = titleOf(model, key);
  const room = width - 6 - (taken === 0 ? 0 : taken + 1);
  const used = row.text(4, 0, isRoom(key) ? title.slice(1) : title, token, { width: room });
  const person = isRoom(key) ? undefined : model.people.get(key);
  if (person?.here && person.away !== null && room - used >= 6) {
    const words = person.away === '' ? say('chat.away') : person.away;
    row.text(4 + used + 2, 0, words, 'faint', { width: room - used - 2, align: 'right' });
  }
  const target: Target = joined ? { on: 'chat', key } : { on: 'room', room: key };
  row.target({ x: 0, y: 0, width, height: 1 }, target);
}

interface Sign {
  readonly text: string;
  readonly token: Token;
}

function markOf(model: Model, key: ChatKey): Sign {
  if (isRoom(key)) return roomMark(model, key);
  return key === model.me?.account ? { text: '✎', token: 'private' } : personMark(model, key);
}

const ROOM_MARKS = { public: '#', invite: '⊕', hidden: '⊘' } as const;

/** Who may come in: everyone, who is invited, who is invited and knows of it. */
export function roomMark(model: Model, room: ChatKey): Sign {
  return { text: ROOM_MARKS[model.rooms.get(room)?.visibility ?? 'public'], token: 'faint' };
}

/** Here, away, or not here. */
export function personMark(model: Model, account: ChatKey): Sign {
  const person = model.people.get(account);
  if (person?.here !== true) return { text: '○', token: 'faint' };
  return person.away === null ? { text: '●', token: 'ok' } : { text: '◐', token: 'warn' };
}

/** How many lines are unread, and how much that matters; null: none. */
export function badgeOf(chat: Chat): { readonly count: string; readonly token: Token } | null {
  if (chat.unread === 0) return null;
  const token = !isRoom(chat.key) ? 'badge-private' : chat.mentions > 0 ? 'badge-mention' : 'badge';
  return { count: chat.unread > 999 ? '999+' : String(chat.unread), token };
}
