// ban, unban, mute, unmute: who is kept out, and who is kept silent. For a time or for good, with a reason.
import { REASON_LENGTH, SANCTION_LONGEST } from '../../limits.ts';
import { banKey, holds, muteKey, rulesOf } from '../moderation.ts';
import { networkHolds, validNetwork } from '../network.ts';
import { parseSpan } from '../span.ts';
import { type Account, findAccount, likeName, roleOf } from '../state.ts';
import { cleanLine, cleanShort, foldName, validRoom } from '../text.ts';
import {
  type BanTarget,
  type BanWho,
  type ConversationId,
  type Decision,
  LEDGER,
  type Millis,
  ROLES,
  reject,
  SERVER,
  type Target,
} from '../vocabulary.ts';
import { type CommandRow, type Deciding, draft, firstWord, type LineResult, refused, USAGE, written } from './row.ts';

export const ban: CommandRow<'ban'> = {
  needs: 'operator',
  lines: [
    {
      name: 'ban',
      aliases: [],
      args: '@NAME | key:ACCOUNT | name:NAME | ADDRESS[/BITS] [30m|2h|7d] [REASON]',
      help: 'help.ban',
      completes: 'person',
      parse: rest => {
        const [first, more] = firstWord(rest);
        const who = parseWho(first);
        if (who === null) return USAGE;
        if ('is' in who) return who;
        return written({ kind: 'ban', who, ...parseLasting(more) });
      },
    },
  ],
  decide: (command, deciding) => {
    const target = targetOf(command.who, deciding);
    if ('ok' in target) return target;
    const refusal = mayNotBan(target, deciding);
    if (refusal) return refusal;
    const detail = { kind: 'banned', of: target, ...sanction(command, deciding) } as const;
    return { ok: true, events: [draft(deciding, LEDGER, detail, true)] };
  },
};

export const unban: CommandRow<'unban'> = {
  needs: 'operator',
  lines: [
    {
      name: 'unban',
      aliases: [],
      args: '@NAME | key:ACCOUNT | name:NAME | ADDRESS[/BITS]',
      help: 'help.unban',
      completes: 'person',
      parse: rest => {
        const who = parseWho(firstWord(rest)[0]);
        if (who === null) return USAGE;
        return 'is' in who ? who : written({ kind: 'unban', who });
      },
    },
  ],
  decide: (command, deciding) => {
    const target = targetOf(command.who, deciding);
    if ('ok' in target) return target;
    const standing = deciding.state.moderation.bans.get(banKey(target));
    if (!standing || !holds(standing, deciding.now)) return reject('not-banned', { who: describe(target) });
    return { ok: true, events: [draft(deciding, LEDGER, { kind: 'unbanned', of: target }, true)] };
  },
};

export const mute: CommandRow<'mute'> = {
  needs: 'moderator',
  lines: [
    {
      name: 'mute',
      aliases: [],
      args: '@NAME [#ROOM] [30m|2h|7d] [REASON]',
      help: 'help.mute',
      completes: 'person',
      parse: rest => {
        const [name, more] = firstWord(rest);
        if (name === '') return USAGE;
        const [room, last] = parseRoom(more);
        return written({ kind: 'mute', target: named(name), room, ...parseLasting(last) });
      },
    },
  ],
  decide: (command, deciding) => {
    const { room } = command;
    if (room !== null && !deciding.state.rooms.has(room)) return reject('no-such-room', { room });
    const target = findAccount(deciding.state, command.target);
    if (!target) return reject('no-such-name', { name: nameOf(command.target) });
    const refusal = mayNotMeet(target, deciding) ?? mayNotSilence(target, room, deciding);
    if (refusal) return refusal;
    const detail = {
      kind: 'muted',
      target: target.id,
      name: target.name,
      room,
      ...sanction(command, deciding),
    } as const;
    return { ok: true, events: [draft(deciding, room ?? SERVER, detail, true)] };
  },
};

export const unmute: CommandRow<'unmute'> = {
  needs: 'moderator',
  lines: [
    {
      name: 'unmute',
      aliases: [],
      args: '@NAME [#ROOM]',
      help: 'help.unmute',
      completes: 'person',
      parse: rest => {
        const [name, more] = firstWord(rest);
        if (name === '') return USAGE;
        return written({ kind: 'unmute', target: named(name), room: parseRoom(more)[0] });
      },
    },
  ],
  decide: (command, deciding) => {
    const { room } = command;
    const target = findAccount(deciding.state, command.target);
    if (!target) return reject('no-such-name', { name: nameOf(command.target) });
    const standing = deciding.state.moderation.mutes.get(muteKey(target.id, room));
    if (!standing || !holds(standing, deciding.now)) return reject('not-muted', { name: target.name });
    // Whoever was silenced does not speak again by their own word.
    if (target.id === deciding.actor.account) return reject('not-yourself');
    const detail = { kind: 'unmuted', target: target.id, name: target.name, room } as const;
    return { ok: true, events: [draft(deciding, room ?? SERVER, detail, true)] };
  },
};

