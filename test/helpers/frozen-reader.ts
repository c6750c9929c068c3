// A member of a room in a process of its own, to be stopped and let go on: node --import=tsx frozen-reader.ts PORT NAME ROOM
// Says that it is in, and when it is asked, which numbers it has read so far.
import { Client } from '../../src/client/client.ts';
import { systemClock } from '../../src/session/clock.ts';
import { newProfile } from './clients.ts';
import { numberOf } from './numbered.ts';

const [port, name = '', room = ''] = process.argv.slice(2);
const numbers: number[] = [];
const client = new Client(
  {
    address: { host: '127.0.0.1', port: Number(port) },
    profile: newProfile(name),
    presence: true,
    client: 'test',
    reconnect: false,
    clock: systemClock,
  },
  message => {
    if (message.is === 'online') client.send({ kind: 'join', room });
    if (message.is === 'acked') process.send?.('in');
    if (message.is === 'over' || message.is === 'refused') throw message.error;
    const number = message.is === 'event' ? numberOf(message.event) : null;
    if (number === null) return;
    numbers.push(number);
  },
);
client.start();
process.on('message', () => process.send?.({ numbers }));
process.on('disconnect', () => process.exit());
