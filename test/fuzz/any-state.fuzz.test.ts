// A client that may send any packet in any state, as often as it likes, with everything it could know: it never acts
// as somebody else, never gets what its account may not see, and others talk on.
import { randomBytes } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { looksAlike } from '../../src/chat/skeleton.ts';
import type { AccountId } from '../../src/chat/vocabulary.ts';
import { accountOf, talkOf } from '../../src/identity/keys.ts';
import { encodeAdmin } from '../../src/protocol/admin.ts';
import type { ClientPacket } from '../../src/protocol/packet.ts';
import { clientPackets } from '../helpers/arbitraries.ts';
import {
  newId,
  newProfile,
  openClient,
  openRaw,
  openServer,
  postTo,
  postToName,
  type RawClient,
  type TestClient,
  textsOf,
} from '../helpers/clients.ts';
import { cases, SEED } from '../helpers/tier.ts';

const RUNS = cases(60);

type Step =
  | { readonly do: 'dial' | 'login' | 'honest' | 'vanish' }
  | { readonly do: 'hello'; readonly as: 'self' | 'alice' }
  | { readonly do: 'prove'; readonly name: 'mallory' | 'alice' | 'bob'; readonly wrong: boolean }
  | { readonly do: 'packet'; readonly packet: ClientPacket }
  | { readonly do: 'spy'; readonly how: number }
  | { readonly do: 'operate'; readonly how: number };

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom<Step>({ do: 'dial' }, { do: 'vanish' }) },
  { weight: 5, arbitrary: fc.constantFrom<Step>({ do: 'login' }, { do: 'honest' }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('hello' as const), as: fc.constantFrom('self' as const, 'alice' as const) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('prove' as const),
      name: fc.constantFrom('mallory' as const, 'alice' as const, 'bob' as const),
      wrong: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: clientPackets.map(packet => ({ do: 'packet' as const, packet })) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('spy' as const), how: fc.nat(28) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('operate' as const), how: fc.nat(14) }) },
);

/** A room that is alice's alone. */
const HIDDEN = '#hidden';

/** Two honest people, their secrets, and mallory. */
class Scene {
  readonly alice: TestClient;
  readonly bob: TestClient;
  readonly talk: string;
  readonly accounts: readonly AccountId[];
  readonly mallory = newProfile('mallory');
  readonly said: string[] = [];
  readonly raws: RawClient[] = [];
  raw: RawClient | null = null;
  readonly #t: ExecutionContext;
  readonly #port: number;
  #secrets = 0;

  constructor(t: ExecutionContext, port: number, alice: TestClient, bob: TestClient) {
    this.#t = t;
    this.#port = port;
    this.alice = alice;
    this.bob = bob;
    this.accounts = [alice, bob].map(each => accountOf(each.profile.key.public));
    this.talk = talkOf(...(this.accounts as [string, string]));
  }

