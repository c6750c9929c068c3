// A crowd that comes back: full logins a second, each with a connection, TLS where there is some, and the key's proof; and
// beside them what the connection alone costs a bare server.
import { Crowd } from './fan-out/crowd.ts';
import { type ServerName, startServer } from './fan-out/servers.ts';
import type { BenchOptions } from './options.ts';
import { cpuOf, pause } from './processes.ts';
import { median } from './statistics.ts';
import { fixed, printTable, progress } from './table.ts';

/** People of the crowd. Their names are theirs before anything is measured, and each comes back again and again. */
const PEOPLE = 500;
const COMPARED: readonly ServerName[] = ['tchat', 'bare-tls', 'plain', 'bare'];

/** One entry a run. */
export interface Logins {
  readonly server: string;
  readonly perSecond: number[];
  /** Microseconds of the server's CPU for a login, and of the generator's. */
  readonly serverCpu: number[];
  readonly loadCpu: number[];
}

export async function logins(options: BenchOptions): Promise<readonly Logins[]> {
  const { runs, servers, program, seconds } = options;
  const compared = COMPARED.filter(name => servers === null || servers.includes(name));
  const results: Logins[] = compared.map(server => ({ server, perSecond: [], serverCpu: [], loadCpu: [] }));
  const started = await Promise.all(
    compared.map(name => startServer(name, { program, members: PEOPLE, profile: options.profile })),
  );
  try {
    for (const server of started) {
      progress(`the crowd meets ${server.name}`);
      await meet(server);
    }
    for (let run = 1; run <= runs; run++) {
      for (const [at, server] of started.entries()) {
        progress(`run ${run} of ${runs}: logins, ${server.name}`);
        const before = { server: cpuOf(server.pid), load: process.cpuUsage(), at: performance.now() };
        let count = 0;
        do {
          await meet(server);
          count += PEOPLE;
        } while (performance.now() - before.at < seconds * 1000);
        const span = (performance.now() - before.at) / 1000;
        const { user, system } = process.cpuUsage(before.load);
        const result = results[at] as Logins;
        result.perSecond.push(count / span);
        result.serverCpu.push(((cpuOf(server.pid) - before.server) / count) * 1e6);
        result.loadCpu.push((user + system) / count);
        await pause(200);
      }
    }
  } finally {
    await Promise.all(started.map(server => server.stop()));
  }
  progress('');
  printTable(
    `logins of ${PEOPLE} people who come back, 32 at a time`,
    ['server', 'a second', 'server CPU, µs', 'generator CPU, µs'],
    results.map(({ server, perSecond, serverCpu, loadCpu }) => [
      server,
      ...[perSecond, serverCpu, loadCpu].map(figures => fixed(median(figures), 0)),
    ]),
  );
  return results;
}

/** All of them come in, and leave. */
async function meet(server: Awaited<ReturnType<typeof startServer>>): Promise<void> {
  const crowd = new Crowd(server);
  await crowd.enter(PEOPLE, false, { waits: false });
  crowd.leave();
}
