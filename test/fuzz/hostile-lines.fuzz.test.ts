// Hostile text in what is printed as lines: tail, users, errors and the log of a headless server, on a terminal that
// looks for more than lines of text (T1, T2). TCHAT_SEED repeats a run.
import test, { type ExecutionContext } from 'ava';
import type { AnyEvent } from '../../src/chat/vocabulary.ts';
import { told } from '../../src/commands/answers.ts';
import { eventJson, eventLine } from '../../src/commands/event-text.ts';
import { JsonLines, jsonLine } from '../../src/commands/json-lines.ts';
import { cleanLines } from '../../src/commands/print.ts';
import { personJson, personLine } from '../../src/commands/users.ts';
import { TchatError } from '../../src/errors.ts';
import { errors } from '../../src/words/en/errors.ts';
import { sentence, sentenceOf } from '../../src/words/sentence.ts';
import { emulator, WIDTH_VERSIONS, write } from '../helpers/emulator.ts';
import { hostileText } from '../helpers/hostile-text.ts';
import { UNTOUCHED, watch } from '../helpers/oracle.ts';
import { cases, pick, random, SEED } from '../helpers/tier.ts';

const STRINGS = cases(800, 8_000);
const COLUMNS = 1_000;
const NOW = Date.UTC(2026, 10, 20, 9, 50);

const SERVER = { address: { host: '127.0.0.1', port: 7420, plain: true }, fingerprint: null, invite: null } as const;
const HEAD = { position: 1, time: NOW, conversation: '#lobby', account: 'account', from: 'bob', id: null };
const said = (text: string) => ({ kind: 'message', body: { kind: 'text', text }, action: false }) as const;

const ABOUT = { account: 'account', id: 'id' };

/** Events with a string in each of their fields. */
const EVENTS: Readonly<Record<string, (text: string) => AnyEvent>> = {
  message: text => ({ ...HEAD, ...said(text) }),
  action: text => ({ ...HEAD, ...said(text), action: true }),
  private: text => ({ ...HEAD, ...said(text), conversation: '~talk', to: { account: 'other', name: 'alice' } }),
  author: from => ({ ...HEAD, ...said('hello'), from }),
  reader: name => ({ ...HEAD, ...said('hello'), conversation: '~talk', to: { account: 'other', name } }),
  room: conversation => ({ ...HEAD, ...said('hello'), conversation }),
  edited: text => ({ ...HEAD, kind: 'edited', about: ABOUT, body: { kind: 'text', text } }),
  'edited message': text => ({ ...HEAD, ...said(text), edited: 5, reply: ABOUT }),
  reacted: reaction => ({ ...HEAD, kind: 'reacted', about: ABOUT, reaction, on: true }),
  'reaction taken back': reaction => ({ ...HEAD, kind: 'reacted', about: ABOUT, reaction, on: false }),
  'deleted by': from => ({ ...HEAD, kind: 'deleted', about: ABOUT, from }),
  invited: name => ({ ...HEAD, kind: 'invited', room: '#board', to: { account: 'other', name } }),
  'invited room': room => ({ ...HEAD, kind: 'invited', room, to: { account: 'other', name: 'alice' } }),
  'visibility by': from => ({ ...HEAD, kind: 'visibility', visibility: 'hidden', from }),
  topic: text => ({ ...HEAD, kind: 'topic', text }),
  broadcast: text => ({ ...HEAD, kind: 'broadcast', text, conversation: '*' }),
  reason: reason => ({ ...HEAD, kind: 'kicked', target: 'account', name: 'eve', reason }),
  kicked: name => ({ ...HEAD, kind: 'kicked', target: 'account', name, reason: 'flood' }),
  joined: from => ({ ...HEAD, kind: 'joined', from }),
  renamed: name => ({ ...HEAD, kind: 'renamed', name, conversation: '*' }),
  unknown: name => ({ ...HEAD, kind: 'unknown', name }),
};

/** Lines as they are printed, by what they are, with a string in one of their fields. */
const LINES: Readonly<Record<string, (text: string) => string>> = {
  ...Object.fromEntries(Object.entries(EVENTS).map(([name, make]) => [name, (text: string) => eventLine(make(text))])),
  'what nobody has cleaned': text => cleanLines(text.replace(/[\r\n]/g, ' ')),
  person: name => personLine({ account: 'account', name, here: true, since: NOW, away: null }),
  'person unseen': name => personLine({ account: 'account', name, here: false, since: 0, away: null }),
  'away text': away => personLine({ account: 'account', name: 'bob', here: true, since: NOW, away: `${away}x` }),
  'code of a refusal': code => sentenceOf(new TchatError(code)),
  'answer, a code': code => sentence('answer', told([{ code, params: {} }], SERVER).params),
  'answer, an invite': text =>
    sentence(
      'answer',
      told([{ code: 'answer.invite', params: { invite: text, uses: 1, token: text } }], SERVER).params,
    ),
  'answer, a list': text =>
    sentence(
      'answer',
      told([{ code: 'answer.invites', params: { invite: 'x', note: text, name: text } }], SERVER).params,
    ),
  'what was thrown': message => sentenceOf(new Error(message)),
  ...Object.fromEntries(
    Object.keys(errors).map(code => [
      `refusal ${code}`,
      (text: string) => sentenceOf(new TchatError(code, every(text))),
    ]),
  ),
};

/** A value for whatever a sentence names. */
function every(text: string): Record<string, string> {
  const names = Object.values(errors).flatMap(sentence =>
    [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!),
  );
  return Object.fromEntries(names.map(name => [name, text]));
}

