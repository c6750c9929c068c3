// Addresses and networks as operators write them (10.0.0.7, 10.1.0.0/16, 2001:db8::/48), and whether one holds the other.
// Pure: numbers from text, nothing is looked up.

/** An address as its bits. */
interface Bits {
  readonly value: bigint;
  readonly width: 32 | 128;
}

/** A network in the form in which it is kept (`10.1.0.0/16`), or null where it is none. A single address is one too. */
export function validNetwork(text: string): string | null {
  const [host = '', length, more] = text.trim().split('/');
  const bits = parseAddress(host);
  if (!bits || more !== undefined || host.includes('%')) return null;
  // An IPv4 address in the form of an IPv6 one is the IPv4 address.
  const before = bits.width === 32 && host.includes(':') ? 96 : 0;
  const prefix = length === undefined ? bits.width : /^\d{1,3}$/.test(length) ? Number(length) - before : -1;
  if (prefix < 0 || prefix > bits.width) return null;
  const shift = BigInt(bits.width - prefix);
  return `${formatAddress({ ...bits, value: (bits.value >> shift) << shift })}/${prefix}`;
}

/** Whether a network (in its kept form) holds an address. */
export function networkHolds(network: string, address: string): boolean {
  const [host = '', length = ''] = network.split('/');
  const base = parseAddress(host);
  const bits = parseAddress(address);
  if (!base || !bits || base.width !== bits.width) return false;
  const shift = BigInt(bits.width - Number(length));
  return base.value >> shift === bits.value >> shift;
}

function parseAddress(text: string): Bits | null {
  const plain = text.replace(/%.*$/, '');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1] ?? plain;
  return mapped.includes(':') ? parseV6(mapped) : parseV4(mapped);
}

function parseV4(text: string): Bits | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  let value = 0n;
  for (const part of parts) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return null;
    value = (value << 8n) | BigInt(part);
  }
  return { value, width: 32 };
}

function parseV6(written: string): Bits | null {
  const text = withoutDots(written);
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const groups = (half: string | undefined) => (half === undefined || half === '' ? [] : half.split(':'));
  const left = groups(halves[0]);
  const right = groups(halves[1]);
  const missing = 8 - left.length - right.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  let value = 0n;
  for (const group of [...left, ...Array<string>(missing).fill('0'), ...right]) {
    if (!/^[0-9a-f]{1,4}$/i.test(group)) return null;
    value = (value << 16n) | BigInt(`0x${group}`);
  }
  return { value, width: 128 };
}

/** Its last four bytes may be written as those of an IPv4 address: then they become two groups. */
function withoutDots(text: string): string {
  const [, head, tail = ''] = /^(.*:)([\d.]+)$/.exec(text) ?? [];
  const bits = head !== undefined && tail.includes('.') ? parseV4(tail) : null;
  return bits ? `${head}${(bits.value >> 16n).toString(16)}:${(bits.value & 0xffffn).toString(16)}` : text;
}

function formatAddress({ value, width }: Bits): string {
  if (width === 32) return [24n, 16n, 8n, 0n].map(shift => String((value >> shift) & 255n)).join('.');
  const groups = Array.from({ length: 8 }, (_, at) => ((value >> BigInt(112 - at * 16)) & 0xffffn).toString(16));
  // The longest run of zeros once as ::, as people write it.
  const runs = [...groups.join(':').matchAll(/(?:^|:)(?:0(?::|$)){2,}/g)].sort((a, b) => b[0].length - a[0].length);
  const [run] = runs;
  if (!run) return groups.join(':');
  const all = groups.join(':');
  return `${all.slice(0, run.index)}::${all.slice(run.index + run[0].length)}`;
}
