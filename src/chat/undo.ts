// What takes an operator's act back, where that makes sense: a command like any other, which is decided like any other.
import { KEPT_BYTES, KEPT_DAYS } from '../limits.ts';
import { banKey, holds, muteKey, NO_RULES } from './moderation.ts';
import type { ChatState } from './state.ts';
import type { BanTarget, BanWho, ChatEvent, Command, Millis, RoomRules, SettingName } from './vocabulary.ts';

/** What an act is about: of acts of one subject only the newest can be taken back. Null: it cannot be in any case. */
export function subjectOf(act: ChatEvent): string | null {
  switch (act.kind) {
    case 'banned':
    case 'unbanned':
      return `ban ${banKey(act.of)}`;
    case 'muted':
    case 'unmuted':
      return `mute ${muteKey(act.target, act.room)}`;
    case 'ruled':
    case 'visibility':
      return `${act.kind} ${act.conversation}`;
    case 'door':
    case 'motd':
    case 'limited':
      return act.kind;
    case 'set':
      return `set ${act.name}`;
    case 'retained':
      return `retained ${act.room ?? ''}`;
    case 'role':
      return `role ${act.target}`;
    case 'exempted':
      return `exempted ${act.network}`;
    case 'invite-made':
    case 'invite-revoked':
      return `invite ${act.invite}`;
    default:
      return null;
  }
}

export interface Undoing {
  readonly state: ChatState;
  readonly now: Millis;
  /** What was set before anybody set anything. */
  readonly first: Readonly<Record<SettingName, number>>;
}

/** The command that puts back what was before the newest act of a subject; `before` is the act of that subject before it. */
export function undoOf(act: ChatEvent, before: ChatEvent | null, { state, now, first }: Undoing): Command | null {
  switch (act.kind) {
    case 'banned':
      return holds(act, now) ? { kind: 'unban', who: whoOf(act.of) } : null;
    case 'unbanned':
      if (before?.kind !== 'banned' || !holds(before, now)) return null;
      return { kind: 'ban', who: whoOf(before.of), lasts: left(before.until, now), reason: before.reason };
    case 'muted': {
      const { target, room } = act;
      return holds(act, now) ? { kind: 'unmute', target: { to: 'account', account: target }, room } : null;
    }
    case 'unmuted': {
      if (before?.kind !== 'muted' || !holds(before, now)) return null;
      const { target, room, until, reason } = before;
      return { kind: 'mute', target: { to: 'account', account: target }, room, lasts: left(until, now), reason };
    }
    case 'ruled':
      return ruleBack(act.conversation, act.rules, before?.kind === 'ruled' ? before.rules : NO_RULES);
    case 'visibility': {
      const visibility = before?.kind === 'visibility' ? before.visibility : 'public';
      return visibility === act.visibility ? null : { kind: 'visibility', room: act.conversation, visibility };
    }
    case 'door': {
      const door = before?.kind === 'door' ? before.door : 'open';
      return door === act.door ? null : { kind: 'door', door, reason: '' };
    }
    case 'motd': {
      const text = before?.kind === 'motd' ? before.text : '';
      return text === act.text ? null : { kind: 'motd', text };
    }
    case 'set': {
      const value = before?.kind === 'set' ? before.value : first[act.name];
      return value === undefined || value === act.value ? null : { kind: 'set', name: act.name, value };
    }
    case 'limited': {
      const connections = before?.kind === 'limited' ? before.connections : state.connectionsAtFirst;
      return connections === act.connections ? null : { kind: 'limit', connections };
    }
    case 'retained': {
      const { room } = act;
      if (before?.kind === 'retained') return { kind: 'retain', room, keep: before.keep };
      // A room that has gone its own way cannot be told to follow the others again.
      return room === null ? { kind: 'retain', room, keep: { days: KEPT_DAYS, bytes: KEPT_BYTES } } : null;
    }
    case 'role': {
      const role = before?.kind === 'role' ? before.role : 'member';
      return role === act.role ? null : { kind: 'role', target: { to: 'account', account: act.target }, role };
    }
    case 'exempted':
      return { kind: 'exempt', network: act.network, on: !act.on };
    case 'invite-made': {
      const { invite } = act;
      return state.entry.invites.has(invite) ? { kind: 'revoke-invite', invite } : null;
    }
    default:
      return null;
  }
}

/** The target of a ban as an operator names it. */
export function whoOf(of: BanTarget): BanWho {
  return of.by === 'account' ? { by: 'account', target: { to: 'account', account: of.account } } : of;
}

function left(until: Millis | null, now: Millis): Millis | null {
  return until === null ? null : until - now;
}

/** One act changes one rule. */
function ruleBack(room: string, now: RoomRules, before: RoomRules): Command | null {
  if (now.slow !== before.slow) return { kind: 'slow', room, seconds: before.slow };
  if (now.announceOnly !== before.announceOnly) return { kind: 'announce-only', room, on: before.announceOnly };
  if (now.locked !== before.locked) return { kind: 'lock', room, on: before.locked };
  const changed =
    before.moderators.find(each => !now.moderators.includes(each)) ??
    now.moderators.find(each => !before.moderators.includes(each));
  if (changed === undefined) return null;
  const on = before.moderators.includes(changed);
  return { kind: 'moderator', room, target: { to: 'account', account: changed }, on };
}
