// Who may do what, who is kept out and who is silent, said as plainly as can be. People are their names; shares nothing with
// the program but its vocabulary.
import type { Door, Role } from '../../src/chat/vocabulary.ts';

/** The owner's own console. */
export const OWNER = '(owner)';

/** A command as the model knows it: people by name, messages by their place among all that were said. */
export type Act =
  | { readonly do: 'join' | 'leave'; readonly room: string }
  | { readonly do: 'post'; readonly to: string; readonly text: string }
  | { readonly do: 'edit'; readonly about: number; readonly text: string }
  | { readonly do: 'delete' | 'react'; readonly about: number }
  | { readonly do: 'kick'; readonly whom: string }
  | { readonly do: 'ban' | 'unban'; readonly of: BanOf; readonly lasts: number | null }
  | {
      readonly do: 'mute' | 'unmute';
      readonly whom: string;
      readonly room: string | null;
      readonly lasts: number | null;
    }
  | { readonly do: 'slow'; readonly room: string; readonly seconds: number }
  | { readonly do: 'announce-only' | 'lock'; readonly room: string; readonly on: boolean }
  | { readonly do: 'moderator'; readonly room: string; readonly whom: string; readonly on: boolean }
  | { readonly do: 'role'; readonly whom: string; readonly role: 'guest' | 'member' | 'operator' }
  | { readonly do: 'door'; readonly door: Door }
  | { readonly do: 'crowd'; readonly limit: number };

export type BanOf =
  | { readonly by: 'account'; readonly name: string }
  | { readonly by: 'name'; readonly name: string }
  | { readonly by: 'network'; readonly network: string };

/** What a name that is banned looks like: written down, not worked out. */
export const LIKES: Readonly<Record<string, string>> = { b0b: 'bob', ma1: 'mal', cat: 'cat', nia: 'nia', olga: 'olga' };
export const PEOPLE = ['ann', 'bob', 'cat', 'mal', 'olga', 'oscar', 'gil', 'nia', 'ned'] as const;
/** Where people come from, which networks hold them, and where many share one. */
export const ADDRESSES = ['127.0.1.1', '127.0.1.2', '127.0.2.1', '127.0.9.1'] as const;
export const CLASSROOM = '127.0.9.0/24';
const INSIDE: Readonly<Record<string, readonly string[]>> = {
  '127.0.1.0/24': ['127.0.1.1', '127.0.1.2'],
  '127.0.1.1/32': ['127.0.1.1'],
  '127.0.2.0/25': ['127.0.2.1'],
  '127.0.9.1/32': ['127.0.9.1'],
  '127.0.0.0/16': ADDRESSES,
};
export const NETWORKS = Object.keys(INSIDE);
const SHARED: readonly string[] = ['127.0.9.1/32', '127.0.0.0/16'];

export interface Room {
  readonly owner: string;
  readonly members: Set<string>;
  readonly moderators: Set<string>;
  slow: number;
  announceOnly: boolean;
  locked: boolean;
}

export interface Said {
  readonly author: string;
  /** A room, or the two of a private talk. */
  readonly where: string;
  /** What it is called by on the wire. */
  readonly id: string;
  text: string;
  deleted: boolean;
}

export interface SessionThen {
  readonly name: string;
  readonly address: string;
}

/** Null: it is done. */
export type Outcome = string | null;

