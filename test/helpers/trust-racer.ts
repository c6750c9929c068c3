// A process that comes to know servers when it is told to.
import { KnownServers } from '../../src/identity/known-servers.ts';

const [folder = '', first = '0', count = '0'] = process.argv.slice(2);
process.on('message', () => {
  const known = new KnownServers(folder);
  for (let n = 0; n < Number(count); n++) known.set(`host-${Number(first) + n}:1`, Buffer.alloc(32, n));
  process.send?.('done');
  process.disconnect();
});
process.send?.('ready');
