// What operators have laid down: sanctions, rules of rooms, the door, settings. A part of the state of the chat, which follows
// from events like the rest of it. Whether a time has come is asked with the time: nothing expires by itself.
import { DEFAULT_SETTINGS } from '../limits.ts';
import type {
  AccountId,
  BanTarget,
  ConversationId,
  Door,
  Draft,
  Millis,
  Mute,
  RoomRules,
  Sanction,
  SettingName,
} from './vocabulary.ts';

export interface Ban extends Sanction {
  readonly of: BanTarget;
}

export interface Moderation {
  /** By banKey. */
  readonly bans: Map<string, Ban>;
  /** By muteKey. */
  readonly mutes: Map<string, Mute>;
  readonly rules: Map<ConversationId, RoomRules>;
  /** When each account last said something in a room with slow mode. */
  readonly spoke: Map<string, Millis>;
  door: Door;
  motd: string;
  readonly settings: Map<SettingName, number>;
}

export const NO_RULES: RoomRules = { slow: 0, announceOnly: false, locked: false, moderators: [] };

export function emptyModeration(): Moderation {
  return {
    bans: new Map(),
    mutes: new Map(),
    rules: new Map(),
    spoke: new Map(),
    door: 'open',
    motd: '',
    settings: new Map(),
  };
}

export function clearModeration(moderation: Moderation): void {
  Object.assign(moderation, { door: 'open', motd: '' });
  for (const map of [moderation.bans, moderation.mutes, moderation.rules, moderation.spoke, moderation.settings]) {
    map.clear();
  }
}

/** Takes one event; total. */
export function applyModeration(moderation: Moderation, event: Draft): void {
  switch (event.kind) {
    case 'banned':
      moderation.bans.set(banKey(event.of), { of: event.of, ...sanctionOf(event) });
      return;
    case 'unbanned':
      moderation.bans.delete(banKey(event.of));
      return;
    case 'muted':
      moderation.mutes.set(muteKey(event.target, event.room), {
        ...{ account: event.target, room: event.room, name: event.name },
        ...sanctionOf(event),
      });
      return;
    case 'unmuted':
      moderation.mutes.delete(muteKey(event.target, event.room));
      return;
    case 'ruled':
      moderation.rules.set(event.conversation, event.rules);
      return;
    case 'door':
      moderation.door = event.door;
      return;
    case 'motd':
      moderation.motd = event.text;
      return;
    case 'set':
      moderation.settings.set(event.name, event.value);
      return;
    case 'message':
      if (moderation.rules.get(event.conversation)?.slow) {
        moderation.spoke.set(`${event.conversation}\n${event.account}`, event.time);
      }
      return;
    default:
      return;
  }
}

function sanctionOf({ until, reason, time, from }: Draft & { readonly until: Millis | null; readonly reason: string }) {
  return { until, reason, since: time, by: from };
}

export function banKey(of: BanTarget): string {
  return `${of.by} ${of.by === 'account' ? of.account : of.by === 'name' ? of.skeleton : of.network}`;
}

export function muteKey(account: AccountId, room: ConversationId | null): string {
  return `${account} ${room ?? ''}`;
}

/** Whether a sanction holds at a time. */
export function holds({ until }: { readonly until: Millis | null }, now: Millis): boolean {
  return until === null || now < until;
}

/** Why an account or a name may not come in, or null. Addresses are the door's own business. */
export function banOf(
  { bans }: Moderation,
  { account, skeleton }: { readonly account: AccountId; readonly skeleton: string },
  now: Millis,
): Ban | null {
  for (const key of [banKey({ by: 'account', account, name: '' }), banKey({ by: 'name', skeleton, name: '' })]) {
    const ban = bans.get(key);
    if (ban && holds(ban, now)) return ban;
  }
  return null;
}

/** The mute that holds for an account in a room (null: in private talk), or null. */
export function muteOf({ mutes }: Moderation, account: AccountId, room: ConversationId | null, now: Millis) {
  for (const key of [muteKey(account, null), ...(room === null ? [] : [muteKey(account, room)])]) {
    const mute = mutes.get(key);
    if (mute && holds(mute, now)) return mute;
  }
  return null;
}

export function rulesOf({ rules }: Moderation, room: ConversationId): RoomRules {
  return rules.get(room) ?? NO_RULES;
}

/** When an account may speak in a slow room again; 0: now. */
export function slowUntil({ rules, spoke }: Moderation, room: ConversationId, account: AccountId): Millis {
  const { slow } = rules.get(room) ?? NO_RULES;
  const last = slow === 0 ? undefined : spoke.get(`${room}\n${account}`);
  return last === undefined ? 0 : last + slow * 1000;
}

export function settingOf({ settings }: Moderation, name: SettingName): number {
  return settings.get(name) ?? DEFAULT_SETTINGS[name].value;
}
