// Who may connect: counted by address before anything else is spent on a connection.
import { BlockList, isIPv6 } from 'node:net';
import {
  CONNECTIONS,
  CONNECTIONS_PER_ADDRESS,
  CONNECTIONS_UNAUTHENTICATED,
  EXEMPT_ADDRESSES,
  UNAUTHENTICATED_PER_ADDRESS,
} from '../limits.ts';

export interface AdmissionLimits {
  connections: number;
  unauthenticated: number;
  perAddress: number;
  unauthenticatedPerAddress: number;
  /** Addresses and networks (`10.0.0.0/8`) that are counted only in all. */
  exempt: readonly string[];
}

export function defaultAdmission(): AdmissionLimits {
  return {
    connections: CONNECTIONS,
    unauthenticated: CONNECTIONS_UNAUTHENTICATED,
    perAddress: CONNECTIONS_PER_ADDRESS,
    unauthenticatedPerAddress: UNAUTHENTICATED_PER_ADDRESS,
    exempt: EXEMPT_ADDRESSES,
  };
}

/** One admitted connection. Both calls are idempotent. */
export interface Ticket {
  /** It has logged in. */
  authenticated(): void;
  leave(): void;
}

interface Count {
  open: number;
  unauthenticated: number;
}

export class Admission {
  readonly limits: AdmissionLimits;
  readonly #addresses = new Map<string, Count>();
  readonly #all: Count = { open: 0, unauthenticated: 0 };
  #exempt: BlockList;

  constructor(limits: AdmissionLimits) {
    this.limits = limits;
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
  enter(address: string): Ticket | 'server-full' | 'address-full' {
    const { limits } = this;
    if (this.#all.open >= limits.connections || this.#all.unauthenticated >= limits.unauthenticated)
      return 'server-full';
    const key = networkOf(address);
    const count = this.#addresses.get(key) ?? { open: 0, unauthenticated: 0 };
    const full = count.open >= limits.perAddress || count.unauthenticated >= limits.unauthenticatedPerAddress;
    if (full && !this.isExempt(address)) return 'address-full';
    this.#addresses.set(key, count);
    return this.#ticket(key, count);
  }

  #ticket(key: string, count: Count): Ticket {
    const counts = [this.#all, count];
    for (const each of counts) {
      each.open += 1;
      each.unauthenticated += 1;
    }
    let strange = true;
    let inside = true;
    const authenticated = () => {
      if (!strange) return;
      strange = false;
      for (const each of counts) each.unauthenticated -= 1;
    };
    const leave = () => {
      if (!inside) return;
      inside = false;
      authenticated();
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
