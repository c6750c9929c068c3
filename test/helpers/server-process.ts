// A server alone in a process of its own, which tells what it costs: the longest stall of its event loop and its memory.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Server } from '../../src/server/server.ts';
import { defaultAdmission } from '../../src/session/admission.ts';
import { systemClock } from '../../src/session/clock.ts';
import { MemoryLog } from '../../src/store/memory-log.ts';

/** Milliseconds, and bytes after a collection. */
export interface Cost {
  readonly stall: number;
  readonly memory: number;
  readonly connections: number;
}

const RESOLUTION = 5;

const server = await Server.open({
  host: '127.0.0.1',
  port: 0,
  name: 'fuzzed',
  version: '0',
  admission: defaultAdmission(),
  // Small, so that what it keeps by design does not hide what it should not keep.
  log: new MemoryLog(500),
  clock: systemClock,
});
const admin = server.admin(() => {});
const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
delay.enable();

process.on('message', () => {
  const stall = Math.max(0, delay.max / 1e6 - RESOLUTION);
  const { connections } = admin.snapshot();
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, external } = process.memoryUsage();
  const cost: Cost = { stall, memory: heapUsed + external, connections };
  // The collection above is the measurement's own stall.
  setImmediate(() => delay.reset());
  process.send?.(cost);
});
process.on('disconnect', () => process.exit());
process.send?.(server.facts.port);
