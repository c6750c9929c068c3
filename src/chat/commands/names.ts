// rename and release: what a person is called from now on, and a name that is given back.
import { NAME_LENGTH } from '../../limits.ts';
import { banOf } from '../moderation.ts';
import { findAccount, isTaken } from '../state.ts';
import { cleanShort, foldName, validName } from '../text.ts';
import { LEDGER, reject, SERVER } from '../vocabulary.ts';
import { type CommandRow, draft, firstWord, USAGE, written } from './row.ts';
import { mayNotSpeak } from './rules.ts';
import { mayNotMeet } from './sanctions.ts';

export const rename: CommandRow<'rename'> = {
  needs: 'member',
  lines: [
    {
      name: 'rename',
      aliases: ['nick'],
      args: 'NAME',
      help: 'help.rename',
      parse: rest => {
        const [word, more] = firstWord(rest);
        const name = cleanShort(word.replace(/^@/, ''), NAME_LENGTH * 2);
        return name === '' || more !== '' ? USAGE : written({ kind: 'rename', name });
      },
    },
  ],
  decide: (command, deciding) => {
    const { state, actor } = deciding;
    const account = state.accounts.get(actor.account);
    const name = validName(command.name);
    if (!account || !name) return reject('name-invalid', { name: command.name });
    if (name === account.name) return reject('name-same', { name });
    if (isTaken(state, name, account.id)) return reject('name-taken', { name });
    if (banOf(state.moderation, { account: account.id, name }, deciding.now)) return reject('name-banned', { name });
    // All hear of it: a name can say what its bearer may not.
    const silent = mayNotSpeak(deciding, null);
    if (silent) return silent;
    return { ok: true, events: [draft(deciding, SERVER, { kind: 'renamed', name }, true)] };
  },
};

export const release: CommandRow<'release'> = {
  needs: 'operator',
  lines: [
    {
      name: 'release',
      aliases: [],
      args: '@NAME',
      help: 'help.release',
      completes: 'person',
      parse: rest => {
        const [word] = firstWord(rest);
        const name = cleanShort(word.replace(/^@/, ''), NAME_LENGTH * 2);
        return name === '' ? USAGE : written({ kind: 'release', name });
      },
    },
  ],
  decide: (command, deciding) => {
    const account = findAccount(deciding.state, { to: 'name', name: command.name });
    if (!account) return reject('no-such-name', { name: command.name });
    // Their own name anybody may give back who may do it at all.
    const refusal = account.id === deciding.actor.account ? null : mayNotMeet(account, deciding);
    if (refusal) return refusal;
    const names = [account.name, ...account.held];
    const name = names.find(each => foldName(each) === foldName(command.name)) ?? account.name;
    const detail = { kind: 'released', target: account.id, name } as const;
    return { ok: true, events: [draft(deciding, LEDGER, detail, true)] };
  },
};
