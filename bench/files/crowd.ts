// Several large files at once through the server, one of them to a reader that takes 10 kB/s although it asked for all: what the
// relay holds of it, how soon chat goes through meanwhile, and whether the others feel it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientMessage } from '../../src/client/client.ts';
import { type OpenWay, openWay } from '../../src/client/way.ts';
import { systemClock } from '../../src/session/clock.ts';
import { Heartbeat } from '../../src/session/heartbeat.ts';
import { accept, enter, newProfile } from '../client.ts';
import type { BenchOptions } from '../options.ts';
import { memoryOf, pause, scratch, start } from '../processes.ts';
import { median, spread } from '../statistics.ts';
import { fixed, printTable, progress } from '../table.ts';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
/** GiB of each file, how many go quickly, and bytes that the slow reader takes in a tick of so many milliseconds. */
const SIZE = 2;
const QUICK = 3;
const TICK = 200;
const SLOW = 2_000;
/** Milliseconds between two messages whose way is timed, and for which nothing else goes on at first. */
const ASK = 20;
const CALM = 5_000;

export interface CrowdResults {
  /** Milliseconds from a post to its arrival: with nothing else, with the quick ones, with the slow one too. */
  readonly delays: readonly (readonly number[])[];
  /** Seconds of each quick one, without and with the slow one. */
  readonly seconds: readonly (readonly number[])[];
  /** Bytes: of the server before, and the most that it was, without and with the slow one. */
  readonly memory: { readonly base: number; readonly peaks: readonly number[] };
  /** Bytes that the slow one has taken. */
  readonly taken: number;
}

export async function filesInCrowd({ program, data }: BenchOptions): Promise<CrowdResults> {
  const { folder, remove } = scratch(data);
  const home = (name: string) => ({ ...process.env, TCHAT_HOME: join(folder, name) });
  const words = ['serve', '--headless', '--port', '0', '--host', '127.0.0.1'];
  const server = start(process.execPath, [program, ...words], home('server'));
  try {
    const { link, port } = JSON.parse(await server.line(line => line.includes('"listening"'))) as {
      readonly link: string;
      readonly port: number;
    };
    const file = join(folder, 'file');
    writeFileSync(file, '');
    truncateSync(file, SIZE * GIB);
    const run = (args: readonly string[], name: string) =>
      spawn(process.execPath, [program, ...args], { env: home(name), stdio: ['ignore', 'ignore', 'inherit'] });
    const over = async (child: ReturnType<typeof run>, what: string) => {
      const [code] = await once(child, 'exit');
      if (code !== 0) throw new Error(`${what} ended with ${code}`);
    };
    for (let n = 0; n < QUICK; n++) await over(run(['users', link, '--name', `takes${n}`], `takes${n}`), 'users');
    const chat = await talkers(port);
    const delays = [await chat.during(pause(CALM))];
    const base = memoryOf(server.pid);
    const peaks: number[] = [];
    const seconds: number[][] = [];
    let round = 0;
    const quickOnes = async () => {
      const took: number[] = [];
      const all = Array.from({ length: QUICK }, async (_, n) => {
        const dir = join(folder, `out${round}-${n}`);
        mkdirSync(dir);
        const takes = ['receive', link, '--name', `takes${n}`, '--dir', dir, '--count', '1', '--no-direct'];
        const receiver = over(run(takes, `takes${n}`), 'receive');
        await pause(1_000);
        const began = performance.now();
        const sends = ['send', link, '--name', `gives${n}`, '--to', `@takes${n}`, '--file', file, '--no-direct'];
        await Promise.all([receiver, over(run(sends, `gives${n}`), 'send')]);
        took.push((performance.now() - began) / 1000);
        if (statSync(join(dir, 'file')).size !== SIZE * GIB) throw new Error('not whole');
      });
      let peak = 0;
      const looking = setInterval(() => {
        peak = Math.max(peak, memoryOf(server.pid));
      }, 100);
      await Promise.all(all);
      clearInterval(looking);
      peaks.push(peak);
      seconds.push(took);
      round += 1;
    };
    progress(`${QUICK} files of ${SIZE} GiB`);
    delays.push(await chat.during(quickOnes()));
    progress(`${QUICK} files of ${SIZE} GiB, and one more to a slow reader`);
    const slow = await slowReader(port, () =>
      run(['send', link, '--name', 'gives-slowly', '--to', '@slow', '--file', file], 'slow'),
    );
    delays.push(await chat.during(quickOnes()));
    const taken = slow.stop();
    chat.close();
    progress('');
    const results = { delays, seconds, memory: { base, peaks }, taken };
    print(results);
    return results;
  } finally {
    await server.stop();
    remove();
  }
}

