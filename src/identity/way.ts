// The proof with which one end of a file's way shows that it was let onto it: worth nothing on another connection, or for
// another side.
import type { LoginBinding } from './keys.ts';
import { isProof, prove } from './proof.ts';

/** Who shows it: the end that gives or that takes the bytes; `answer`: who was dialled directly, to who dialled. */
export type WayEnd = 'send' | 'receive' | 'answer';

export interface WayFacts extends LoginBinding {
  /** By which the way is named, 16 bytes. */
  readonly grant: Uint8Array;
  readonly end: WayEnd;
}

export function proveWay(key: Uint8Array, facts: WayFacts): Buffer {
  return prove('way', key, transcriptOf(facts));
}

export function isWayProof(proof: Uint8Array, key: Uint8Array, facts: WayFacts): boolean {
  return isProof(proof, 'way', key, transcriptOf(facts));
}

/** Each part with its length before it, so that no two lists of parts have the same bytes. */
function transcriptOf({ grant, end, exporter, serverKey }: WayFacts): Buffer {
  const parts = [grant, Buffer.from(end), exporter, serverKey];
  return Buffer.concat(parts.flatMap(part => [Buffer.of(part.length), part]));
}
