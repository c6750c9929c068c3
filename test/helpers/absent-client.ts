// A process with a person's client and its store on the disk: says what it hears, until it is killed.
import { Client } from '../../src/client/client.ts';
import { openProfile } from '../../src/identity/profile.ts';
import { systemClock } from '../../src/session/clock.ts';
import { SqliteClientStore } from '../../src/store/sqlite/client-store.ts';

const [port = '0', folder = '', name = '', file = ''] = process.argv.slice(2);
const store = SqliteClientStore.open(file);
const client = new Client(
  {
    ...{ address: { host: '127.0.0.1', port: Number(port) }, profile: openProfile(folder, name), store },
    ...{ presence: true, client: 'test', reconnect: false, clock: systemClock },
  },
  message => {
    if (message.is === 'event' || message.is === 'newest' || message.is === 'over') process.send?.(message.is);
  },
);
client.start();
// The client's own timers keep no process alive.
setInterval(() => {}, 60_000);
