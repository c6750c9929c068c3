// Who may connect: counted by address before anything else is spent on a connection.
import { BlockList, isIPv6 } from 'node:net';
import {
  CONNECTIONS,
  CONNECTIONS_PER_ADDRESS,
  CONNECTIONS_PER_MINUTE,
  CONNECTIONS_UNAUTHENTICATED,
  EXEMPT_ADDRESSES,
  UNAUTHENTICATED_PER_ADDRESS,
} from '../limits.ts';
import { type Clock, systemClock } from './clock.ts';

export interface AdmissionLimits {
  connections: number;
  unauthenticated: number;
  perAddress: number;
  unauthenticatedPerAddress: number;
  /** New connections of an address a minute; those that log in are not counted. */
  perMinute: number;
  /** Addresses and networks (`10.0.0.0/8`) that are counted only in all. */
  exempt: readonly string[];
}

export function defaultAdmission(): AdmissionLimits {
  return {
    connections: CONNECTIONS,
    unauthenticated: CONNECTIONS_UNAUTHENTICATED,
    perAddress: CONNECTIONS_PER_ADDRESS,
    unauthenticatedPerAddress: UNAUTHENTICATED_PER_ADDRESS,
    perMinute: CONNECTIONS_PER_MINUTE,
    exempt: EXEMPT_ADDRESSES,
  };
}

/** One admitted connection. Both calls are idempotent. */
export interface Ticket {
  /** It has logged in. */
  authenticated(): void;
  leave(): void;
}

/** How much of a minute's connections is used up, as of a moment. */
interface Spent {
  count: number;
  readonly at: number;
}

const MINUTE = 60_000;
/** Networks that are remembered before those with nothing used up are forgotten. */
const NETWORKS_REMEMBERED = 1_024;

interface Count {
  open: number;
  unauthenticated: number;
}

/** A connection that is not logged in yet. */
interface Stranger {
  /** Of its address. */
  readonly count: Count;
  readonly exempt: boolean;
  /** Ends it, to make room. */
  readonly cut: () => void;
}

export class Admission {
  readonly limits: AdmissionLimits;
  readonly #addresses = new Map<string, Count>();
  /** What networks have used up of their minute. */
  readonly #spent = new Map<string, Spent>();
  readonly #clock: Pick<Clock, 'elapsed'>;
  readonly #all: Count = { open: 0, unauthenticated: 0 };
  /** The oldest first. */
  readonly #strangers = new Set<Stranger>();
  #exempt: BlockList;

  constructor(limits: AdmissionLimits, clock: Pick<Clock, 'elapsed'> = systemClock) {
    this.limits = limits;
    this.#clock = clock;
    this.#exempt = networks(limits.exempt);
  }

  /** Networks that are exempt besides those of the limits, from now on. */
  exempt(more: Iterable<string>): void {
    this.#exempt = networks([...this.limits.exempt, ...more]);
  }

  isExempt(address: string): boolean {
    const plain = plainAddress(address).split('%')[0] as string;
    return this.#exempt.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
  }

  get open(): number {
    return this.#all.open;
  }

  get unauthenticated(): number {
    return this.#all.unauthenticated;
  }

  /**
   * A ticket, or the code of the refusal. Where all places of strangers are taken, an address with fewer of them gets the
   * oldest place of the one that has most, whose `cut` is called: a few addresses cannot keep all others out.
   */
  enter(address: string, cut: () => void = () => {}): Ticket | 'server-full' | 'address-full' | 'address-too-fast' {
    const { limits } = this;
    if (this.#all.open >= limits.connections) return 'server-full';
    const key = networkOf(address);
    const count = this.#addresses.get(key) ?? { open: 0, unauthenticated: 0 };
    const spent = this.#spentOf(key);
    const exempt = this.isExempt(address);
    const fault = exempt ? null : this.#faultOf(count, spent);
    if (this.#all.unauthenticated >= limits.unauthenticated) {
      const greediest = fault === null ? this.#greediest() : null;
      if (!greediest || (!exempt && greediest.count.unauthenticated <= count.unauthenticated)) return 'server-full';
      greediest.cut();
    }
    if (fault !== null) return fault;
    this.#addresses.set(key, count);
    this.#spent.set(key, spent);
    spent.count += 1;
    return this.#ticket(key, { count, exempt, cut });
  }

  #faultOf(count: Count, spent: Spent): 'address-full' | 'address-too-fast' | null {
    const { perAddress, unauthenticatedPerAddress, perMinute } = this.limits;
    if (count.open >= perAddress || count.unauthenticated >= unauthenticatedPerAddress) return 'address-full';
    return spent.count > perMinute - 1 ? 'address-too-fast' : null;
  }

  /** The oldest stranger of the address with most of them; never one of an exempt network. */
  #greediest(): Stranger | null {
    let greediest: Stranger | null = null;
    for (const each of this.#strangers) {
      if (each.exempt) continue;
      if (!greediest || each.count.unauthenticated > greediest.count.unauthenticated) greediest = each;
    }
    return greediest;
  }

  /** It runs out evenly: what was used up a minute ago is forgotten. */
  #spentOf(key: string): Spent {
    const now = this.#clock.elapsed();
    if (!this.#spent.has(key) && this.#spent.size >= NETWORKS_REMEMBERED) this.#forget(now);
    const { count, at } = this.#spent.get(key) ?? { count: 0, at: now };
    return { count: Math.max(0, count - ((now - at) * this.limits.perMinute) / MINUTE), at: now };
  }

  #forget(now: number): void {
    for (const [key, { count, at }] of this.#spent) {
      if (count - ((now - at) * this.limits.perMinute) / MINUTE <= 0) this.#spent.delete(key);
    }
  }

  #ticket(key: string, { count, exempt, cut }: Stranger): Ticket {
    const counts = [this.#all, count];
    for (const each of counts) {
      each.open += 1;
      each.unauthenticated += 1;
    }
    let inside = true;
    const known = () => {
      if (!this.#strangers.delete(stranger)) return;
      for (const each of counts) each.unauthenticated -= 1;
    };
    const authenticated = () => {
      if (!this.#strangers.has(stranger)) return;
      known();
      // Whoever comes back in order is never the worse for it.
      const now = this.#spent.get(key);
      if (now) now.count = Math.max(0, now.count - 1);
    };
    const leave = () => {
      if (!inside) return;
      inside = false;
      known();
      for (const each of counts) each.open -= 1;
      if (count.open === 0) this.#addresses.delete(key);
    };
    // Its place is free at once: its socket takes until the next turn to close.
    const makeRoom = () => {
      leave();
      cut();
    };
    const stranger: Stranger = { count, exempt, cut: makeRoom };
    this.#strangers.add(stranger);
    return { authenticated, leave };
  }
}

function networks(list: Iterable<string>): BlockList {
  const all = new BlockList();
  for (const each of list) {
    const [address = '', bits] = each.split('/');
    const type = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) all.addAddress(address, type);
    else all.addSubnet(address, Number(bits), type);
  }
  return all;
}

/** `::ffff:10.0.0.1` is 10.0.0.1. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}

/** What counts as one address: an IPv4 address, or the /64 of an IPv6 one. */
export function networkOf(address: string): string {
  const plain = plainAddress(address);
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = (plain.split('%')[0] as string).split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups =
    tail === undefined ? left : [...left, ...Array(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return `${groups.slice(0, 4).join(':')}::/64`;
}
