// tchat's built server with the store in memory: what talk costs without the disk. Arguments: dist/main.js and the
// number of members. Prints its port.
import type * as ServerSource from '../src/server/server.ts';
import type * as AdmissionSource from '../src/session/admission.ts';
import type * as ClockSource from '../src/session/clock.ts';
import type * as StoreSource from '../src/store/memory-log.ts';

const [program = '', members = '1000'] = process.argv.slice(2);
const built = async <T>(file: string) => (await import(new URL(file, `file://${program}`).href)) as T;

const { Server } = await built<typeof ServerSource>('server/server.js');
const { MemoryLog } = await built<typeof StoreSource>('store/memory-log.js');
const { defaultAdmission } = await built<typeof AdmissionSource>('session/admission.js');
const { systemClock } = await built<typeof ClockSource>('session/clock.js');

const server = await Server.open({
  host: '127.0.0.1',
  port: 0,
  name: 'bench',
  version: '0',
  admission: { ...defaultAdmission(), connections: Number(members) },
  membersPerRoom: Number(members),
  log: new MemoryLog(),
  clock: systemClock,
});
process.stdout.write(`${server.facts.port}\n`);
process.once('SIGTERM', () => void server.close().then(() => process.exit(0)));
