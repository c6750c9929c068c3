// slow, announce-only, lock, moderator: what holds in one room; and whether somebody may speak there now.
import { MODERATORS, SLOW_LONGEST } from '../../limits.ts';
import { muteOf, rulesOf, slowUntil } from '../moderation.ts';
import { parseSpan } from '../span.ts';
import { findAccount } from '../state.ts';
import { validRoom } from '../text.ts';
import {
  type Command,
  type ConversationId,
  type Decision,
  isOperator,
  type Needs,
  ROLES,
  type RoomRules,
  reject,
} from '../vocabulary.ts';
import {
  type CommandRow,
  type Deciding,
  draft,
  firstWord,
  type LineContext,
  type LineForm,
  USAGE,
  written,
} from './row.ts';

/** Why the actor may say nothing in a room (null: in private talk) now, or null. */
export function mayNotSpeak(deciding: Deciding, room: ConversationId | null): Decision | null {
  const { state, actor, now } = deciding;
  const { moderation } = state;
  const muted = muteOf(moderation, actor.account, room, now);
  if (muted) {
    const { reason } = muted;
    const where = muted.room ?? '';
    if (muted.until === null) return reject('muted', { reason, room: where });
    const minutes = Math.max(1, Math.ceil((muted.until - now) / 60_000));
    return reject('muted-for', { reason, room: where, minutes });
  }
  if (room === null || mayModerate(deciding, room)) return null;
  const rules = rulesOf(moderation, room);
  if (rules.locked) return reject('room-locked', { room });
  if (rules.announceOnly) return reject('announce-only', { room });
  const until = slowUntil(moderation, room, actor.account);
  return until > now ? reject('slow', { room, seconds: Math.ceil((until - now) / 1000) }) : null;
}

/** Operators everywhere; a room's owner and its moderators there. */
export function mayModerate(deciding: Deciding, room: ConversationId | null): boolean {
  const { state, actor } = deciding;
  if (mayOwn(deciding, room)) return true;
  return room !== null && rulesOf(state.moderation, room).moderators.includes(actor.account);
}

/** Operators everywhere; a room's owner there. */
function mayOwn({ state, actor }: Deciding, room: ConversationId | null): boolean {
  if (isOperator(actor.role)) return true;
  return room !== null && state.rooms.get(room)?.owner === actor.account;
}

/** Why the actor may not give a command of a row that needs this, or null. */
export function lacks(needs: Needs, command: Command, deciding: Deciding): Decision | null {
  if (needs !== 'moderator' && needs !== 'room-owner') {
    return ROLES.indexOf(deciding.actor.role) < ROLES.indexOf(needs) ? reject('not-allowed', { needs }) : null;
  }
  const room = 'room' in command ? command.room : null;
  const may = needs === 'moderator' ? mayModerate(deciding, room) : mayOwn(deciding, room);
  return may ? null : reject(needs === 'moderator' ? 'not-moderator' : 'not-room-owner');
}

export const slow: CommandRow<'slow'> = {
  needs: 'moderator',
  lines: [
    roomForm('slow', '[#ROOM] SECONDS | off', (rest, room) => {
      const [word] = firstWord(rest);
      const span = parseSpan(word);
      const seconds = /^off$/i.test(word)
        ? 0
        : /^\d{1,6}$/.test(word)
          ? Number(word)
          : span === null
            ? null
            : span / 1000;
      return seconds === null ? null : { kind: 'slow', room, seconds };
    }),
  ],
  decide: ({ room, seconds }, deciding) => {
    if (!Number.isSafeInteger(seconds) || seconds < 0 || seconds > SLOW_LONGEST) {
      return reject('slow-invalid', { limit: SLOW_LONGEST });
    }
    return rule(deciding, room, { slow: seconds });
  },
};

export const announceOnly: CommandRow<'announce-only'> = {
  needs: 'moderator',
  lines: [
    roomForm('announce-only', '[#ROOM] on | off', (rest, room) => {
      const on = parseSwitch(rest);
      return on === null ? null : { kind: 'announce-only', room, on };
    }),
  ],
  decide: ({ room, on }, deciding) => rule(deciding, room, { announceOnly: on }),
};

export const lock: CommandRow<'lock'> = {
  needs: 'moderator',
  lines: [
    roomForm('lock', '[#ROOM]', (_rest, room) => ({ kind: 'lock', room, on: true })),
    roomForm('unlock', '[#ROOM]', (_rest, room) => ({ kind: 'lock', room, on: false })),
  ],
  decide: ({ room, on }, deciding) => rule(deciding, room, { locked: on }),
};

export const moderator: CommandRow<'moderator'> = {
  needs: 'room-owner',
  lines: [moderatorForm('moderator', true), moderatorForm('unmoderator', false)],
  decide: ({ room, target, on }, deciding) => {
    const { state } = deciding;
    const found = findAccount(state, target);
    if (!found) return reject('no-such-name', { name: target.to === 'name' ? target.name : '' });
    const { moderators } = rulesOf(state.moderation, room);
    if (state.rooms.has(room) && moderators.includes(found.id) === on) return reject('already-so');
    const others = moderators.filter(each => each !== found.id);
    if (on && others.length >= MODERATORS) return reject('too-many-moderators', { limit: MODERATORS });
    return rule(deciding, room, { moderators: on ? [...others, found.id] : others });
  },
};

function moderatorForm(name: string, on: boolean): LineForm {
  const row = roomForm(name, '[#ROOM] @NAME', (rest, room) => {
    const [word] = firstWord(rest);
    return word === '' ? null : { kind: 'moderator', room, target: { to: 'name', name: word.replace(/^@/, '') }, on };
  });
  return { ...row, completes: 'person' };
}

/** A row that is about the room on screen, or one that is named first. */
export function roomForm(
  name: string,
  args: string,
  make: (rest: string, room: ConversationId) => Command | null,
): LineForm {
  return {
    name,
    aliases: [],
    args,
    help: `help.${name}`,
    parse: (rest: string, context: LineContext) => {
      const [word, more] = firstWord(rest);
      const room = word.startsWith('#') ? validRoom(word) : context.room;
      const command = room && make(word.startsWith('#') ? more : rest, room);
      return command ? written(command) : USAGE;
    },
  };
}

function parseSwitch(text: string): boolean | null {
  const [word] = firstWord(text);
  return /^on$/i.test(word) ? true : /^off$/i.test(word) ? false : null;
}

function rule(deciding: Deciding, room: ConversationId, change: Partial<RoomRules>): Decision {
  if (!deciding.state.rooms.has(room)) return reject('no-such-room', { room });
  const before = rulesOf(deciding.state.moderation, room);
  const rules = { ...before, ...change };
  if (JSON.stringify(rules) === JSON.stringify(before)) return reject('already-so');
  return { ok: true, events: [draft(deciding, room, { kind: 'ruled', rules }, true)] };
}