  async dial(): Promise<RawClient> {
    const raw = await openRaw(this.#t, this.mallory, { port: this.#port });
    this.raws.push(raw);
    this.raw = raw;
    return raw;
  }

  async honest(): Promise<void> {
    const text = `SECRET ${this.#secrets++}`;
    await this.alice.does(postToName('bob', text));
    await this.bob.text(text);
    const open = `open ${this.#secrets}`;
    this.said.push(open);
    await this.bob.says('#lobby', open);
    await this.alice.says(HIDDEN, `SECRET behind a door ${this.#secrets}`);
  }

  /** What a curious client would send to read the talk of others, or to write in it. */
  spy(how: number): ClientPacket {
    const id = this.alice.events.find(event => event.id)?.id ?? '00000000-0000-7000-8000-000000000000';
    const range = { before: null, after: 0, since: null, limit: 200 } as const;
    const [alice, bob] = this.accounts as [string, string];
    const text = { kind: 'text', text: 'forged' } as const;
    const list: ClientPacket[] = [
      { type: 'watch', id, rooms: 'all', private: true },
      {
        type: 'query',
        ref: 1,
        query: { kind: 'history', scope: { of: 'conversation', conversation: this.talk }, ...range },
      },
      { type: 'query', ref: 2, query: { kind: 'history', scope: { of: 'all' }, ...range } },
      { type: 'query', ref: 3, query: { kind: 'history', scope: { of: 'own' }, ...range } },
      { type: 'command', id, command: postTo('#lobby', 'forged') },
      {
        type: 'command',
        id,
        command: { kind: 'post', target: { to: 'account', account: bob }, body: text, action: false },
      },
      {
        type: 'command',
        id,
        command: { kind: 'post', target: { to: 'account', account: alice }, body: text, action: true },
      },
      {
        type: 'command',
        id,
        command: { kind: 'post', target: { to: 'room', room: `#${this.talk}` }, body: text, action: false },
      },
      { type: 'query', ref: 4, query: { kind: 'members', room: this.talk.replace('~', '#') } },
      ...this.#aboutTalk(),
      ...this.#aboutHidden(),
      ...this.#asOperator(),
    ];
    return list[how % list.length] as ClientPacket;
  }

  /** Changes and answers to what the two said to each other, by its true author and id; and how far it was read. */
  #aboutTalk(): ClientPacket[] {
    const secret = this.alice.events.find(event => event.conversation === this.talk);
    const about = { account: secret?.account ?? '*', id: secret?.id ?? newId() };
    const body = { kind: 'text', text: 'forged' } as const;
    const target = { to: 'room', room: '#lobby' } as const;
    const ours = this.bob.events.find(event => event.kind === 'message' && event.conversation === '#lobby');
    const open = { account: ours?.account ?? '*', id: ours?.id ?? newId() };
    const range = { before: null, after: null, limit: 200 };
    return [
      { type: 'command', id: newId(), command: { kind: 'edit', about, body } },
      { type: 'command', id: newId(), command: { kind: 'delete', about } },
      { type: 'command', id: newId(), command: { kind: 'react', about, reaction: 'x', on: true } },
      { type: 'command', id: newId(), command: { kind: 'post', target, body, action: false, reply: about } },
      { type: 'command', id: newId(), command: { kind: 'edit', about: open, body } },
      { type: 'command', id: newId(), command: { kind: 'delete', about: open } },
      { type: 'mark', conversation: this.talk, position: 2 ** 52 },
      { type: 'stored', position: 2 ** 52 },
      { type: 'query', ref: 5, query: { kind: 'history', scope: { of: 'private' }, since: null, ...range } },
      { type: 'query', ref: 6, query: { kind: 'search', text: 'SECRET', conversation: null, from: null, ...range } },
      { type: 'query', ref: 7, query: { kind: 'search', text: '!', conversation: this.talk, from: null, ...range } },
      { type: 'query', ref: 8, query: { kind: 'conversations', since: 0 } },
    ];
  }

