// A server alone in a process of its own, which tells what it costs: the longest stall of its event loop and its memory.
// A stall is time in which this process worked: waiting for a busy machine is none of its doing.
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

/** Milliseconds between two looks. */
const LOOK = 5;

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

let worst = 0;
let last = { at: performance.now(), cpu: process.cpuUsage() };
setInterval(() => {
  const at = performance.now();
  const { user, system } = process.cpuUsage(last.cpu);
  worst = Math.max(worst, Math.min(at - last.at - LOOK, (user + system) / 1_000));
  last = { at, cpu: process.cpuUsage() };
}, LOOK);

process.on('message', () => {
  const stall = worst;
  const { connections } = admin.snapshot();
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, external } = process.memoryUsage();
  const cost: Cost = { stall, memory: heapUsed + external, connections };
  process.send?.(cost);
  // The collection above is the measurement's own stall.
  worst = 0;
  last = { at: performance.now(), cpu: process.cpuUsage() };
});
process.on('disconnect', () => process.exit());
process.send?.(server.facts.port);