/** The same as JSON, which a terminal may be shown as well. */
const JSONS: Readonly<Record<string, (text: string) => string>> = {
  ...Object.fromEntries(
    Object.entries(EVENTS).map(([name, make]) => [name, (text: string) => jsonLine(eventJson(make(text)))]),
  ),
  person: name => jsonLine(personJson({ account: 'account', name, here: true, since: NOW, away: null })),
  'log of a headless server': text => {
    let line = '';
    const out = { writableLength: 0, write: (data: string) => (line += data) } as unknown as NodeJS.WritableStream;
    const entry = { event: 'refused', name: text, address: text, text, code: text, params: { [text]: text } };
    new JsonLines(out as never).write(entry);
    return line.trimEnd();
  },
};

/** What the lines on an emulator hold, cell by cell, without the blanks at their ends; those that it broke are whole. */
function rowsOf(terminal: ReturnType<typeof emulator>): string[] {
  const buffer = terminal.buffer.active;
  const rows: string[] = [];
  for (let y = 0; y <= buffer.baseY + buffer.cursorY; y++) {
    const row = buffer.getLine(y)!;
    let cells = '';
    for (let x = 0; x < terminal.cols; x++) {
      const cell = row.getCell(x)!;
      if (cell.getWidth() > 0) cells += `${cell.getChars() || ' '}|`;
    }
    if (row.isWrapped) rows[rows.length - 1] += cells;
    else rows.push(cells);
  }
  return rows.map(row => row.replace(/(?: \|)+$/, ''));
}

interface Printed {
  readonly rows: readonly string[];
  readonly wrong: string | null;
}

async function print(version: string, line: string): Promise<Printed> {
  const terminal = emulator(version, COLUMNS, 4);
  const oracle = watch(terminal);
  // A terminal in which a program's \n begins a line; what comes next must stand at its start.
  await write(terminal, `${line.replaceAll('\n', '\r\n')}\r\n`);
  const rows = rowsOf(terminal);
  const { cursorX, type } = terminal.buffer.active;
  const modes = JSON.stringify(oracle.modes());
  terminal.dispose();
  if (oracle.incidents.length > 0) return { rows, wrong: JSON.stringify(oracle.incidents) };
  if (cursorX !== 0 || type !== 'normal') return { rows, wrong: `cursor in column ${cursorX}` };
  return { rows, wrong: modes === JSON.stringify(UNTOUCHED) ? null : modes };
}

/** Prints lines of all kinds by turns; `check` looks at what stands on the terminal. */
async function printEach(
  t: ExecutionContext,
  kinds: Readonly<Record<string, (text: string) => string>>,
  check: (printed: Printed, kind: string, text: string) => Promise<string | null> | string | null,
): Promise<void> {
  const next = random(SEED + 2);
  const names = Object.keys(kinds);
  for (let n = 0; n < STRINGS; n++) {
    const text = hostileText(next);
    const kind = n < names.length ? names[n]! : pick(names, next);
    const version = WIDTH_VERSIONS[n % WIDTH_VERSIONS.length]!;
    const printed = await print(version, kinds[kind]!(text));
    const wrong = printed.wrong ?? (await check(printed, kind, text));
    if (wrong !== null)
      return t.fail(`${wrong}\n${kind}, seed ${SEED}, string ${n}, ${version}: ${JSON.stringify(text)}`);
  }
  t.pass();
}

// Broken once by texts that are not cleaned, by names that are not upright, and by sentences that leave their parameters so.
test(`lines of hostile text are lines of text, and our own words stand in them whole (seed ${SEED}, ${STRINGS} strings)`, t =>
  printEach(t, LINES, async ({ rows }, kind) => {
    // The same line around a mark that no other text holds: what is before and behind it is ours.
    const [around] = (await print('15', LINES[kind]!('MARK'))).rows;
    // How far a tab reaches depends on the text, and blanks at the end of a row are not told from none.
    const parts = around!.split('M|A|R|K|').map(part => part.replace(/^(?: \|){2,}|(?: \|)+$/g, ''));
    let at = 0;
    const all = rows.join('');
    for (const [index, part] of parts.entries()) {
      const found = all.indexOf(part, at);
      if (found < 0 || (index === 0 && found > 0)) return `${JSON.stringify(part)} is not in ${JSON.stringify(all)}`;
      at = found + part.length;
    }
    // Only a message and an announcement have lines of their own, and those are indented.
    const several = rows.slice(1).filter(row => row !== '');
    const may = /message|action|private|broadcast|edited/.test(kind);
    if (several.some(row => !may || !row.startsWith(' | | | |'))) return `more rows: ${JSON.stringify(several)}`;
    return null;
  }));

// Broken once by JSON as JSON.stringify leaves it: C1 controls and bidi go through.
test(`JSON of hostile text is one line of harmless characters, and the same value (seed ${SEED}, ${STRINGS} strings)`, t =>
  printEach(t, JSONS, ({ rows }, kind, text) => {
    if (rows.filter(row => row !== '').length !== 1) return 'more than one line';
    const line = JSONS[kind]!(text);
    if (/[\p{C}\p{Zl}\p{Zp}]/u.test(line)) return `not harmless: ${line}`;
    const strings = JSON.stringify(JSON.parse(line));
    return strings.includes(JSON.stringify(text).slice(1, -1)) ? null : `another value: ${line}`;
  }));
