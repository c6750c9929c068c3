// Where a server is: `host`, `host:port`, `[v6]:port`; and the link that a server prints, which also says by which key
// it is known: `tchat://host:port/#<fingerprint>.<invite>`.
import { isIPv4, isIPv6 } from 'node:net';
import { TchatError } from '../errors.ts';

export const DEFAULT_PORT = 7420;

export interface Address {
  readonly host: string;
  readonly port: number;
  /** Not encrypted: a server on this machine itself, written `tchat+plain://host:port`. */
  readonly plain?: true;
}

/** A link, or an address with nothing more to say. */
export interface Link {
  readonly address: Address;
  /** SHA-256 of the server's public key. */
  readonly fingerprint: Buffer | null;
  /** A token that the server gave out: letters, digits, `-` and `_`. */
  readonly invite: string | null;
}

const SCHEME = 'tchat://';
const PLAIN_SCHEME = 'tchat+plain://';
const FRAGMENT = /^([A-Za-z0-9_-]{43})?(?:\.([A-Za-z0-9_-]{1,512}))?$/;

/** Throws a TchatError `bad-address`, or `bad-link` where what follows the # cannot be right. */
export function parseLink(text: string): Link {
  const whole = text.trim();
  const scheme = [SCHEME, PLAIN_SCHEME].find(each => whole.toLowerCase().startsWith(each)) ?? '';
  const [place = '', fragment = ''] = split(whole.slice(scheme.length), '#');
  const [bare = ''] = split(place, '/');
  const address = { ...hostAndPort(bare, text), ...(scheme === PLAIN_SCHEME ? { plain: true as const } : {}) };
  const [matched, fingerprint, invite = null] = FRAGMENT.exec(fragment) ?? [];
  const bytes = fingerprint === undefined ? null : Buffer.from(fingerprint, 'base64url');
  // One fingerprint has one form: unused bits at its end are zero.
  if (matched === undefined || (bytes && bytes.toString('base64url') !== fingerprint)) {
    throw new TchatError('bad-link', { link: text });
  }
  return { address, fingerprint: bytes, invite };
}

/** Throws a TchatError `bad-address`, or `bad-link`. */
export function parseAddress(text: string): Address {
  return parseLink(text).address;
}

function split(text: string, mark: string): readonly string[] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function hostAndPort(bare: string, text: string): { host: string; port: number } {
  if (isIPv6(bare)) return { host: bare, port: DEFAULT_PORT };
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:\s[\]]+))(?::(\d{1,5}))?$/.exec(bare) ?? [];
  const host = bracketed ?? plain;
  const port = digits === undefined ? DEFAULT_PORT : Number(digits);
  const valid = host !== undefined && port >= 1 && port <= 65535 && (bracketed === undefined || isIPv6(bracketed));
  if (!valid) throw new TchatError('bad-address', { address: text });
  return { host, port };
}

/** The short form: the default port is left out. */
export function formatAddress({ host, port, plain }: Address): string {
  const name = isIPv6(host) ? `[${host}]` : host;
  return `${plain ? PLAIN_SCHEME : ''}${port === DEFAULT_PORT ? name : `${name}:${port}`}`;
}

/** As a server prints it, for others to join by. */
export function formatLink({ address, fingerprint, invite }: Link): string {
  const { plain, ...place } = address;
  const secret = invite === null ? '' : `.${invite}`;
  return `${plain ? PLAIN_SCHEME : SCHEME}${formatAddress(place)}/#${fingerprint?.toString('base64url') ?? ''}${secret}`.replace(
    /#$/,
    '',
  );
}

/** By what a server is known on this machine: HOST:PORT, the host in the one form that all its spellings have. */
export function serverKeyOf({ host, port }: Address): string {
  const name = isIPv6(host) ? canonicalIPv6(host) : host.toLowerCase().replace(/\.$/, '');
  return `${name}:${port}`;
}

function canonicalIPv6(host: string): string {
  const [address = '', zone] = split(host, '%');
  return zone === undefined ? new URL(`http://[${address}]`).hostname : `[${host.toLowerCase()}]`;
}

/** Whether a host is this machine itself, whatever a name server says. */
export function isLoopback(host: string): boolean {
  const plain = host.toLowerCase().replace(/^::ffff:/, '');
  return plain === 'localhost' || plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'));
}
