// What operators have laid down: sanctions, rules of rooms, the door, settings. A part of the state of the chat, which follows
// from events like the rest of it. Whether a time has come is asked with the time: nothing expires by itself.
import { networkHolds } from './network.ts';
import { looksOf } from './skeleton.ts';
import { foldName } from './text.ts';
import type {
  AccountId,
  Actor,
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
  /** Of a name: what it looks like. */
  readonly looks: ReadonlySet<string>;
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
  /** Why it stands so; may be empty. */
  doorReason: string;
  motd: string;
  /** What operators have set; all else is as the server began. */
  readonly settings: Map<SettingName, number>;
}

const NO_LOOKS: ReadonlySet<string> = new Set();

export const NO_RULES: RoomRules = { slow: 0, announceOnly: false, locked: false, moderators: [] };

export function emptyModeration(): Moderation {
  return {
    bans: new Map(),
    mutes: new Map(),
    rules: new Map(),
    spoke: new Map(),
    door: 'open',
    doorReason: '',
    motd: '',
    settings: new Map(),
  };
}

export function clearModeration(moderation: Moderation): void {
  Object.assign(moderation, { door: 'open', doorReason: '', motd: '' });
  for (const map of [moderation.bans, moderation.mutes, moderation.rules, moderation.spoke, moderation.settings]) {
    map.clear();
  }
}

/** Takes one event; total. */
export function applyModeration(moderation: Moderation, event: Draft): void {
  switch (event.kind) {
    case 'banned':
      moderation.bans.set(banKey(event.of), banFrom(event));
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
      if (event.rules.slow === 0) forgetSpoke(moderation, event.conversation);
      return;
    case 'door':
      moderation.door = event.door;
      moderation.doorReason = event.reason;
      return;
    case 'motd':
      moderation.motd = event.text;
      return;
    case 'set':
      moderation.settings.set(event.name, event.value);
      return;
    case 'message':
    case 'offered':
      if (moderation.rules.get(event.conversation)?.slow) {
        moderation.spoke.set(spokeKey(event.conversation, event.account), event.time);
      }
      return;
    default:
      return;
  }
}

/** What a `banned` lays down. */
export function banFrom(event: Draft & { readonly kind: 'banned' }): Ban {
  const { of } = event;
  return { of, looks: of.by === 'name' ? looksOf(of.name) : NO_LOOKS, ...sanctionOf(event) };
}

function spokeKey(room: ConversationId, account: AccountId): string {
  return `${room}\n${account}`;
}

/** Who spoke last when is asked for as long as a room is slow. */
function forgetSpoke({ spoke }: Moderation, room: ConversationId): void {
  for (const key of spoke.keys()) if (key.startsWith(spokeKey(room, ''))) spoke.delete(key);
}

function sanctionOf({ until, reason, time, from }: Draft & { readonly until: Millis | null; readonly reason: string }) {
  return { until, reason, since: time, by: from };
}

export function banKey(of: BanTarget): string {
  return `${of.by} ${of.by === 'account' ? of.account : of.by === 'name' ? foldName(of.name) : of.network}`;
}

export function muteKey(account: AccountId, room: ConversationId | null): string {
  return `${account} ${room ?? ''}`;
}

/** Whether a sanction holds at a time. */
export function holds({ until }: { readonly until: Millis | null }, now: Millis): boolean {
  return until === null || now < until;
}

/** Whether a ban is about somebody at an address; nobody yet: about the address alone. */
export function meets({ of, looks }: Ban, who: Pick<Actor, 'account' | 'name'> | null, address: string): boolean {
  if (of.by === 'network') return networkHolds(of.network, address);
  if (!who) return false;
  return of.by === 'account' ? of.account === who.account : [...looksOf(who.name)].some(look => looks.has(look));
}

/** Why an account may not come in under a name, or null. A ban of a name is one of all that look like it. */
export function banOf(
  { bans }: Moderation,
  { account, name }: Pick<Actor, 'account' | 'name'>,
  now: Millis,
): Ban | null {
  const own = bans.get(banKey({ by: 'account', account, name }));
  if (own && holds(own, now)) return own;
  let looks: ReadonlySet<string> | null = null;
  for (const ban of bans.values()) {
    if (ban.of.by !== 'name' || !holds(ban, now)) continue;
    looks ??= looksOf(name);
    for (const look of ban.looks) if (looks.has(look)) return ban;
  }
  return null;
}

/** Why nobody may come in from an address, or null. */
export function banOfAddress({ bans }: Moderation, address: string, now: Millis): Ban | null {
  for (const ban of bans.values()) {
    if (ban.of.by === 'network' && holds(ban, now) && networkHolds(ban.of.network, address)) return ban;
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
  const last = slow === 0 ? undefined : spoke.get(spokeKey(room, account));
  return last === undefined ? 0 : last + slow * 1000;
}
