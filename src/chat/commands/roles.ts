// op, deop, exempt and unexempt: whom the owner trusts, and which networks.
import { EXEMPT_NETWORKS } from '../../limits.ts';
import { validNetwork } from '../network.ts';
import { findAccount, roleOf } from '../state.ts';
import { cleanShort } from '../text.ts';
import { type Given, LEDGER, reject } from '../vocabulary.ts';
import { type CommandRow, draft, firstWord, type LineForm, refused, USAGE, written } from './row.ts';

function roleForm(name: string, help: string, role: Given): LineForm {
  return {
    ...{ name, aliases: [], args: '@NAME', help, completes: 'person' },
    parse: rest => {
      const [word] = firstWord(rest);
      const target = { to: 'name', name: word.replace(/^@/, '') } as const;
      return target.name === '' ? USAGE : written({ kind: 'role', target, role });
    },
  };
}

export const role: CommandRow<'role'> = {
  needs: 'operator',
  lines: [
    roleForm('op', 'help.op', 'operator'),
    roleForm('deop', 'help.deop', 'member'),
    roleForm('guest', 'help.guest', 'guest'),
    roleForm('member', 'help.member', 'member'),
  ],
  decide: ({ target, role }, deciding) => {
    const { state, actor } = deciding;
    const found = findAccount(state, target);
    // A key may be trusted before it was ever here.
    const account = found?.id ?? (target.to === 'account' ? target.account : null);
    const name = found?.name ?? '';
    if (account === null) return reject('no-such-name', { name: target.to === 'name' ? target.name : '' });
    // Who operates is the owner's to say.
    if ((role === 'operator' || roleOf(state, account) === 'operator') && actor.role !== 'owner') {
      return reject('not-allowed', { needs: 'owner' });
    }
    if (roleOf(state, account) === role) return reject('role-same', { name: name || account });
    return { ok: true, events: [draft(deciding, LEDGER, { kind: 'role', target: account, name, role }, true)] };
  },
};

function exemptForm(name: string, help: string, on: boolean): LineForm {
  return {
    ...{ name, aliases: [], args: 'NETWORK', help },
    parse: rest => {
      const [word] = firstWord(rest);
      if (word === '') return USAGE;
      const network = validNetwork(word);
      return network
        ? written({ kind: 'exempt', network, on })
        : refused('network-invalid', { value: cleanShort(word, 50) });
    },
  };
}

export const exempt: CommandRow<'exempt'> = {
  needs: 'operator',
  lines: [exemptForm('exempt', 'help.exempt', true), exemptForm('unexempt', 'help.unexempt', false)],
  decide: (command, deciding) => {
    const { exempt } = deciding.state.entry;
    const network = validNetwork(command.network);
    if (!network || (!command.on && !exempt.has(network))) {
      const value = cleanShort(command.network, 50);
      return reject('network-invalid', { value });
    }
    if (command.on && exempt.size >= EXEMPT_NETWORKS) return reject('too-many-networks', { limit: EXEMPT_NETWORKS });
    const detail = { kind: 'exempted', network, on: command.on } as const;
    return { ok: true, events: [draft(deciding, LEDGER, detail, true)] };
  },
};