export class RuleModel<S extends SessionThen = SessionThen> {
  readonly #now: () => number;
  readonly roles = new Map<string, Role>();
  readonly known = new Set<string>();
  readonly rooms = new Map<string, Room>();
  readonly said: Said[] = [];
  /** `account bob`, `name ma1`, `network 127.0.1.1/32` -> until when. */
  readonly bans = new Map<string, number | null>();
  /** `bob #one`, `bob ` -> until when. */
  readonly mutes = new Map<string, number | null>();
  readonly #spoke = new Map<string, number>();
  /** In the order in which they connected. */
  sessions: S[] = [];
  door: Door = 'open';
  crowd = 500;
  /** Kinds of what operators and moderators did. */
  readonly acts: string[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  roleOf(name: string): Role {
    return name === OWNER ? 'owner' : (this.roles.get(name) ?? 'member');
  }

  operates(name: string): boolean {
    return ['operator', 'owner'].includes(this.roleOf(name));
  }

  moderates(name: string, room: string | null): boolean {
    if (this.operates(name)) return true;
    const found = room === null ? undefined : this.rooms.get(room);
    return found !== undefined && (found.owner === name || found.moderators.has(name));
  }

  /** Why somebody may say nothing there (a room; else private talk) now. */
  silent(name: string, where: string): Outcome {
    for (const key of [`${name} `, ...(where.startsWith('#') ? [`${name} ${where}`] : [])]) {
      const until = this.mutes.get(key);
      if (until !== undefined && this.#holds(until)) return until === null ? 'muted' : 'muted-for';
    }
    const room = this.rooms.get(where);
    if (!room || this.moderates(name, where)) return null;
    if (room.locked) return 'room-locked';
    if (room.announceOnly) return 'announce-only';
    const spoke = room.slow > 0 ? this.#spoke.get(`${where} ${name}`) : undefined;
    return spoke !== undefined && spoke + room.slow * 1000 > this.#now() ? 'slow' : null;
  }

  /** Why somebody may not come in from an address. */
  keptOut({ name, address }: SessionThen): Outcome {
    for (const [key, until] of this.bans) if (this.#holds(until) && meets(key, name, address)) return 'banned';
    if (this.known.has(name)) return null;
    if (this.door === 'closed') return 'door-closed';
    return this.door === 'invited' ? 'invite-needed' : null;
  }

  /** Somebody has come in. */
  enters(session: S): void {
    const { name } = session;
    this.sessions.push(session);
    if (this.known.has(name)) return;
    this.known.add(name);
    if (this.door === 'guests') {
      this.roles.set(name, 'guest');
      this.acts.push('role');
    }
    this.#room('#lobby', name).members.add(name);
  }

  /** Those whom a sanction has closed, which are no sessions any more. */
  ended(act: Act): S[] {
    const meetsNow = ({ name, address }: S) => {
      if (act.do === 'kick') return name === act.whom;
      return act.do === 'ban' && meets(keyOf(act.of), name, address);
    };
    const over = this.sessions.filter(meetsNow);
    this.sessions = this.sessions.filter(each => !over.includes(each));
    return over;
  }

  /** What somebody is told who does something. Changes nothing. */
  judge(name: string, act: Act): Outcome {
    const guest = this.roleOf(name) === 'guest';
    switch (act.do) {
      case 'join': {
        const room = this.rooms.get(act.room);
        if (room?.members.has(name)) return 'already-member';
        if (room?.locked && !this.moderates(name, act.room)) return 'room-locked';
        return room && room.members.size >= this.crowd ? 'room-full' : null;
      }
      case 'leave':
        return this.rooms.get(act.room)?.members.has(name) ? null : 'not-member';
      case 'post':
        if (guest) return 'not-allowed';
        if (!act.to.startsWith('#') && !this.known.has(act.to)) return 'no-such-name';
        return this.silent(name, act.to);
      case 'edit':
      case 'delete':
      case 'react': {
        if (guest) return 'not-allowed';
        const said = this.said[act.about];
        if (!said || said.deleted || !this.#sees(name, said)) return 'no-such-message';
        const own = said.author === name;
        if (act.do === 'edit' && !own) return 'not-yours';
        if (act.do !== 'delete') return this.silent(name, said.where);
        return own || (said.where.startsWith('#') && this.moderates(name, said.where)) ? null : 'not-yours';
      }
      case 'kick':
        return this.#operates(name) ?? this.#person(act.whom) ?? this.#mayMeet(name, act.whom);
      case 'ban':
        return this.#operates(name) ?? this.#mayBan(name, act.of);
      case 'unban': {
        const until = this.bans.get(keyOf(act.of));
        if (!this.operates(name)) return 'not-allowed';
        if (act.of.by === 'account' && !this.known.has(act.of.name)) return 'no-such-name';
        return until !== undefined && this.#holds(until) ? null : 'not-banned';
      }
      case 'mute':
        return (
          this.#moderates(name, act.room) ??
          this.#exists(act.room) ??
          this.#person(act.whom) ??
          this.#mayMute(name, act)
        );
      case 'unmute': {
        const until = this.mutes.get(`${act.whom} ${act.room ?? ''}`);
        const refusal = this.#moderates(name, act.room) ?? this.#person(act.whom);
        if (refusal) return refusal;
        if (until === undefined || !this.#holds(until)) return 'not-muted';
        return act.whom === name ? 'not-yourself' : null;
      }
      case 'slow':
        return this.#rule(name, act.room, room => room.slow === act.seconds);
      case 'announce-only':
        return this.#rule(name, act.room, room => room.announceOnly === act.on);
      case 'lock':
        return this.#rule(name, act.room, room => room.locked === act.on);
      case 'moderator': {
        const room = this.rooms.get(act.room);
        if (!this.operates(name) && room?.owner !== name) return 'not-room-owner';
        if (!this.known.has(act.whom)) return 'no-such-name';
        if (!room) return 'no-such-room';
        return room.moderators.has(act.whom) === act.on ? 'already-so' : null;
      }
      case 'role': {
        const before = this.roleOf(act.whom);
        const refusal = this.#operates(name) ?? this.#person(act.whom);
        if (refusal) return refusal;
        if ((act.role === 'operator' || before === 'operator') && name !== OWNER) return 'not-allowed';
        return before === act.role ? 'role-same' : null;
      }
      case 'door':
        return this.#operates(name) ?? (this.door === act.door ? 'already-so' : null);
      case 'crowd':
        return this.#operates(name);
    }
  }

  /** It has been done: `id` is what it is called by. */
  take(name: string, act: Act, id: string): void {
    const trail: Partial<Record<Act['do'], string>> = {
      ...{ kick: 'kicked', ban: 'banned', unban: 'unbanned', mute: 'muted', unmute: 'unmuted', slow: 'ruled' },
      ...{ 'announce-only': 'ruled', lock: 'ruled', moderator: 'ruled', role: 'role', door: 'door', crowd: 'set' },
    };
    const kind = trail[act.do];
    if (kind) this.acts.push(kind);
    const until = 'lasts' in act && act.lasts !== null ? this.#now() + act.lasts : null;
    if (act.do === 'join') this.#room(act.room, name).members.add(name);
    else if (act.do === 'leave') this.rooms.get(act.room)?.members.delete(name);
    else if (act.do === 'post') {
      const inRoom = act.to.startsWith('#');
      const where = inRoom ? act.to : [name, act.to].toSorted().join('+');
      if (inRoom && this.#room(act.to, name).slow > 0) this.#spoke.set(`${act.to} ${name}`, this.#now());
      this.said.push({ author: name, where, id, text: act.text, deleted: false });
    } else if (act.do === 'edit') (this.said[act.about] as Said).text = act.text;
    else if (act.do === 'delete') this.#deletes(name, this.said[act.about] as Said);
    else if (act.do === 'ban') this.bans.set(keyOf(act.of), until);
    else if (act.do === 'unban') this.bans.delete(keyOf(act.of));
    else if (act.do === 'mute') this.mutes.set(`${act.whom} ${act.room ?? ''}`, until);
    else if (act.do === 'unmute') this.mutes.delete(`${act.whom} ${act.room ?? ''}`);
    else if (act.do === 'role') this.roles.set(act.whom, act.role);
    else if (act.do === 'door') this.door = act.door;
    else if (act.do === 'crowd') this.crowd = act.limit;
    else if ('room' in act && act.room !== null) this.#ruled(act.room, act);
  }

  /** Sanctions that hold now, in the order of their keys. */
  holding(of: 'bans' | 'mutes'): readonly (readonly [string, number | null])[] {
    return [...this[of]].filter(([, until]) => this.#holds(until)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  }

  #ruled(name: string, act: Act): void {
    const room = this.rooms.get(name) as Room;
    if (act.do === 'announce-only') room.announceOnly = act.on;
    if (act.do === 'lock') room.locked = act.on;
    if (act.do === 'moderator') room.moderators[act.on ? 'add' : 'delete'](act.whom);
    if (act.do !== 'slow') return;
    room.slow = act.seconds;
    if (act.seconds > 0) return;
    for (const key of [...this.#spoke.keys()]) if (key.startsWith(`${name} `)) this.#spoke.delete(key);
  }

  #deletes(name: string, said: Said): void {
    said.deleted = true;
    if (said.author !== name) this.acts.push('deleted');
  }

  #room(name: string, owner: string): Room {
    const room = this.rooms.get(name) ?? {
      ...{ owner, members: new Set<string>(), moderators: new Set<string>() },
      ...{ slow: 0, announceOnly: false, locked: false },
    };
    this.rooms.set(name, room);
    return room;
  }

  #holds(until: number | null): boolean {
    return until === null || this.#now() < until;
  }

  #sees(name: string, { where }: Said): boolean {
    return where.startsWith('#') || where.split('+').includes(name);
  }

  #operates(name: string): Outcome {
    return this.operates(name) ? null : 'not-allowed';
  }

  #moderates(name: string, room: string | null): Outcome {
    return this.moderates(name, room) ? null : 'not-moderator';
  }

  #exists(room: string | null): Outcome {
    return room === null || this.rooms.has(room) ? null : 'no-such-room';
  }

  #person(name: string): Outcome {
    return this.known.has(name) ? null : 'no-such-name';
  }

  #rule(name: string, room: string, same: (room: Room) => boolean): Outcome {
    const found = this.rooms.get(room);
    return this.#moderates(name, room) ?? (found ? (same(found) ? 'already-so' : null) : 'no-such-room');
  }

