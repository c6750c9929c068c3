// One measurement of one server: a closed loop as fast as it goes, or an open loop at a fixed rate.
import { cpuOf, pause } from '../processes.ts';
import { spread } from '../statistics.ts';
import type { Crowd } from './crowd.ts';
import { Ruler } from './ruler.ts';

export interface Shared {
  readonly crowd: Crowd;
  readonly pid: number;
  /** Of a message's text; for the bare server of the frame. */
  readonly bytes: number;
  readonly seconds: number;
}

export interface Load {
  /** Deliveries in the measured time, of one message to one member each. */
  readonly deliveries: number;
  readonly perSecond: number;
  /** Microseconds of the server's CPU for a delivery. */
  readonly serverCpu: number;
  /** Shares of one core. */
  readonly serverShare: number;
  readonly loadShare: number;
  /** Bytes of one frame. */
  readonly frame: number;
}

/** Milliseconds. */
export interface Delay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Seconds before the measured time of a closed loop. */
const WARM = 1;
/** Milliseconds after which what has not arrived is lost. */
const LOST = 10_000;
/** More than may ever be under way in an open loop: a power of two. */
const RING = 65_536;

/** Keeps `inFlight` messages on their way: a new one goes out when every member has got an old one. */
export async function closedLoop(shared: Shared, inFlight: number): Promise<Load> {
  const { crowd, bytes, seconds } = shared;
  const counting = await Counting.begin(shared);
  let stopping = false;
  let sent = 0;
  const topUp = (arrived: number) => {
    const room = stopping ? 0 : inFlight - (sent - arrived);
    if (room <= 0) return;
    sent += room;
    crowd.post(crowd.dialect.posts(room, bytes));
  };
  counting.run(topUp);
  topUp(0);
  await pause(WARM * 1000);
  const load = await counting.over(seconds);
  stopping = true;
  await counting.end(() => sent);
  return load;
}

/** Milliseconds between signs of life while a measurement lasts. */
const SIGN_EVERY = 10_000;

/** Posts at a fixed rate, and notes when each message reached each member. */
export async function openLoop(shared: Shared, rate: number): Promise<Load & { delay: Delay }> {
  const { crowd, bytes, seconds } = shared;
  const counting = await Counting.begin(shared);
  const sentAt = new Float64Array(RING);
  const delays = new Float64Array(rate * (seconds + 2) * crowd.size + RING);
  let noted = 0;
  let sent = 0;
  // What is sent in the first half second is not counted: the sockets are still cold.
  const first = Math.ceil(rate / 2);
  counting.run(
    () => {},
    (from, to) => {
      const now = performance.now();
      for (let message = from; message < to; message++) {
        if (message >= first && noted < delays.length) delays[noted++] = now - (sentAt[message & (RING - 1)] as number);
      }
    },
  );
  const begin = performance.now();
  let measuring: Promise<Load> | null = null;
  let signs = 0;
  for (;;) {
    // Of who is silent for long a server asks whether they live, and that would be counted as a message.
    if (performance.now() - begin >= (signs + 1) * SIGN_EVERY) {
      signs += 1;
      crowd.alive();
    }
    const due = begin + (sent * 1000) / rate;
    const wait = due - performance.now();
    if (wait > 0) await pause(wait);
    if (sent === first) measuring = counting.over(seconds);
    if (due - begin > seconds * 1000 + 500) break;
    sentAt[sent & (RING - 1)] = performance.now();
    sent += 1;
    crowd.post(crowd.dialect.posts(1, bytes));
  }
  const load = await (measuring as Promise<Load>);
  await counting.end(() => sent);
  return { ...load, delay: spread(delays.subarray(0, noted)) };
}

/** Counts what every member gets, and knows how many messages have reached all of them. */
class Counting {
  readonly #shared: Shared;
  readonly #ruler: Ruler;
  readonly #received: Float64Array;
  readonly #counts: Int32Array;
  /** How many members have got exactly so many messages. */
  readonly #standing = new Int32Array(RING);
  #arrived = 0;
  #delivered = 0;

  private constructor(shared: Shared, frame: number) {
    this.#shared = shared;
    const { size, dialect } = shared.crowd;
    this.#ruler = new Ruler(dialect.frameAt, frame);
    this.#received = new Float64Array(size);
    this.#counts = new Int32Array(size);
    this.#standing[0] = size;
  }

  /** Posts one message, and learns from it how long a frame is. */
  static async begin(shared: Shared): Promise<Counting> {
    const { crowd, bytes } = shared;
    await crowd.quiet();
    let frame = 0;
    crowd.count((member, chunk) => {
      if (member === 0) frame += chunk.length;
    });
    crowd.post(crowd.dialect.posts(1, bytes));
    const begin = performance.now();
    while (frame === 0 && performance.now() - begin < LOST) await pause(5);
    await crowd.quiet();
    if (frame === 0) throw new Error('a posted message did not arrive');
    return new Counting(shared, frame);
  }

  /** Begins to count. `arrived`: so many messages have reached everybody. `got`: one member got these, `to` exclusive. */
  run(arrived: (messages: number) => void, got: ((from: number, to: number) => void) | null = null): void {
    const standing = this.#standing;
    const received = this.#received;
    const counts = this.#counts;
    const ruler = this.#ruler;
    this.#shared.crowd.count((member, chunk) => {
      if (member === 0) ruler.read(chunk);
      const bytes = (received[member] as number) + chunk.length;
      received[member] = bytes;
      const before = counts[member] as number;
      const now = ruler.framesIn(bytes);
      if (now === before) return;
      counts[member] = now;
      this.#delivered += now - before;
      standing[before & (RING - 1)] = (standing[before & (RING - 1)] as number) - 1;
      standing[now & (RING - 1)] = (standing[now & (RING - 1)] as number) + 1;
      got?.(before, now);
      if (before !== this.#arrived) return;
      let all = this.#arrived;
      while (all < now && standing[all & (RING - 1)] === 0) all += 1;
      if (all === this.#arrived) return;
      this.#arrived = all;
      arrived(all);
    });
  }

  /** What happens in the next seconds. */
  async over(seconds: number): Promise<Load> {
    const look = () => ({
      at: performance.now(),
      delivered: this.#delivered,
      server: cpuOf(this.#shared.pid),
      load: process.cpuUsage(),
    });
    const begin = look();
    await pause(seconds * 1000);
    const end = look();
    const span = (end.at - begin.at) / 1000;
    const deliveries = end.delivered - begin.delivered;
    const server = end.server - begin.server;
    const load = (end.load.user + end.load.system - begin.load.user - begin.load.system) / 1e6;
    return {
      deliveries,
      perSecond: deliveries / span,
      serverCpu: (server / deliveries) * 1e6,
      serverShare: server / span,
      loadShare: load / span,
      frame: this.#ruler.length,
    };
  }

  /** Waits until all that was sent has reached everybody; rejects where something is lost or came twice. */
  async end(sent: () => number): Promise<void> {
    const begin = performance.now();
    while (this.#arrived < sent() && performance.now() - begin < LOST) await pause(5);
    await this.#shared.crowd.quiet();
    this.#shared.crowd.count(null);
    const wrong = this.#counts.findIndex(count => count !== sent());
    if (wrong >= 0) throw new Error(`member ${wrong} got ${this.#counts[wrong]} of ${sent()} messages`);
  }
}
