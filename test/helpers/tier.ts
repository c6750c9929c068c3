// How much a test of chance does, and from which seed: little in `npm test`, much in `npm run test:fuzz` and
// `npm run test:faults`.

/** How many cases: `short` of them, times TCHAT_FUZZ (for faults: TCHAT_FAULTS), and never more than `most`. */
export function cases(
  short: number,
  most = Number.POSITIVE_INFINITY,
  factor: 'TCHAT_FUZZ' | 'TCHAT_FAULTS' = 'TCHAT_FUZZ',
): number {
  return Math.max(1, Math.min(most, Math.round(short * Number(process.env[factor] ?? 1))));
}

/** The same in every run of the short tier; TCHAT_SEED picks another, the long tier a new one each time. Tests print it. */
export const SEED = Number(
  process.env['TCHAT_SEED'] ?? (process.env['TCHAT_FUZZ'] ? Date.now() % 2 ** 31 : 20_261_121),
);

/** mulberry32: numbers from 0 to 1, the same for the same seed. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function pick<T>(from: readonly T[], next: () => number): T {
  return from[Math.floor(next() * from.length)]!;
}
