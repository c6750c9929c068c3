// Files under faults: server, sender and receiver killed at any moment, and connections cut at any byte. In the end the file is
// there as it was, under its own name and never in part.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { ChaosProxy } from '../helpers/chaos-proxy.ts';
import { openClient, openServer } from '../helpers/clients.ts';
import { FilesOf, folderOf } from '../helpers/files.ts';
import { Killable } from '../helpers/killer.ts';
import { environment, MAIN, runTchat, temporaryHome } from '../helpers/program.ts';
import { cases, pick, random, SEED } from '../helpers/tier.ts';

const MIB = 1024 * 1024;
const ROUNDS = cases(3, 100, 'TCHAT_FAULTS');

/** A program that is started again until it says that it is done. */
class Stubborn {
  readonly #args: readonly string[];
  readonly #home: string;
  #child: ChildProcess | null = null;
  /** Every end of it. */
  readonly codes: (number | null)[] = [];
  stderr = '';
  readonly done: Promise<void>;
  #resolve: () => void = () => {};
  #over = false;

  constructor(home: string, args: readonly string[]) {
    this.#home = home;
    this.#args = args;
    this.done = new Promise(resolve => {
      this.#resolve = resolve;
    });
    this.#start();
  }

  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  stop(): void {
    this.#over = true;
    this.kill();
  }

  #start(): void {
    const child = spawn(process.execPath, [MAIN, ...this.#args], {
      env: environment(this.#home),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child = child;
    child.stderr?.on('data', chunk => {
      this.stderr += String(chunk);
    });
    child.once('close', code => {
      this.codes.push(code);
      if (code === 0) this.#resolve();
      else if (!this.#over) this.#start();
    });
  }
}

test(`a file arrives whole, whoever is killed while it is on its way (seed ${SEED})`, async t => {
  t.timeout(ROUNDS * 120_000);
  const next = random(SEED);
  const server = await Killable.open({ args: ['--no-tls'] });
  t.teardown(() => server.close());
  const address = `tchat+plain://127.0.0.1:${server.port}`;
  const homes = [temporaryHome(), temporaryHome()] as const;
  t.teardown(() => {
    for (const each of homes) each.remove();
  });
  const [alice, bob] = homes;
  // The name is bob’s before anybody sends to it.
  t.is((await runTchat(['users', address, '--name', 'bob'], { home: bob.home })).code, 0);
  for (let round = 0; round < ROUNDS; round++) {
    const bytes = randomBytes(12 * MIB);
    const file = join(alice.home, `f${round}.bin`);
    writeFileSync(file, bytes);
    const out = join(bob.home, `out${round}`);
    mkdirSync(out);
    const receiver = new Stubborn(bob.home, [
      'receive',
      address,
      '--name',
      'bob',
      '--dir',
      out,
      '--count',
      '1',
      '--rate',
      '4096',
    ]);
    const sender = new Stubborn(alice.home, ['send', address, '--name', 'alice', '--to', '@bob', '--file', file]);
    t.teardown(() => {
      receiver.stop();
      sender.stop();
    });
    const killing = (async () => {
      for (let kills = 0; kills < 3; kills++) {
        await new Promise(resolve => setTimeout(resolve, 500 + next() * 2_500));
        // What is here is told by whoever lives: a program that has done all it was asked for would be asked once more.
        if (readdirSync(out).some(name => !name.startsWith('.'))) break;
        const whom = pick(['server', 'sender', 'receiver'] as const, next);
        if (whom === 'sender') sender.kill();
        else if (whom === 'receiver') receiver.kill();
        else {
          await server.kill();
          await server.restart();
        }
        for (const name of readdirSync(out).filter(each => !each.startsWith('.'))) {
          t.true(readFileSync(join(out, name)).equals(bytes), `${name} has its name before it is whole`);
        }
      }
    })();
    await Promise.all([receiver.done, sender.done, killing]);
    t.deepEqual(
      readdirSync(out).filter(name => !name.startsWith('.')),
      [`f${round}.bin`],
      receiver.stderr + sender.stderr,
    );
    t.true(readFileSync(join(out, `f${round}.bin`)).equals(bytes));
    // 5: it came while the server was away, said so, and was started again.
    for (const code of [...receiver.codes, ...sender.codes])
      t.true(code === 0 || code === null || code === 5, `${code} ${receiver.stderr} ${sender.stderr}`);
  }
});

test(`a file goes on by itself through a network that cuts everything, and nothing that was written comes again (seed ${SEED})`, async t => {
  t.timeout(300_000);
  const next = random(SEED);
  const server = await openServer(t, { spool: join(folderOf(t), 'spool') });
  const proxy = await ChaosProxy.open(server.facts.port, next);
  t.teardown(() => proxy.close());
  proxy.up.cut = 'random';
  const { port } = proxy;
  const alice = await openClient(t, 'alice', { port, reconnect: true });
  const bob = await openClient(t, 'bob', { port, reconnect: true });
  const giving = new FilesOf(t, alice, { port });
  const taking = new FilesOf(t, bob, { port });
  taking.takesAll();
  taking.transfers.setRateCap(16 * MIB);
  const seen: number[] = [];
  taking.transfers.list.listen(all => {
    for (const each of all) seen.push(each.done);
  });
  const bytes = randomBytes(24 * MIB);
  const key = await giving.offer(giving.write('a.bin', bytes), 'bob');
  let cuts = 0;
  const cutting = setInterval(() => {
    cuts += 1;
    if (cuts < 8) proxy.cut();
  }, 300);
  t.teardown(() => clearInterval(cutting));
  const come = await taking.over(key);
  t.is(come.state, 'done');
  t.true(readFileSync(come.path as string).equals(bytes));
  t.true(cuts > 1);
  // What is written never becomes less.
  t.deepEqual(
    seen,
    [...seen].sort((a, b) => a - b),
  );
});
