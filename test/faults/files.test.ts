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
/** Of each. */
const KILLS = cases(2, 100, 'TCHAT_FAULTS');
const WHOM = ['sender', 'receiver', 'server'] as const;

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

// Red when a part begins anew after a kill, when a receiver lets more than a MiB come before it has written it, and when a name
// is given before all is there.
test.serial(
  `a file arrives whole, whoever is killed at whatever byte, and less than 1 MiB is sent again (seed ${SEED})`,
  async t => {
    t.timeout(KILLS * 60_000);
    const next = random(SEED);
    const server = await Killable.open({ args: ['--no-tls'] });
    t.teardown(() => server.close());
    // What the sender sends is counted on its way.
    const proxy = await ChaosProxy.open(server.port);
    t.teardown(() => proxy.close());
    const address = (port: number) => `tchat+plain://127.0.0.1:${port}`;
    const [alice, bob] = [temporaryHome(), temporaryHome()];
    t.teardown(() => {
      for (const each of [alice, bob]) each.remove();
    });
    // The name is bob’s before anybody sends to it.
    t.is((await runTchat(['users', address(server.port), '--name', 'bob'], { home: bob.home })).code, 0);
    const killed: Record<(typeof WHOM)[number], number> = { sender: 0, receiver: 0, server: 0 };
    const again: number[] = [];
    for (let round = 0; WHOM.some(whom => killed[whom] < KILLS); round++) {
      const bytes = randomBytes(24 * MIB);
      const name = `f${round}.bin`;
      const file = join(alice.home, name);
      writeFileSync(file, bytes);
      const out = join(bob.home, `out${round}`);
      mkdirSync(out);
      const came = proxy.came;
      const receives = ['receive', address(server.port), '--name', 'bob', '--dir', out, '--count', '1'];
      const receiver = new Stubborn(bob.home, receives);
      const sends = ['send', address(proxy.port), '--name', 'alice', '--to', '@bob', '--file', file];
      const sender = new Stubborn(alice.home, sends);
      t.teardown(() => {
        receiver.stop();
        sender.stop();
      });
      const both = Promise.all([receiver.done, sender.done]);
      let over = false;
      void both.then(() => {
        over = true;
      });
      const named = () => readdirSync(out).filter(each => !each.startsWith('.'));
      let kills = 0;
      for (;;) {
        await Promise.race([both, proxy.until(proxy.came + Math.floor(next() * 16 * MIB))]);
        // What is here is told by whoever lives: a program that has done all it was asked for would be asked once more.
        const whom = pick(
          WHOM.filter(each => killed[each] < KILLS)
            .concat('server')
            .slice(0, 3),
          next,
        );
        if (over || named().length > 0 || killed[whom] >= KILLS) break;
        kills += 1;
        killed[whom] += 1;
        if (whom === 'sender') sender.kill();
        else if (whom === 'receiver') receiver.kill();
        else {
          await server.kill();
          await server.restart();
        }
        for (const each of named()) {
          t.true(readFileSync(join(out, each)).equals(bytes), `${each} has its name before it is whole`);
        }
      }
      await both;
      t.deepEqual(named(), [name], receiver.stderr + sender.stderr);
      t.true(readFileSync(join(out, name)).equals(bytes));
      // 5: it came while the server was away, said so, and was started again.
      for (const code of [...receiver.codes, ...sender.codes])
        t.true(code === 0 || code === null || code === 5, `${code} ${receiver.stderr} ${sender.stderr}`);
      const more = proxy.came - came - bytes.length;
      // Logins, and words that go with a file, are among it.
      t.true(more < kills * MIB + 64 * 1024, `${more} bytes more than the file, with ${kills} kills`);
      if (kills > 0) again.push(more / kills);
    }
    const mean = again.reduce((sum, each) => sum + each, 0) / again.length;
    t.log(`sent again: ${Math.round(mean / 1024)} KiB a kill, at most ${Math.round(Math.max(...again) / 1024)}`);
  },
);

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
  const { came } = proxy;
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
  // What the receiver says is among it.
  const more = proxy.came - came - bytes.length;
  t.true(more < Math.min(cuts, 7) * MIB, `${more} bytes more than the file, with ${cuts} cuts`);
  t.log(`sent again: ${Math.round(more / 1024 / Math.min(cuts, 7))} KiB a cut`);
  // What is written never becomes less.
  t.deepEqual(
    seen,
    [...seen].sort((a, b) => a - b),
  );
});
