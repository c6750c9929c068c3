// The durable log as it is built: its writer is a thread, and threads have no loader for sources.
import type * as Source from '../../src/store/sqlite/sqlite-log.ts';

const built = new URL('../../dist/store/sqlite/sqlite-log.js', import.meta.url).href;
export const { SqliteLog } = (await import(built)) as typeof Source;
