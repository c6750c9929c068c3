// Readers whose queues are full when a test says so, without the megabytes that a kernel takes first.
import { Connection } from '../../src/server/connection.ts';

/** Devices whose connections count as full, and after how many more looks they do so again. */
const held = new Map<string, number>();
const connections = new Map<string, Connection>();

const { enter } = Connection.prototype;
Connection.prototype.enter = function (this: Connection, ...args: Parameters<Connection['enter']>) {
  connections.set(nameOf(args[1].device), this);
  enter.apply(this, args);
};

const { get: really } = Object.getOwnPropertyDescriptor(Connection.prototype, 'full') as { get: () => boolean };
Object.defineProperty(Connection.prototype, 'full', {
  get(this: Connection): boolean {
    const device = [...held.keys()].find(each => connections.get(each) === this);
    const looks = device === undefined ? undefined : held.get(device);
    if (device === undefined || looks === undefined) return really.call(this);
    if (looks > 0) held.set(device, looks - 1);
    return looks === 0;
  },
});

/** Nothing more is pushed to this device's connection, as if its queue were full. */
export function hold(device: Uint8Array): void {
  held.set(nameOf(device), 0);
}

/** There is room again: it gets what it missed. With `looks`: only until that many looks at its queue. */
export function letGo(device: Uint8Array, looks?: number): void {
  if (looks === undefined) held.delete(nameOf(device));
  else held.set(nameOf(device), looks);
  connections.get(nameOf(device))?.drained();
  if (looks !== undefined) held.set(nameOf(device), 0);
}

/** Forgets a connection that is gone. */
export function forget(device: Uint8Array): void {
  held.delete(nameOf(device));
  connections.delete(nameOf(device));
}

const nameOf = (device: Uint8Array) => Buffer.from(device).toString('hex');