  #mayMeet(name: string, other: string): Outcome {
    if (name === other) return 'not-yourself';
    return this.operates(other) && name !== OWNER ? 'above-you' : null;
  }

  #mayMute(name: string, { whom, room }: Act & { readonly do: 'mute' | 'unmute' }): Outcome {
    const refusal = this.#mayMeet(name, whom);
    if (refusal || room === null || this.operates(name) || this.rooms.get(room)?.owner === name) return refusal;
    return this.moderates(whom, room) ? 'above-you' : null;
  }

  #mayBan(name: string, of: BanOf): Outcome {
    if (of.by === 'account') return this.#person(of.name) ?? this.#mayMeet(name, of.name);
    if (of.by === 'name') {
      const met = LIKES[of.name];
      return met !== undefined && this.known.has(met) ? this.#mayMeet(name, met) : null;
    }
    for (const each of this.sessions) {
      const refusal = INSIDE[of.network]?.includes(each.address) ? this.#mayMeet(name, each.name) : null;
      if (refusal) return refusal;
    }
    return SHARED.includes(of.network) ? 'exempt-network' : null;
  }
}

export function keyOf(of: BanOf): string {
  return `${of.by} ${of.by === 'network' ? of.network : of.name}`;
}

/** Whether a ban is about somebody at an address; who shares theirs with many is never met by it. */
function meets(key: string, name: string, address: string): boolean {
  const [by, of = ''] = key.split(' ');
  if (by === 'account') return of === name;
  return by === 'name' ? LIKES[of] === name : (INSIDE[of]?.includes(address) ?? false);
}
