// Two generators in one file, each a process of its own: those who read and the one who posts; and those who are frozen, as a
// whole process, by whoever started it.
import { Crowd } from '../fan-out/crowd.ts';
import { closedLoop, type Delay, type Load, openLoop } from '../fan-out/measure.ts';
import { obeying } from '../load-process.ts';
import { pause } from '../processes.ts';

export type FrozenOrder =
  | {
      readonly do: 'enter';
      readonly port: number;
      readonly tls: boolean;
      readonly members: number;
      readonly prefix: string;
      readonly posts: boolean;
    }
  /** Talk as fast as it goes, until one member has got so many bytes. */
  | { readonly do: 'fill'; readonly pid: number; readonly bytes: number; readonly total: number }
  | {
      readonly do: 'open';
      readonly pid: number;
      readonly bytes: number;
      readonly rate: number;
      readonly seconds: number;
    }
  /** Bytes that each member has got since it was asked last, once nothing more comes. */
  | { readonly do: 'count' };

export type Measured = Load & { readonly delay: Delay };

/** Messages on their way while the room is filled. */
const IN_FLIGHT = 64;
/** Seconds of a step of filling. */
const STEP = 1;
/** Milliseconds without a byte after which nothing more comes: a reader that pulls may wait for a page. */
const QUIET = 1_000;

let crowd: Crowd | null = null;
let got = new Float64Array(0);

async function enter({ port, tls, members, prefix, posts }: FrozenOrder & { do: 'enter' }): Promise<void> {
  crowd = new Crowd({ speaks: 'tchat', port, tls, prefix });
  await crowd.enter(members, true, { posts });
  if (!posts) count();
}

/** Everything that comes, by member. */
function count(): void {
  const { size } = present();
  got = new Float64Array(size);
  present().count((member, bytes) => {
    got[member] = (got[member] as number) + bytes.length;
  });
}

async function counted(): Promise<readonly number[]> {
  const all = present();
  do await pause(QUIET / 4);
  while (performance.now() - all.heard < QUIET);
  if (all.broken) throw all.broken;
  const bytes = [...got];
  got.fill(0);
  // For the next half minute nobody asks whether they live.
  all.alive();
  return bytes;
}

async function fill({ pid, bytes, total }: FrozenOrder & { do: 'fill' }): Promise<null> {
  const all = present();
  all.alive();
  for (let sent = 0; sent < total; ) {
    const { deliveries, frame } = await closedLoop({ crowd: all, pid, bytes, seconds: STEP }, IN_FLIGHT);
    sent += (deliveries / all.size) * frame;
  }
  return null;
}

function present(): Crowd {
  if (!crowd) throw new Error('nobody has entered');
  return crowd;
}

obeying<FrozenOrder>(async order => {
  switch (order.do) {
    case 'enter':
      return enter(order);
    case 'fill':
      return fill(order);
    case 'open': {
      const { pid, bytes, rate, seconds } = order;
      present().alive();
      return openLoop({ crowd: present(), pid, bytes, seconds }, rate);
    }
    case 'count':
      return counted();
    default:
      return order satisfies never;
  }
});
