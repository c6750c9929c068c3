// A process that opens profiles when it is told to, and says which keys it got.
import { openProfile } from '../../src/identity/profile.ts';

const [folder = '', count = '0'] = process.argv.slice(2);
process.on('message', () => {
  const names = Array.from({ length: Number(count) }, (_, n) => `name${n}`);
  process.send?.(names.map(name => openProfile(folder, name).key.public.toString('hex')).join(' '));
  process.disconnect();
});
process.send?.('ready');
