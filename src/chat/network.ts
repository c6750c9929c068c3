// Networks as operators write them: an address, or an address and how many of its bits count.

const V4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** `10.0.0.0/8`, `2001:db8::/32`: the address and the bits that count, always written; null where it is none. */
export function validNetwork(text: string): string | null {
  const [address = '', bits, more] = text.trim().toLowerCase().split('/');
  if (more !== undefined || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return null;
  const most = isV4(address) ? 32 : isV6(address) ? 128 : null;
  if (most === null || Number(bits ?? most) > most) return null;
  return `${address}/${Number(bits ?? most)}`;
}

function isV4(text: string): boolean {
  const parts = V4.exec(text)?.slice(1) ?? [];
  return parts.length === 4 && parts.every(part => Number(part) <= 255 && String(Number(part)) === part);
}

/** Groups of four hexadecimal digits, of which `::` leaves out some; an IPv4 address may stand for the last two. */
function isV6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.map(half => (half === '' ? [] : half.split(':')));
  const flat = groups.flat();
  const last = flat.at(-1);
  const mapped = last !== undefined && isV4(last);
  const plain = mapped ? flat.slice(0, -1) : flat;
  const count = plain.length + (mapped ? 2 : 0);
  return plain.every(group => /^[0-9a-f]{1,4}$/.test(group)) && (halves.length === 2 ? count < 8 : count === 8);
}
