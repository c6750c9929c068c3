// broadcast, kick and limit: what an operator does. The dashboard's command line and scripts use the same rows.
import { MESSAGE_BYTES, REASON_LENGTH } from '../../limits.ts';
import { findAccount } from '../state.ts';
import { cleanShort, cleanText, faultOfMessage, validRoom } from '../text.ts';
import { LEDGER, reject, SERVER, type Target } from '../vocabulary.ts';
import { type CommandRow, draft, firstWord, refused, USAGE, written } from './row.ts';
import { mayNotMeet } from './sanctions.ts';

/** The largest number of connections that may be set. */
const MOST_CONNECTIONS = 100_000;

export const broadcast: CommandRow<'broadcast'> = {
  needs: 'operator',
  lines: [
    {
      name: 'broadcast',
      aliases: ['announce'],
      args: '[#ROOM | @NAME] TEXT',
      help: 'help.broadcast',
      parse: rest => {
        const [first, more] = firstWord(rest);
        const target = targetOf(first);
        const text = cleanText(target ? more : rest).trim();
        return text === '' ? USAGE : written({ kind: 'broadcast', text, ...(target ? { target } : {}) });
      },
    },
  ],
  decide: (command, deciding) => {
    const text = cleanText(command.text).trim();
    const fault = faultOfMessage(text);
    if (fault) return reject(fault, { limit: MESSAGE_BYTES });
    const { target } = command;
    if (!target) return { ok: true, events: [draft(deciding, SERVER, { kind: 'broadcast', text }, true)] };
    if (target.to === 'room') {
      if (!deciding.state.rooms.has(target.room)) return reject('no-such-room', { room: target.room });
      return { ok: true, events: [draft(deciding, target.room, { kind: 'broadcast', text }, true)] };
    }
    const account = findAccount(deciding.state, target);
    if (!account) return reject('no-such-name', { name: target.to === 'name' ? target.name : target.account });
    const to = { account: account.id, name: account.name };
    // Among their own notes: nobody else sees it, and it begins no talk with whoever said it.
    const talk = deciding.talkOf(account.id, account.id);
    return { ok: true, events: [draft(deciding, talk, { kind: 'broadcast', text, to }, true)] };
  },
};

/** `#room` or `@name` at the beginning of an announcement. */
function targetOf(word: string): Target | null {
  if (word.startsWith('@') && word.length > 1) return { to: 'name', name: word.slice(1) };
  const room = word.startsWith('#') ? validRoom(word) : null;
  return room ? { to: 'room', room } : null;
}

export const kick: CommandRow<'kick'> = {
  needs: 'operator',
  lines: [
    {
      name: 'kick',
      aliases: [],
      args: '@NAME [REASON]',
      help: 'help.kick',
      completes: 'person',
      parse: rest => {
        const [name, reason] = firstWord(rest);
        if (name === '') return USAGE;
        const target = { to: 'name', name: name.replace(/^@/, '') } as const;
        return written({ kind: 'kick', target, reason: cleanShort(reason, REASON_LENGTH) });
      },
    },
  ],
  decide: (command, deciding) => {
    const target = findAccount(deciding.state, command.target);
    if (!target) {
      return reject('no-such-name', { name: command.target.to === 'name' ? command.target.name : '' });
    }
    const refusal = mayNotMeet(target, deciding);
    if (refusal) return refusal;
    const reason = cleanShort(command.reason, REASON_LENGTH);
    const detail = { kind: 'kicked', target: target.id, name: target.name, reason } as const;
    return { ok: true, events: [draft(deciding, SERVER, detail, true)] };
  },
};

export const limit: CommandRow<'limit'> = {
  needs: 'operator',
  lines: [
    {
      name: 'limit',
      aliases: [],
      args: 'CONNECTIONS',
      help: 'help.limit',
      parse: rest => {
        const [word] = firstWord(rest);
        if (word === '') return USAGE;
        if (!/^\d{1,6}$/.test(word)) return refused('limit-invalid', { value: cleanShort(word, 20) });
        return written({ kind: 'limit', connections: Number(word) });
      },
    },
  ],
  decide: (command, deciding) => {
    const { connections } = command;
    if (!Number.isSafeInteger(connections) || connections < 1 || connections > MOST_CONNECTIONS) {
      return reject('limit-invalid', { value: String(connections) });
    }
    return { ok: true, events: [draft(deciding, LEDGER, { kind: 'limited', connections }, true)] };
  },
};
