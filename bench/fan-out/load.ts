// The load generator, a process of its own: told over its channel what to do, one thing at a time.
import { obeying } from '../load-process.ts';
import { Crowd } from './crowd.ts';
import { closedLoop, openLoop } from './measure.ts';
import type { Speaks } from './servers.ts';

interface Cell {
  readonly server: string;
  readonly pid: number;
  readonly bytes: number;
  readonly seconds: number;
}

export type Order =
  | {
      readonly do: 'enter';
      readonly server: string;
      readonly speaks: Speaks;
      readonly tls: boolean;
      readonly port: number;
      readonly members: number;
      readonly joins: boolean;
    }
  | ({ readonly do: 'closed'; readonly inFlight: number } & Cell)
  | ({ readonly do: 'open'; readonly rate: number } & Cell)
  | { readonly do: 'leave' };

const crowds = new Map<string, Crowd>();

async function obey(order: Order): Promise<unknown> {
  switch (order.do) {
    case 'enter': {
      const crowd = crowds.get(order.server) ?? new Crowd(order);
      crowds.set(order.server, crowd);
      await crowd.enter(order.members, order.joins);
      return null;
    }
    case 'closed':
      return closedLoop(await prepared(order), order.inFlight);
    case 'open':
      return openLoop(await prepared(order), order.rate);
    case 'leave':
      for (const crowd of crowds.values()) crowd.leave();
      crowds.clear();
      return null;
    default:
      return order satisfies never;
  }
}

async function prepared({ server, pid, bytes, seconds }: Cell) {
  for (const each of crowds.values()) each.alive();
  const crowd = crowds.get(server);
  if (!crowd) throw new Error(`nobody is at ${server}`);
  await crowd.quiet();
  return { crowd, pid, bytes, seconds };
}

obeying(obey);