  #aboutHidden(): ClientPacket[] {
    const target = { to: 'name', name: 'mallory' } as const;
    const range = { before: null, after: null, limit: 200 };
    const scope = { of: 'conversation', conversation: HIDDEN } as const;
    return [
      { type: 'watch', id: newId(), rooms: [HIDDEN, '#secret'], private: false },
      { type: 'command', id: newId(), command: { kind: 'join', room: HIDDEN } },
      { type: 'command', id: newId(), command: { kind: 'invite', room: HIDDEN, target } },
      { type: 'query', ref: 9, query: { kind: 'history', scope, since: null, ...range } },
      { type: 'query', ref: 10, query: { kind: 'search', text: 'SECRET', conversation: HIDDEN, from: null, ...range } },
      { type: 'query', ref: 11, query: { kind: 'rooms' } },
    ];
  }

  #asOperator(): ClientPacket[] {
    const attach = { type: 'attach', version: '0', log: true, numbers: true } as const;
    const command = { kind: 'role', target: { to: 'name', name: 'mallory' }, role: 'operator' } as const;
    const requests = [attach, { type: 'command', id: newId(), command }] as const;
    return requests.map(request => ({ type: 'admin', request: encodeAdmin(request) }));
  }

  operate(how: number): ClientPacket {
    const id = '00000000-0000-7000-8000-00000000000a';
    const commands = [
      { kind: 'kick', target: { to: 'name', name: 'bob' }, reason: 'x' },
      { kind: 'limit', connections: 1 },
      { kind: 'broadcast', text: 'forged' },
      { kind: 'topic', room: '#secret', text: 'forged' },
      { kind: 'visibility', room: '#secret', visibility: 'hidden' },
      { kind: 'visibility', room: HIDDEN, visibility: 'public' },
      { kind: 'retain', room: null, keep: { days: 1, bytes: 1 } },
      { kind: 'role', target: { to: 'name', name: 'mallory' }, role: 'operator' },
      { kind: 'role', target: { to: 'account', account: accountOf(this.mallory.key.public) }, role: 'operator' },
      { kind: 'release', name: 'bob' },
      { kind: 'exempt', network: '0.0.0.0/0', on: true },
      { kind: 'make-invite', uses: 1, hours: 1, note: '' },
      { kind: 'list-invites' },
      { kind: 'rename', name: 'alice' },
      { kind: 'rename', name: 'a1ice' },
    ] as const;
    return { type: 'command', id, command: commands[how % commands.length] as (typeof commands)[number] };
  }
}

async function take(scene: Scene, step: Step): Promise<void> {
  const raw = scene.raw?.socket.destroyed === false ? scene.raw : await scene.dial();
  switch (step.do) {
    case 'dial':
      await scene.dial();
      return;
    case 'vanish':
      raw.socket.resetAndDestroy();
      return;
    case 'honest':
      await scene.honest();
      return;
    case 'login': {
      const fresh = await scene.dial();
      await Promise.race([fresh.login(), fresh.closed()]);
      return;
    }
    case 'hello':
      raw.send(
        raw.hello(
          step.as === 'alice' ? { key: scene.alice.profile.key.public, device: scene.alice.profile.device } : {},
        ),
      );
      return;
    case 'prove': {
      // Alice's key in the hello, and whatever mallory can sign.
      const fresh = await scene.dial();
      const hello = fresh.hello(step.wrong ? { key: scene.alice.profile.key.public } : {});
      fresh.send(hello);
      const login = await fresh.answer(hello, step.wrong ? { nonce: randomBytes(32) } : {});
      fresh.send({ ...login, name: step.name });
      await Promise.race([fresh.packet('welcome'), fresh.closed()]);
      return;
    }
    case 'packet':
      raw.send(step.packet);
      return;
    case 'spy':
      raw.send(scene.spy(step.how));
      return;
    case 'operate':
      raw.send(scene.operate(step.how));
      return;
    default:
      step satisfies never;
  }
}

// Red when the gate takes the account from the packet, a reach lets anybody in, a hidden room is listed, who edits is not
// asked, or a role is not.
test('a client that sends anything in any state gains nothing', async t => {
  t.timeout(120_000 + RUNS * 1_000);
  t.log(`TCHAT_SEED=${SEED}, ${RUNS} runs`);
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 30 }), async list => {
      const server = await openServer(t);
      const { port } = server.facts;
      const scene = new Scene(t, port, await openClient(t, 'alice', { port }), await openClient(t, 'bob', { port }));
      await scene.alice.join('#secret');
      await scene.alice.join(HIDDEN);
      await scene.alice.does({ kind: 'visibility', room: HIDDEN, visibility: 'hidden' });
      for (const step of list) await take(scene, step);
      await scene.honest();
      await scene.alice.text(scene.said.at(-1) as string);
      check(t, scene);
      scene.alice.client.close();
      scene.bob.client.close();
      for (const raw of scene.raws) raw.socket.destroy();
      await server.close();
    }),
    // Shrinking would play each scene again, and wait for each answer that never comes.
    { numRuns: RUNS, seed: SEED, endOnFailure: true },
  );
  t.pass();
});

