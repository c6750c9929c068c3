// door, motd, set: what holds for the whole server, at once and until it is changed.
import { MOTD_BYTES, REASON_LENGTH, SETTING_BOUNDS } from '../../limits.ts';
import { cleanShort, cleanText, utf8Length } from '../text.ts';
import { DOORS, LEDGER, reject, SERVER, type SettingName } from '../vocabulary.ts';
import { type CommandRow, draft, firstWord, refused, USAGE, written } from './row.ts';

export const door: CommandRow<'door'> = {
  needs: 'operator',
  lines: [
    {
      name: 'door',
      aliases: [],
      args: 'open | guests | invited | closed [REASON]',
      help: 'help.door',
      parse: rest => {
        const [word, reason] = firstWord(rest);
        const found = DOORS.find(each => each === word.toLowerCase());
        return found ? written({ kind: 'door', door: found, reason: cleanShort(reason, REASON_LENGTH) }) : USAGE;
      },
    },
  ],
  decide: (command, deciding) => {
    if (deciding.state.moderation.door === command.door) return reject('already-so');
    const detail = { kind: 'door', door: command.door, reason: cleanShort(command.reason, REASON_LENGTH) } as const;
    return { ok: true, events: [draft(deciding, LEDGER, detail, true)] };
  },
};

export const motd: CommandRow<'motd'> = {
  needs: 'operator',
  lines: [
    {
      name: 'motd',
      aliases: [],
      args: 'TEXT | none',
      help: 'help.motd',
      parse: rest => {
        const text = cleanText(rest).trim();
        if (text === '') return USAGE;
        return written({ kind: 'motd', text: /^none$/i.test(text) ? '' : text });
      },
    },
  ],
  decide: (command, deciding) => {
    const text = cleanText(command.text).trim();
    if (utf8Length(text) > MOTD_BYTES) return reject('text-too-long', { limit: MOTD_BYTES });
    return { ok: true, events: [draft(deciding, SERVER, { kind: 'motd', text }, true)] };
  },
};

const UNITS: Readonly<Record<string, number>> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

export const set: CommandRow<'set'> = {
  needs: 'operator',
  lines: [
    {
      name: 'set',
      aliases: [],
      args: 'NAME VALUE',
      help: 'help.set',
      parse: rest => {
        const [name, more] = firstWord(rest);
        const [word] = firstWord(more);
        if (name === '' || word === '') return USAGE;
        const [, digits, unit] = /^(\d{1,15})([kmgt]?)(?:i?b)?$/i.exec(word) ?? [];
        const value = Number(digits ?? Number.NaN) * (UNITS[unit?.toLowerCase() ?? ''] ?? 1);
        if (!isSetting(name) || Number.isNaN(value)) {
          return refused('setting-invalid', { name: cleanShort(name, 40), value: cleanShort(word, 20) });
        }
        return written({ kind: 'set', name, value });
      },
    },
  ],
  decide: ({ name, value }, deciding) => {
    const bounds = isSetting(name) ? SETTING_BOUNDS[name] : null;
    if (!bounds || !Number.isSafeInteger(value) || value < bounds.least || value > bounds.most) {
      return reject('setting-invalid', { name, value: String(value) });
    }
    return { ok: true, events: [draft(deciding, LEDGER, { kind: 'set', name, value }, true)] };
  },
};

export function isSetting(name: string): name is SettingName {
  return Object.hasOwn(SETTING_BOUNDS, name);
}
