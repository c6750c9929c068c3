// What comes over a socket lies in buffers outside the heap: 16 KiB each with a small object inside it. The collector looks at
// the small objects, so that a file fills memory long before anything seems to be full, and then goes through all that lives
// (measured: a third of a relay's time). A look at the young ones alone, now and then, costs next to nothing and frees them.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DATA_SWEEP } from '../limits.ts';

type Collect = (options: { readonly type: 'minor' }) => void;
let collect: Collect | null = null;
let since = 0;

/** So many bytes have come and been dealt with. */
export function passed(bytes: number): void {
  since += bytes;
  if (since < DATA_SWEEP) return;
  since = 0;
  collect ??= collector();
  collect({ type: 'minor' });
}

function collector(): Collect {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as Collect;
}
