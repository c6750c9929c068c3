// The warden: what operators have decided takes effect on who is connected and on who comes. Bans of accounts, names and
// networks, and the settings that hold at once.
import { type Ban, banFrom, banOf, banOfAddress, meets } from '../chat/moderation.ts';
import { networkHolds } from '../chat/network.ts';
import type { AccountId, Actor, Draft, FileSetting, Millis, SettingName } from '../chat/vocabulary.ts';
import type { Admission } from '../session/admission.ts';
import type { Connection } from './connection.ts';
import type { Rates } from './desk.ts';
import type { Hall } from './hall.ts';

/** Milliseconds in a minute. */
const MINUTE = 60_000;

export interface WardenOptions {
  readonly hall: Hall;
  readonly admission: Admission;
  readonly connections: () => Iterable<Connection>;
  readonly rates: Rates;
  /** What files are allowed where no operator has said anything. */
  readonly files: Readonly<Record<FileSetting, number>>;
  /** Commands go at another rate from now on. */
  readonly paced: (rates: Rates) => void;
}

export class Warden {
  readonly #options: WardenOptions;
  /** What holds where no operator has said anything. */
  readonly first: Readonly<Record<SettingName, number>>;

  constructor(options: WardenOptions) {
    this.#options = options;
    const { limits } = options.admission;
    const { commands } = options.rates;
    this.first = {
      'connections-per-address': limits.perAddress,
      'unauthenticated-per-address': limits.unauthenticatedPerAddress,
      'new-per-minute': limits.perMinute,
      'members-per-room': options.hall.state.membersPerRoom,
      'commands-per-second': commands.perSecond,
      'commands-at-once': commands.burst,
      ...options.files,
    };
    this.settle();
  }

  /** What holds now. */
  get settings(): Readonly<Record<SettingName, number>> {
    return { ...this.first, ...Object.fromEntries(this.#options.hall.state.moderation.settings) };
  }

  /** Puts into effect what the state says: after a change, and when the state was read back. */
  settle(): void {
    const { admission, rates, paced, hall } = this.#options;
    const { settings } = this;
    admission.limits.connections = hall.state.connections;
    admission.limits.perAddress = settings['connections-per-address'];
    admission.limits.unauthenticatedPerAddress = settings['unauthenticated-per-address'];
    admission.limits.perMinute = settings['new-per-minute'];
    admission.exempt(hall.state.entry.exempt);
    for (const connection of this.#options.connections()) {
      connection.exempt = admission.isExempt(connection.address);
    }
    const commands = { burst: settings['commands-at-once'], perSecond: settings['commands-per-second'] };
    paced({ ...rates, commands });
  }

  /** The ban that keeps out whoever comes from an address; null where its network is exempt. */
  ofAddress(address: string): Ban | null {
    const { hall, admission } = this.#options;
    const { moderation } = hall.state;
    if (moderation.bans.size === 0 || admission.isExempt(address)) return null;
    return banOfAddress(moderation, address, hall.clock.now());
  }

  /** The ban that keeps out an account, wherever it comes from. */
  ofAccount(actor: Pick<Actor, 'account' | 'name'>): Ban | null {
    const { state, clock } = this.#options.hall;
    return state.moderation.bans.size === 0 ? null : banOf(state.moderation, actor, clock.now());
  }

  /** The ban that keeps out somebody at an address. */
  of(actor: Actor, address: string): Ban | null {
    return this.ofAccount(actor) ?? this.ofAddress(address);
  }

  /** Closes a connection with the reason of a ban and the time that is left. */
  expel({ session }: Connection, ban: Ban): void {
    session.close('banned', banDetail(ban, this.#options.hall.clock.now()));
  }

  /** The accounts that are connected from within a network. */
  *within(network: string): Iterable<AccountId> {
    for (const { actor, address } of this.#options.connections()) {
      if (actor && networkHolds(network, address)) yield actor.account;
    }
  }

  /** Once decided: nothing more is taken from whom a ban has met. */
  decided(event: Draft): void {
    if (event.kind !== 'banned') return;
    for (const connection of this.#met(banFrom(event))) connection.expelled = true;
  }

  /** Once kept: they are out. */
  kept(event: Draft): void {
    if (event.kind === 'set' || event.kind === 'limited' || event.kind === 'exempted') this.settle();
    if (event.kind !== 'banned') return;
    const ban = banFrom(event);
    for (const connection of this.#met(ban)) this.expel(connection, ban);
  }

  /** Those whom a ban meets, also where it has been lifted again since it was decided. */
  #met(ban: Ban): Connection[] {
    const { admission, connections } = this.#options;
    return [...connections()].filter(({ actor, carrier, address }) => {
      if (ban.of.by === 'network' && admission.isExempt(address)) return false;
      return meets(ban, actor ?? carrier, address);
    });
  }
}

/** The detail of a close note `banned`: whole minutes that are left (0: for good), a space, the reason. */
export function banDetail({ until, reason }: Ban, now: Millis): string {
  const minutes = until === null ? 0 : Math.max(1, Math.ceil((until - now) / MINUTE));
  return `${minutes} ${reason}`.trim();
}
