// A process that posts to a room at a fixed rate until it is ended: node --import=tsx poster.ts PORT RATE
import { Client } from '../../src/client/client.ts';
import { readCertificate } from '../../src/identity/certificate.ts';
import { createKey } from '../../src/identity/keys.ts';
import { systemClock } from '../../src/session/clock.ts';

const [port, rate] = process.argv.slice(2).map(Number) as [number, number];
/** Milliseconds between bursts: people's messages come in small heaps. */
const STEP = 10;
// Digits alone: what is typed meanwhile is told apart from what arrives.
const text = '0123456789 '.repeat(6).trim();

const profile = { name: 'poster', key: createKey(), device: Buffer.alloc(16, 1) };
const address = { host: '127.0.0.1', port };
const accept = (certificate: Uint8Array) => readCertificate(certificate).fingerprint;
const facts = { address, profile, accept, presence: true, client: 'bench', reconnect: false, clock: systemClock };
const client = new Client(facts, message => {
  if (message.is === 'online') run();
  if (message.is === 'over') throw message.error;
});
client.start();

function run(): void {
  const begin = performance.now();
  let sent = 0;
  setInterval(() => {
    const due = ((performance.now() - begin) * rate) / 1000;
    for (; sent < due; sent++) {
      const body = { kind: 'text', text } as const;
      client.send({ kind: 'post', target: { to: 'room', room: '#lobby' }, body, action: false });
    }
  }, STEP);
  process.stdout.write('posting\n');
}
