// Where other clients may reach this one, for those who agree to that.
import { networkInterfaces } from 'node:os';
import { DIRECT_ADDRESSES } from '../limits.ts';
import { isLoopback } from '../session/address.ts';

/**
 * Where this machine can be reached by others: IPv4 first, then what of IPv6 means something on other machines. By itself alone
 * where the server is on it too.
 */
export function directAddresses(server: string): readonly string[] {
  if (isLoopback(server)) return ['127.0.0.1'];
  const all = Object.values(networkInterfaces()).flatMap(each => each ?? []);
  const known = all.filter(({ internal, address }) => !internal && !/^fe80:/i.test(address));
  const first = known.filter(({ family }) => family === 'IPv4');
  return [...first, ...known.filter(({ family }) => family === 'IPv6')]
    .map(({ address }) => address)
    .slice(0, DIRECT_ADDRESSES);
}
