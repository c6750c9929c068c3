// The catalogue: all text that a user sees, by key. Everything else carries keys and parameters.
// A sentence names its parameters in braces: "{name} joined".
import { upright } from '../chat/text.ts';
import { chat } from './en/chat.ts';
import { commands } from './en/commands.ts';
import { dashboard } from './en/dashboard.ts';
import { errors } from './en/errors.ts';
import { files } from './en/files.ts';
import { keys } from './en/keys.ts';
import { pieces } from './en/pieces.ts';
import { steering } from './en/steering.ts';

const english = { ...chat, ...commands, ...dashboard, ...errors, ...files, ...keys, ...pieces, ...steering };
export type WordKey = keyof typeof english;
export type WordParams = Readonly<Record<string, string | number>>;

/** The sentence of a key with its parameters filled in, none of which joins our words; one that is missing stays visible. */
export function say(key: WordKey, params: WordParams = {}): string {
  // What is missing to do something has a sentence of its own.
  const special = params['needs'] === undefined ? key : `${key}.${params['needs']}`;
  return english[isWordKey(special) ? special : key].replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    return value === undefined ? (PIECES.get(name)?.(params) ?? whole) : upright(String(value));
  });
}

/** What follows from other parameters: parts of a sentence that may be missing, with the words around them, and times. */
const PIECES: ReadonlyMap<string, (params: WordParams) => string | null> = new Map(
  Object.entries({
    why: ({ reason }) => (reason === undefined || reason === '' ? '' : say('piece.reason', { reason })),
    where: ({ room }) => (room === undefined || room === '' ? '' : say('piece.room', { room })),
    lasting: ({ minutes }) => (minutes === undefined ? '' : say('piece.lasting', { minutes })),
    left: ({ minutes, seconds }) =>
      typeof minutes === 'number' ? spanOf(minutes * 60) : typeof seconds === 'number' ? spanOf(seconds) : null,
  } satisfies Record<string, (params: WordParams) => string | null>),
);

const UNITS = [
  [86_400, 'span.days'],
  [3_600, 'span.hours'],
  [60, 'span.minutes'],
  [1, 'span.seconds'],
] as const;

/** Seconds as a time that is left, in two units: `1 h 30 min`. */
function spanOf(seconds: number): string {
  let rest = seconds;
  const words: string[] = [];
  for (const [size, key] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 && words.length < 2) words.push(say(key, { count }));
  }
  return words.join(' ');
}

/** Whether there is a sentence for a key that came from elsewhere (a refusal of a newer server). */
export function isWordKey(key: string): key is WordKey {
  return Object.hasOwn(english, key);
}
