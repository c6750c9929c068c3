// A process that opens a profile when it is told to, and says which key it got.
import { openProfile } from '../../src/identity/profile.ts';

const [folder = '', name = ''] = process.argv.slice(2);
process.on('message', () => {
  process.send?.(openProfile(folder, name).key.public.toString('hex'));
  process.disconnect();
});
process.send?.('ready');
