// A5 under load: somebody says all they can, on every session they have, while they are kicked, banned or muted. What was
// decided before the sanction is kept before it and heard before its ack; behind the ack nothing of theirs appears to anybody.
import type { ChatEvent, Command } from '../../src/chat/vocabulary.ts';
import type { ServerPacket } from '../../src/protocol/packet.ts';
import { newId } from './clients.ts';
import { type Act, LIKES, type Outcome, OWNER } from './rule-model.ts';
import { type Flood, type Open, pickAt, type RuleProgram } from './rule-program.ts';

/** Posts of each session before the sanction, and as many behind it. */
const POSTS = 6;
/** Answers to wait for while somebody logs in and says something. */
const TURNS = 4;

interface Sent {
  readonly by: Open;
  readonly id: string;
  readonly to: string;
  readonly text: string;
}

export async function flood(program: RuleProgram, at: number, { by, how, lasts, held, late }: Flood): Promise<void> {
  const { model } = program;
  const target = program.whoAt(at);
  const { name = '', address = '' } = target ?? {};
  if (!target) return;
  const sessions = model.sessions.filter(each => each.name === name);
  const room = pickAt([...model.rooms.keys()], by);
  const act = sanction(how, name, room, lasts);
  const actor = program.whoMay(by % 4 === 0 ? null : act, by);
  if (actor?.name === name) return;
  // Where each message would change what the next one may, the model cannot say how many came through.
  const places = [room, 'ann'].filter(to => !model.rooms.get(to)?.slow && (to.startsWith('#') || model.known.has(to)));
  const before = new Map(places.map(to => [to, model.judge(name, { do: 'post', to, text: '' })]));
  const refusal = model.judge(actor?.name ?? OWNER, act);
  const sent: Sent[] = [];
  const early: Sent[] = [];
  /** Whoever comes in meanwhile says something at once. */
  const hurried = (open: Open | string) => {
    if (typeof open !== 'string')
      for (const to of places) early.push({ ...sendPost(open.peer, program, to), by: open, to });
    return open;
  };
  const say = () => {
    for (let n = 0; n < POSTS; n++) {
      for (const each of sessions) {
        for (const to of places) sent.push({ ...sendPost(each.peer, program, to), by: each, to });
        each.peer.raw.send({ type: 'status', away: `words of ${name}` });
      }
    }
  };

  // Time for what was sent to be decided: a login takes two answers.
  const turns = async (open: readonly Open[]) => {
    for (let n = 0; n < TURNS; n++) for (const { peer } of open) await peer.settled();
  };

  if (held) program.hold();
  say();
  for (const { peer } of sessions) await peer.settled();
  const lateLogin = late && act.do !== 'mute' ? program.login(name, address).then(hurried) : null;
  if (lateLogin) await turns(sessions);
  // With the login on its way to the disk, and the sanction behind it.
  if (held) {
    say();
    for (const { peer } of sessions) await peer.settled();
    program.letGo();
  }
  const answer = answered(program, actor, program.command(act));
  say();
  await actor?.peer.settled();
  if (held && lateLogin) {
    program.letGo();
    await turns(model.sessions.filter(each => each.name !== name));
  }
  if (held) program.release();
  const found = await answer;
  const code = typeof found === 'string' ? found : null;
  program.same(`${actor?.name ?? OWNER} does ${JSON.stringify(act)} in a flood`, code, refusal);
  const acked = typeof found === 'number' ? found : Number.POSITIVE_INFINITY;
  // Its sessions that are still there are answered in their order.
  if (refusal !== null || act.do === 'mute') for (const { by: each, id } of sent) await each.peer.answered(id);

  const stays = await latecomer(program, lateLogin, { act, early, acked, name, before });
  // Which of them came through, and where.
  const mine = program.events.filter(each => [...sent, ...early].some(({ id }) => id === each.id));
  const last = Math.max(
    0,
    ...mine.filter(each => concerns(act, each) && !early.some(({ id }) => id === each.id)).map(each => each.position),
  );
  if (refusal === null && last > acked) throw new Error(`${JSON.stringify(act)} at ${acked}, and something at ${last}`);
  for (const event of mine) {
    const { to, text } = [...sent, ...early].find(({ id }) => id === event.id) as Sent;
    program.same(`a post to ${to} in a flood`, null, before.get(to));
    model.take(name, { do: 'post', to, text }, event.id ?? '');
  }
  for (const [to, silent] of before) {
    if (silent !== null) continue;
    // All of the first half came through, and of a sanction that is refused the second too.
    const least = sessions.length * POSTS * (refusal === null ? 1 : held ? 3 : 2);
    const count = mine.filter(event => sent.some(each => each.id === event.id && each.to === to)).length;
    if (count < least)
      throw new Error(`of ${least} posts to ${to} before ${JSON.stringify(act)} only ${count} came through`);
  }
  if (refusal !== null) {
    if (stays) model.enters(stays);
    return;
  }
  if (actor) behindTheAck(program, act, actor, name, acked);
  await program.happened(actor?.name ?? OWNER, act, newId());
  if (stays) model.enters(stays);

  // A round for everybody who is left, and everything that was pushed before has come.
  const observers = model.sessions.filter(each => each.name !== name);
  for (const { peer } of observers) await peer.settled();
  const heard = observers.map(({ peer }) => peer.raw.packets.length);
  const still = model.sessions.filter(each => sessions.includes(each));
  for (const { peer } of still) {
    for (const to of places) {
      const { id } = sendPost(peer, program, to);
      const wanted = model.judge(name, { do: 'post', to, text: '' });
      const outcome = await peer.answered(id);
      if (typeof outcome === 'number') {
        const text = textOf(program.events.findLast(each => each.id === id));
        model.take(name, { do: 'post', to, text }, id);
      }
      program.same(
        `a post to ${to} after ${JSON.stringify(act)}`,
        typeof outcome === 'string' ? outcome : null,
        wanted,
      );
    }
    peer.raw.send({ type: 'status', away: `more words of ${name}` });
    await peer.settled();
  }
  for (const { peer } of observers) await peer.settled();
  for (const [n, { peer }] of observers.entries()) {
    const more = peer.raw.packets.slice(heard[n]).find(packet => isTheirs(program, act, packet, name));
    if (more) throw new Error(`${peer.name} hears of ${name} after ${JSON.stringify(act)}: ${JSON.stringify(more)}`);
  }
}

