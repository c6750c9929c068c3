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

export class Admission {
  readonly limits: AdmissionLimits;
  readonly #addresses = new Map<string, Count>();
  /** What networks have used up of their minute. */
  readonly #spent = new Map<string, Spent>();
  readonly #clock: Pick<Clock, 'elapsed'>;
  readonly #all: Count = { open: 0, unauthenticated: 0 };
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

  /** A ticket, or the code of the refusal. */
  enter(address: string): Ticket | 'server-full' | 'address-full' | 'address-too-fast' {
    const { limits } = this;
    if (this.#all.open >= limits.connections || this.#all.unauthenticated >= limits.unauthenticated)
      return 'server-full';
    const key = networkOf(address);
    const count = this.#addresses.get(key) ?? { open: 0, unauthenticated: 0 };
    const spent = this.#spentOf(key);
    if (!this.isExempt(address)) {
      const full = count.open >= limits.perAddress || count.unauthenticated >= limits.unauthenticatedPerAddress;
      if (full) return 'address-full';
      if (spent.count > limits.perMinute - 1) return 'address-too-fast';
    }
    this.#addresses.set(key, count);
    this.#spent.set(key, spent);
    spent.count += 1;
    return this.#ticket(key, count);
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

  #ticket(key: string, count: Count): Ticket {
    const counts = [this.#all, count];
    for (const each of counts) {
      each.open += 1;
      each.unauthenticated += 1;
    }
    let strange = true;
    let inside = true;
    const known = () => {
      if (!strange) return;
      strange = false;
      for (const each of counts) each.unauthenticated -= 1;
    };
    const authenticated = () => {
      if (!strange) return;
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
