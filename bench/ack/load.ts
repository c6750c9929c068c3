// The senders, in a process of their own. Open loop: a message is due at its time whatever became of those before it, and
// its latency counts from that time, so that a server that stalls is charged for everything that had to wait.
import { obeying } from '../load-process.ts';
import { cpuOf, pause } from '../processes.ts';
import { spread } from '../statistics.ts';
import { Sender } from './sender.ts';

export type AckOrder =
  | {
      readonly do: 'enter';
      readonly port: number;
      readonly tls: boolean;
      readonly pid: number;
      readonly senders: number;
      readonly bytes: number;
    }
  | { readonly do: 'open'; readonly rate: number; readonly seconds: number }
  | { readonly do: 'closed'; readonly inFlight: number; readonly seconds: number }
  | { readonly do: 'leave' };

/** Milliseconds; `late`: by how much the generator itself sent after the time, which the latencies have in them. */
export interface Acks {
  readonly acks: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly late: { readonly p50: number; readonly p99: number };
  /** Shares of one core. */
  readonly serverShare: number;
  readonly loadShare: number;
}

/** Seconds before the measured time. */
const WARM = 0.5;
/** Milliseconds after which an ack that has not come is lost. */
const LOST = 10_000;
/** Milliseconds between two looks at what is due. */
const TICK = 1;

let crowd: { senders: readonly Sender[]; pid: number } | null = null;
let heard: (count: number, at: number) => void = () => {};
/** Counts go on through all measurements: no id comes twice. */
let next = 0;

async function enter({ port, tls, pid, senders, bytes }: AckOrder & { do: 'enter' }): Promise<void> {
  const acked = (count: number) => heard(count, performance.now());
  const opened: Sender[] = [];
  for (let n = 0; n < senders; n++)
    opened.push(await Sender.open({ port, tls, name: `sender-${bytes}-${n}`, bytes }, acked));
  crowd = { senders: opened, pid };
}

async function openLoop(rate: number, seconds: number): Promise<Acks> {
  const { senders, pid } = present();
  const first = next;
  const total = Math.round(rate * (WARM + seconds));
  const begin = performance.now() + 5;
  const due = (message: number) => begin + (message * 1000) / rate;
  const measured = new Noted(total, Math.round(rate * WARM));
  const late: number[] = [];
  heard = (count, at) => measured.note(count - first, at - due(count - first));
  const look = watch(pid);
  for (let sent = 0; sent < total; ) {
    const now = performance.now();
    const counts: number[][] = senders.map(() => []);
    for (; sent < total && due(sent) <= now; sent++) {
      counts[sent % senders.length]?.push(first + sent);
      late.push(now - due(sent));
    }
    for (const [at, some] of counts.entries()) if (some.length > 0) senders[at]?.post(some);
    if (sent < total) await pause(Math.max(TICK, due(sent) - performance.now()));
  }
  next = first + total;
  await measured.all(senders);
  return { ...measured.result(late), ...look(), perSecond: rate };
}

/** As fast as acks come: each sender keeps so many messages without one. */
async function closedLoop(inFlight: number, seconds: number): Promise<Acks> {
  const { senders, pid } = present();
  const sentAt = new Map<number, { at: number; sender: Sender }>();
  const times: number[] = [];
  let measuring = false;
  let stopping = false;
  const post = (sender: Sender, many: number) => {
    const at = performance.now();
    const counts = Array.from({ length: many }, () => next++);
    for (const count of counts) sentAt.set(count, { at, sender });
    sender.post(counts);
  };
  heard = (count, at) => {
    const sent = sentAt.get(count);
    if (!sent) return;
    sentAt.delete(count);
    if (measuring) times.push(at - sent.at);
    if (!stopping) post(sent.sender, 1);
  };
  for (const sender of senders) post(sender, inFlight);
  await pause(WARM * 1000);
  const begin = performance.now();
  measuring = true;
  const look = watch(pid);
  await pause(seconds * 1000);
  measuring = false;
  const span = (performance.now() - begin) / 1000;
  const shares = look();
  stopping = true;
  for (const end = performance.now() + LOST; sentAt.size > 0 && performance.now() < end; ) await pause(5);
  if (sentAt.size > 0) throw new Error(`${sentAt.size} messages were not acked`);
  return { acks: times.length, perSecond: times.length / span, ...spread(times), late: { p50: 0, p99: 0 }, ...shares };
}

/** Latencies by message; each is acked once, or this rejects. */
class Noted {
  readonly #times: Float64Array;
  readonly #warm: number;
  #count = 0;

  constructor(total: number, warm: number) {
    this.#times = new Float64Array(total).fill(Number.NaN);
    this.#warm = warm;
  }

  note(message: number, milliseconds: number): void {
    if (message < 0 || message >= this.#times.length) return;
    if (!Number.isNaN(this.#times[message])) throw new Error(`message ${message} was acked twice`);
    this.#times[message] = milliseconds;
    this.#count += 1;
  }

  async all(senders: readonly Sender[]): Promise<void> {
    for (const end = performance.now() + LOST; performance.now() < end; await pause(5)) {
      const broken = senders.find(each => each.broken);
      if (broken?.broken) throw broken.broken;
      if (this.#count === this.#times.length) return;
    }
    throw new Error(`${this.#times.length - this.#count} messages were not acked`);
  }

  result(late: readonly number[]) {
    const times = this.#times.subarray(this.#warm);
    return { acks: times.length, ...spread(times), late: spread(late.slice(this.#warm)) };
  }
}

/** From now on until it is called: what the server and this process use. */
function watch(pid: number): () => Pick<Acks, 'serverShare' | 'loadShare'> {
  const begin = { at: performance.now(), server: cpuOf(pid), load: process.cpuUsage() };
  return () => {
    const span = (performance.now() - begin.at) / 1000;
    const { user, system } = process.cpuUsage(begin.load);
    return { serverShare: (cpuOf(pid) - begin.server) / span, loadShare: (user + system) / 1e6 / span };
  };
}

function present(): NonNullable<typeof crowd> {
  if (!crowd) throw new Error('nobody has entered');
  return crowd;
}

obeying<AckOrder>(async order => {
  switch (order.do) {
    case 'enter':
      return enter(order);
    case 'open':
      return openLoop(order.rate, order.seconds);
    case 'closed':
      return closedLoop(order.inFlight, order.seconds);
    case 'leave':
      for (const sender of crowd?.senders ?? []) sender.leave();
      crowd = null;
      return null;
    default:
      return order satisfies never;
  }
});
