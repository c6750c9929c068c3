// The catalogue: all text that a user sees, by key. Everything else carries keys and parameters.
// A sentence names its parameters in braces: "{name} joined".
import { upright } from '../chat/text.ts';
import { chat } from './en/chat.ts';
import { commands } from './en/commands.ts';
import { dashboard } from './en/dashboard.ts';
import { errors } from './en/errors.ts';
import { files } from './en/files.ts';
import { keys } from './en/keys.ts';
import { steering } from './en/steering.ts';

const english = { ...chat, ...commands, ...dashboard, ...errors, ...files, ...keys, ...steering };
export type WordKey = keyof typeof english;
export type WordParams = Readonly<Record<string, string | number>>;

/** The sentence of a key with its parameters filled in, none of which joins our words; one that is missing stays visible. */
export function say(key: WordKey, params: WordParams = {}): string {
  return english[key].replace(/\{(\w+)\}/g, (whole, name: string) => upright(String(params[name] ?? whole)));
}

/** Whether there is a sentence for a key that came from elsewhere (a refusal of a newer server). */
export function isWordKey(key: string): key is WordKey {
  return Object.hasOwn(english, key);
}
