// Where a server is: `host`, `host:port`, `[v6]:port`.
import { isIPv6 } from 'node:net';
import { TchatError } from '../errors.ts';

export const DEFAULT_PORT = 7420;

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Throws a TchatError `bad-address`. */
export function parseAddress(text: string): Address {
  const bare = text
    .trim()
    .replace(/^tchat:\/\//, '')
    .replace(/\/.*$/, '');
  if (isIPv6(bare)) return { host: bare, port: DEFAULT_PORT };
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:\s[\]]+))(?::(\d{1,5}))?$/.exec(bare) ?? [];
  const host = bracketed ?? plain;
  const port = digits === undefined ? DEFAULT_PORT : Number(digits);
  const valid = host !== undefined && port >= 1 && port <= 65535 && (bracketed === undefined || isIPv6(bracketed));
  if (!valid) throw new TchatError('bad-address', { address: text });
  return { host, port };
}

/** The short form: the default port is left out. */
export function formatAddress({ host, port }: Address): string {
  const name = isIPv6(host) ? `[${host}]` : host;
  return port === DEFAULT_PORT ? name : `${name}:${port}`;
}