function sanction(how: Flood['how'], name: string, room: string, lasts: number | null): Act {
  const like = Object.entries(LIKES).find(([, meets]) => meets === name)?.[0];
  if (how === 'kick') return { do: 'kick', whom: name };
  if (how === 'mute') return { do: 'mute', whom: name, room: null, lasts };
  if (how === 'mute-room') return { do: 'mute', whom: name, room, lasts };
  if (how === 'ban-name' && like) return { do: 'ban', of: { by: 'name', name: like }, lasts };
  return { do: 'ban', of: { by: 'account', name }, lasts };
}

function sendPost(
  peer: Open['peer'],
  program: RuleProgram,
  to: string,
): { readonly id: string; readonly text: string } {
  const text = program.newText();
  return { id: peer.send(program.command({ do: 'post', to, text })), text };
}

/** A position, or the code of a refusal. */
async function answered(
  { admin, events }: RuleProgram,
  actor: Open | null,
  command: Command,
): Promise<number | string> {
  if (actor) return actor.peer.answered(actor.peer.send(command));
  const result = await admin.command(command);
  if (!result.ok) return result.code;
  return events.findLast(({ kind }) => kind === 'kicked' || kind === 'banned' || kind === 'muted')?.position ?? 0;
}

/** Whether an event is what a sanction ends. */
function concerns(act: Act, { conversation }: ChatEvent): boolean {
  return act.do !== 'mute' || act.room === null || act.room === conversation;
}

/** On the wire of whoever asked for it, everything of theirs stands before the ack. */
function behindTheAck(program: RuleProgram, act: Act, { peer }: Open, name: string, acked: number): void {
  const { packets } = peer.raw;
  const from = packets.findIndex(packet => packet.type === 'ack' && packet.position === acked);
  const more = packets.slice(from).find(packet => packet.type === 'event' && isTheirs(program, act, packet, name));
  if (from < 0 || more)
    throw new Error(`${peer.name} hears ${JSON.stringify(more)} behind the ack of ${JSON.stringify(act)}`);
}

function isTheirs(program: RuleProgram, act: Act, packet: ServerPacket, name: string): boolean {
  if (packet.type === 'presence')
    return act.do === 'mute' && act.room === null && packet.name === name && packet.away !== '' && packet.away !== null;
  if (packet.type !== 'event' || packet.event.kind !== 'message') return false;
  return packet.event.account === program.account(name) && concerns(act, packet.event);
}

interface Late {
  readonly act: Act;
  readonly early: readonly Sent[];
  readonly acked: number;
  readonly name: string;
  readonly before: ReadonlyMap<string, Outcome>;
}

/** Who logs in while they are kept out is not in; who was only kicked may be, and is out again if they were too early. */
async function latecomer(program: RuleProgram, login: Promise<Open | string> | null, late: Late): Promise<Open | null> {
  const { act, early, acked, name, before } = late;
  const found = await login;
  if (!found) return null;
  const refused = acked === Number.POSITIVE_INFINITY;
  const out = act.do === 'ban' ? 'banned' : 'kicked';
  if (typeof found === 'string') {
    program.same(`${name} comes meanwhile`, found, refused ? null : out);
    return null;
  }
  const met = await Promise.race([found.peer.raw.closed(), found.peer.settled()]);
  if (met) {
    program.same(`${name} is out again`, met.code, refused ? null : out);
    const said = program.events.find(each => each.position > acked && early.some(({ id }) => id === each.id));
    if (said) throw new Error(`${name} came in meanwhile and said something at ${said.position}, after ${acked}`);
    return null;
  }
  if (act.do === 'ban' && !refused) throw new Error(`${name} has come in`);
  for (const { by, to, id } of early)
    program.same(`${name} says to ${to}`, codeOf(await by.peer.answered(id)), before.get(to));
  return found;
}

function codeOf(answer: number | string): Outcome {
  return typeof answer === 'string' ? answer : null;
}

function textOf(event: ChatEvent | undefined): string {
  return event?.kind === 'message' && event.body.kind === 'text' ? event.body.text : '';
}