/** Two who talk, one line after the other. */
async function talkers(port: number) {
  const sent = new Map<string, number>();
  let delays: number[] = [];
  const hear = (message: ClientMessage) => {
    if (message.is !== 'event' || message.event.kind !== 'message' || message.event.body.kind !== 'text') return;
    const at = sent.get(message.event.body.text);
    if (at !== undefined) delays.push(performance.now() - at);
  };
  const { client: one } = await enter(port, newProfile('talks'), { presence: true });
  const { client: other } = await enter(port, newProfile('hears'), { presence: true, hear });
  let count = 0;
  return {
    /** The delays while something lasts. */
    during: async (work: Promise<unknown>): Promise<readonly number[]> => {
      delays = [];
      const target = { to: 'room', room: '#lobby' } as const;
      const posting = setInterval(() => {
        const text = `line ${count++}`;
        sent.set(text, performance.now());
        one.send({ kind: 'post', target, body: { kind: 'text', text }, action: false });
      }, ASK);
      await work;
      clearInterval(posting);
      await pause(500);
      return delays;
    },
    close: () => {
      one.close();
      other.close();
    },
  };
}

/** Accepts a file, asks for all of it at once, and reads 10 kB/s. */
async function slowReader(port: number, send: () => ReturnType<typeof spawn>) {
  let sender: ReturnType<typeof spawn> | null = null;
  let taken = 0;
  let asked = (_about: { readonly account: string; readonly id: string }) => {};
  const offered = new Promise<{ readonly account: string; readonly id: string }>(resolve => {
    asked = resolve;
  });
  const hear = (message: ClientMessage) => {
    if (message.is !== 'event' || message.event.kind !== 'offered' || message.event.id === null) return;
    asked({ account: message.event.account, id: message.event.id });
  };
  const { client } = await enter(port, newProfile('slow'), { presence: true, hear });
  sender = send();
  const about = await offered;
  const options = {
    ...{ address: { host: '127.0.0.1', port }, accept, clock: systemClock, heartbeat: new Heartbeat(systemClock) },
    ask: (query: Parameters<typeof client.query>[0]) => client.query(query),
  };
  // The offer is heard before its sender has said that they hold it.
  const opened = async (tries: number): Promise<OpenWay> => {
    try {
      return await openWay(options, { about, side: 'receive', spool: false, have: 0 });
    } catch (error) {
      if (tries === 0) throw error;
      await pause(100);
      return opened(tries - 1);
    }
  };
  const { way } = await opened(50);
  let due = 0;
  const { session } = way;
  way.heardBy({
    packet: () => {},
    data: piece => {
      taken += piece.length;
      if (taken > due) session.pause();
    },
    drained: () => {},
    closed: ({ code }) => progress(`the slow one ended: ${code}`),
  });
  way.send({ type: 'from', offset: 0, until: SIZE * GIB, direct: false });
  const reading = setInterval(() => {
    due += SLOW;
    if (due >= taken) session.resume();
  }, TICK);
  return {
    stop: () => {
      clearInterval(reading);
      const open = way.open;
      way.close('cancelled');
      client.close();
      sender?.kill('SIGTERM');
      if (!open) throw new Error('the slow reader was ended');
      return taken;
    },
  };
}

function print({ delays, seconds, memory, taken }: CrowdResults): void {
  const row = (what: string, at: number) => {
    const { p50, p99 } = spread(delays[at] as number[]);
    const took = seconds[at - 1];
    const peak = memory.peaks[at - 1];
    return [
      what,
      ...[fixed(p50, 1), fixed(p99, 1), fixed(Math.max(...(delays[at] as number[])), 1)],
      ...(took ? [fixed(median(took), 1), fixed((SIZE * GIB) / 1e6 / median(took), 0)] : ['', '']),
      peak === undefined ? '' : fixed((peak - memory.base) / MIB, 1),
    ];
  };
  printTable(
    `${QUICK} files of ${SIZE} GiB at once through the server, and one to a reader of 10 kB/s (it took ${fixed(taken / 1000, 0)} kB)`,
    ['', 'chat p50, ms', 'p99', 'worst', 'seconds of one', 'MB/s', 'server grew, MiB'],
    [row('nothing', 0), row('without the slow one', 1), row('with it', 2)],
  );
}