function named(name: string): Target {
  return { to: 'name', name: name.replace(/^@/, '') };
}

/** A person, a name, or an address; a usage or a refusal where it is none of them. */
function parseWho(word: string): BanWho | LineResult | null {
  if (word === '') return null;
  if (/^name:/i.test(word)) return { by: 'name', name: word.slice(5) };
  const key = /^key:([A-Za-z0-9_-]{22})$/i.exec(word)?.[1];
  if (key !== undefined) return { by: 'account', target: { to: 'account', account: key } };
  if (word.startsWith('@')) return { by: 'account', target: named(word) };
  const network = validNetwork(word);
  if (network) return { by: 'network', network };
  if (/[/:]|^[\d.]+$/.test(word)) return refused('network-invalid', { value: cleanShort(word, 60) });
  return { by: 'account', target: named(word) };
}

function parseRoom(text: string): [ConversationId | null, string] {
  const [word, rest] = firstWord(text);
  return word.startsWith('#') ? [validRoom(word), rest] : [null, text];
}

function parseLasting(text: string): { lasts: Millis | null; reason: string } {
  const [word, rest] = firstWord(text);
  const lasts = parseSpan(word);
  return { lasts, reason: cleanShort(lasts === null ? text : rest, REASON_LENGTH) };
}

function sanction({ lasts, reason }: { lasts: Millis | null; reason: string }, { now }: Deciding) {
  const until = lasts === null || lasts > SANCTION_LONGEST ? null : now + lasts;
  return { until, reason: cleanShort(reason, REASON_LENGTH) };
}

function targetOf(who: BanWho, { state }: Deciding): BanTarget | Decision {
  switch (who.by) {
    case 'account': {
      const account: Account | null = findAccount(state, who.target);
      // A key may be kept out before it was ever here.
      if (!account && who.target.to === 'account') {
        const { account: unseen } = who.target;
        return { by: 'account', account: unseen, name: unseen };
      }
      if (!account) return reject('no-such-name', { name: nameOf(who.target) });
      return { by: 'account', account: account.id, name: account.name };
    }
    case 'name': {
      const name = foldName(cleanLine(who.name)).trim();
      return name === '' ? reject('name-invalid', { name }) : { by: 'name', name };
    }
    case 'network': {
      const network = validNetwork(who.network);
      return network ? { by: 'network', network } : reject('network-invalid', { value: who.network });
    }
    default:
      return who satisfies never;
  }
}

/** Why the actor may not do to an account what hurts: operators are the owner's to meet, and nobody meets themselves. */
export function mayNotMeet(target: Pick<Account, 'id' | 'name'>, { state, actor }: Deciding): Decision | null {
  if (target.id === actor.account) return reject('not-yourself');
  const above = ROLES.indexOf(roleOf(state, target.id)) > ROLES.indexOf('member') && actor.role !== 'owner';
  return above ? reject('above-you', { name: target.name }) : null;
}

/** In a room its moderators do not silence each other or the room's owner; who operates may. */
function mayNotSilence(
  { id, name }: Account,
  room: ConversationId | null,
  { state, actor }: Deciding,
): Decision | null {
  const owner = room === null ? undefined : state.rooms.get(room)?.owner;
  if (room === null || owner === actor.account || ROLES.indexOf(actor.role) > ROLES.indexOf('member')) return null;
  const moderates = id === owner || rulesOf(state.moderation, room).moderators.includes(id);
  return moderates ? reject('above-you', { name }) : null;
}

/**
 * Why this ban may not be: it would meet somebody whom the actor may not meet, by whatever name it goes; or a whole exempt
 * network, which is nobody's to keep out.
 */
function mayNotBan(target: BanTarget, deciding: Deciding): Decision | null {
  const { state } = deciding;
  if (target.by === 'account') return mayNotMeet({ id: target.account, name: target.name }, deciding);
  if (target.by === 'name') return firstOf(likeName(state, target.name), each => mayNotMeet(each, deciding));
  const inside = firstOf(deciding.within(target.network), id => {
    const account = state.accounts.get(id);
    return account ? mayNotMeet(account, deciding) : null;
  });
  if (inside) return inside;
  const [address = ''] = target.network.split('/');
  for (const exempt of [...deciding.exempt, ...state.entry.exempt]) {
    const network = validNetwork(exempt);
    if (network && (networkHolds(network, address) || networkHolds(target.network, network.split('/')[0] ?? ''))) {
      return reject('exempt-network', { network: target.network });
    }
  }
  return null;
}

function firstOf<T>(all: Iterable<T>, refusal: (each: T) => Decision | null): Decision | null {
  for (const each of all) {
    const found = refusal(each);
    if (found) return found;
  }
  return null;
}

export function describe(target: BanTarget): string {
  return target.by === 'network' ? target.network : target.name;
}

function nameOf(target: Target): string {
  return target.to === 'name' ? target.name : target.to === 'account' ? target.account : target.room;
}
