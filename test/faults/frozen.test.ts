// A fifth of a room stops reading: processes that the system has stopped, and connections that nobody reads. The others go on
// as if nothing was, the server holds no more than 512 KiB for each, and thawed they get everything, in order, once (R2, D4).
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { Client } from '../../src/client/client.ts';
import { OUTBOUND_QUEUED, OUTBOUND_STALLED } from '../../src/limits.ts';
import type { Server } from '../../src/server/server.ts';
import { systemClock } from '../../src/session/clock.ts';
import { SqliteLog } from '../helpers/built-store.ts';
import { newProfile, openClient, openServer, postTo, type TestClient } from '../helpers/clients.ts';
import { numbered, numberOf } from '../helpers/numbered.ts';
import { settled } from '../helpers/proc.ts';
import { temporaryHome } from '../helpers/program.ts';
import { cases } from '../helpers/tier.ts';

const ROOM = '#frozen';
const MEMBERS = 50;
/** Of them, processes that are stopped, and connections that are not read. */
const STOPPED = 5;
const PAUSED = 5;
/** Messages a second, bytes of each, and seconds of them while some are frozen: less than would cut them off. */
const RATE = 500;
const BYTES = 1_024;
const SECONDS = cases(4, OUTBOUND_STALLED / 1_000 - 10, 'TCHAT_FAULTS');
/** What fills the system's own buffers for a connection, however large they are: messages at a time, and bytes of each. */
const FILLING = 250;
const FILLING_BYTES = 8_000;
const FILLINGS = 40;
/** Bytes that the server may hold for each. */
const HELD = 512 * 1_024;
/** Milliseconds that only a failure takes. */
const PATIENCE = 60_000;

/** A member in this process. */
class Reader {
  readonly client: Client;
  readonly numbers: number[] = [];
  in = false;
  over: Error | null = null;

  constructor(t: ExecutionContext, port: number, name: string) {
    const facts = { profile: newProfile(name), presence: true, client: 'test', reconnect: false, clock: systemClock };
    this.client = new Client({ address: { host: '127.0.0.1', port }, ...facts }, message => {
      if (message.is === 'online') this.client.send({ kind: 'join', room: ROOM });
      if (message.is === 'acked') this.in = true;
      if (message.is === 'over') this.over = message.error;
      const number = message.is === 'event' ? numberOf(message.event) : null;
      if (number !== null) this.numbers.push(number);
    });
    t.teardown(() => this.client.close());
    this.client.start();
  }
}

/** A member in a process of its own, which can be stopped. */
class ReaderProcess {
  readonly #child: ChildProcess;
  readonly entered: Promise<unknown>;

  constructor(t: ExecutionContext, port: number, name: string) {
    const file = fileURLToPath(new URL('../helpers/frozen-reader.ts', import.meta.url));
    this.#child = fork(file, [String(port), name, ROOM], { execArgv: ['--import=tsx'] });
    t.teardown(() => this.#child.kill('SIGKILL'));
    this.entered = this.#heard();
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }

  async numbers(): Promise<readonly number[]> {
    const heard = this.#heard();
    this.#child.send('numbers');
    return ((await heard) as { numbers: number[] }).numbers;
  }

  #heard(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const gone = () => reject(new Error('a reader has ended'));
      this.#child.once('exit', gone);
      this.#child.once('message', message => {
        this.#child.off('exit', gone);
        resolve(message);
      });
    });
  }
}