// Red when the server leaves the proof of an invite or of the password to the client.
test('who has neither invite nor password never comes into a closed server, whatever they send', async t => {
  t.timeout(120_000 + RUNS * 1_000);
  const password = { salt: randomBytes(16), key: randomBytes(32) };
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 20 }), fc.boolean(), async (list, both) => {
      const entry = { inviteOnly: true, secret: randomBytes(32), password: both ? password : null };
      const server = await openServer(t, { entry });
      const { port } = server.facts;
      const made = await server.admin(() => {}, false).command({ kind: 'make-invite', uses: 2, hours: 1, note: '' });
      const invite = made.ok ? String(made.notes?.[0]?.params['token']) : '';
      const [alice, bob] = [
        await openClient(t, 'alice', { port, invite }),
        await openClient(t, 'bob', { port, invite }),
      ];
      const scene = new Scene(t, port, alice, bob);
      await alice.join('#secret');
      for (const step of list) await take(scene, step);
      await scene.honest();
      await alice.text(scene.said.at(-1) as string);
      for (const raw of scene.raws) {
        if (raw.packets.some(packet => packet.type !== 'challenge')) t.fail('mallory came in');
      }
      for (const client of [alice, bob]) client.client.close();
      for (const raw of scene.raws) raw.socket.destroy();
      await server.close();
    }),
    { numRuns: Math.ceil(RUNS / 3), seed: SEED, endOnFailure: true },
  );
  t.pass();
});

function check(t: ExecutionContext, { alice, bob, raws, talk, said, accounts, mallory }: Scene): void {
  const account = accountOf(mallory.key.public);
  for (const raw of raws) {
    for (const packet of raw.packets) {
      const words = JSON.stringify(packet);
      if (words.includes('SECRET') || words.includes(`"conversation":"${talk}"`)) t.fail(`mallory got ${words}`);
      if (packet.type === 'welcome' && (packet.account !== account || packet.role !== 'member'))
        t.fail(`mallory became ${words}`);
      if (packet.type === 'admin') t.fail('mallory has an admin session');
      if (packet.type === 'role') t.fail(`mallory became ${words}`);
      if (packet.type === 'ack' && packet.notes) t.fail(`mallory was told ${words}`);
      if (!words.includes(HIDDEN)) continue;
      // Of a room by the name of which mallory asks, a refusal names it; a query may not even tell that there is one.
      if (packet.type !== 'refused' || (packet.ref !== null && packet.code !== 'no-such-room'))
        t.fail(`mallory heard of a hidden room: ${words}`);
    }
  }
  for (const client of [alice, bob]) {
    for (const event of client.events) {
      const [text] = textsOf([event]);
      const honest = text === undefined || text.startsWith('SECRET') || said.includes(text);
      if (accounts.includes(event.account) && !honest) t.fail(`somebody spoke as ${event.from}: ${text}`);
      const changed = event.kind === 'edited' || event.kind === 'deleted' ? event.about.account : null;
      if (changed !== null && changed !== event.account)
        t.fail(`somebody changed what another one said: ${event.kind}`);
      if (event.kind === 'renamed' && accounts.includes(event.account)) t.fail('an honest person was renamed');
      if (event.kind === 'renamed' && looksAlike(event.name, 'alice')) t.fail(`mallory looks like ${event.name}`);
      if (event.conversation === talk && !accounts.includes(event.account)) t.fail('somebody spoke between the two');
      if (['kicked', 'broadcast', 'topic'].includes(event.kind) && event.account !== account) t.fail(event.kind);
      if (
        event.kind === 'kicked' ||
        event.kind === 'broadcast' ||
        (event.kind === 'topic' && event.conversation === '#secret')
      )
        t.fail(event.kind);
    }
    if (client.messages.some(message => message.is === 'over')) t.fail('an honest client was thrown out');
  }
}
