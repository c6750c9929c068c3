// What others join a server by: its link, with an address that they can reach where it listens at all of this machine.
import { hostname, networkInterfaces } from 'node:os';

/** What the server prints of itself, for others to join it by. */
export interface ServerNotice {
  /** Of its key; none where nothing is encrypted. */
  readonly fingerprint: Buffer | null;
  readonly link: string;
}

const EVERYWHERE = new Set(['::', '0.0.0.0']);

/** The host for a link: what it listens at, or the first address that other machines know this one by, or its name. */
export function reachableHost(host: string, interfaces = networkInterfaces()): string {
  if (!EVERYWHERE.has(host)) return host;
  const others = Object.values(interfaces).flatMap(each => (each ?? []).filter(({ internal }) => !internal));
  const found =
    others.find(({ family, address }) => family === 'IPv4' && !address.startsWith('169.254.')) ??
    (host === '::'
      ? others.find(({ family, address }) => family === 'IPv6' && !/^fe[89ab]/i.test(address))
      : undefined);
  return found?.address ?? hostname();
}