// Broken once by a delivery that does not ask whether a reader is full (the queues), and by one that does not catch up when
// there is room again (whoever was behind, if only for a moment, misses the rest).
test(`${STOPPED + PAUSED} of ${MEMBERS} members frozen for ${SECONDS} s of talk cost the server little, and miss nothing`, async t => {
  t.timeout(60_000 + SECONDS * 1_000 + PATIENCE);
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  const server = await openServer(t, { log: await SqliteLog.open(join(home, 'chat.db')) });
  const { port } = server.facts;
  const author = await openClient(t, 'author', { port });
  await author.join(ROOM);
  const others = Array.from({ length: MEMBERS - STOPPED - PAUSED - 1 }, (_, n) => new Reader(t, port, `other-${n}`));
  const paused = Array.from({ length: PAUSED }, (_, n) => new Reader(t, port, `paused-${n}`));
  const stopped = Array.from({ length: STOPPED }, (_, n) => new ReaderProcess(t, port, `stopped-${n}`));
  await Promise.all(stopped.map(each => each.entered));
  await settled(() => ([...others, ...paused].every(each => each.in) ? null : 'not all are in'), PATIENCE);

  const said = new Counter(author);
  await said.all(20, BYTES);
  await read(others, said.count);
  await read(paused, said.count);
  const queues = new Queues(server);
  t.teardown(() => queues.stop());
  for (const each of paused) each.client.pause();
  for (const each of stopped) each.signal('SIGSTOP');
  const frozen = (held: ReadonlyMap<string, number>) => [...held].filter(([name]) => /^(paused|stopped)-/.test(name));
  // At rest: in the middle of it a queue may be long although the system still takes more.
  const behind = () => frozen(queues.now()).filter(([, held]) => held > OUTBOUND_QUEUED).length;
  for (let n = 0; n < FILLINGS && behind() < STOPPED + PAUSED; n++) {
    await said.all(FILLING, FILLING_BYTES);
    await read(others, said.count);
  }
  await said.paced(RATE, SECONDS, BYTES);
  await read(others, said.count);
  t.true(
    paused.every(each => each.numbers.length === 20),
    'nobody reads what is paused',
  );
  t.is(behind(), STOPPED + PAUSED, 'all of them are behind');
  t.deepEqual(
    [...queues.most].filter(([, most]) => most > HELD),
    [],
  );

  for (const each of paused) each.client.resume();
  for (const each of stopped) each.signal('SIGCONT');
  await said.all(1, BYTES);
  await read(paused, said.count);
  const whole = Array.from({ length: said.count }, (_, n) => n);
  for (const each of [...paused, ...others]) t.deepEqual(each.numbers, whole);
  for (const each of stopped) {
    let numbers: readonly number[] = [];
    const begin = performance.now();
    while (numbers.length < said.count && performance.now() - begin < PATIENCE) numbers = await each.numbers();
    t.deepEqual(numbers, whole);
  }
  t.log(
    `at most ${Math.round(Math.max(...frozen(queues.most).map(([, most]) => most)) / 1_024)} KiB held for one of them`,
  );
});

/** Messages with rising numbers. */
class Counter {
  readonly #author: TestClient;
  count = 0;

  constructor(author: TestClient) {
    this.#author = author;
  }

  /** As fast as they are acked. */
  async all(messages: number, bytes: number): Promise<void> {
    for (let n = 0; n < messages; n++) this.#say(bytes);
    await this.#answered();
  }

  /** So many a second. */
  async paced(rate: number, seconds: number, bytes: number): Promise<void> {
    const begin = performance.now();
    for (let sent = 0; sent < rate * seconds; ) {
      for (; sent < ((performance.now() - begin) * rate) / 1_000 && sent < rate * seconds; sent++) this.#say(bytes);
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    await this.#answered();
  }

  #say(bytes: number): void {
    this.#author.client.send(postTo(ROOM, numbered(this.count++, bytes)));
  }

  #answered(): Promise<void> {
    return settled(() => (this.#author.client.unanswered === 0 ? null : 'not all are acked'), PATIENCE);
  }
}

/** The most that the server held for each account, looked at in every turn of the loop. */
class Queues {
  readonly most = new Map<string, number>();
  readonly #admin: ReturnType<Server['admin']>;
  #running = true;

  constructor(server: Server) {
    this.#admin = server.admin(() => {});
    this.#look();
  }

  stop(): void {
    this.#running = false;
    this.#admin.close();
  }

  now(): ReadonlyMap<string, number> {
    return new Map(this.#admin.snapshot().users.map(({ name, queuedBytes }) => [name, queuedBytes]));
  }

  #look(): void {
    if (!this.#running) return;
    for (const [name, held] of this.now()) this.most.set(name, Math.max(this.most.get(name) ?? 0, held));
    setImmediate(() => this.#look());
  }
}

/** Resolves when all have read so many. */
async function read(readers: readonly Reader[], count: number): Promise<void> {
  await settled(() => {
    const over = readers.find(each => each.over);
    if (over) throw over.over;
    const behind = readers.filter(each => each.numbers.length < count);
    return behind.length === 0 ? null : `${behind.length} have not read ${count}: ${behind[0]?.numbers.length}`;
  }, PATIENCE);
}
