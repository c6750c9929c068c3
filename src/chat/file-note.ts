// What is told of a file that is offered, and why an offer ends.
import type { Millis } from './ids.ts';

/** What is offered, for people to see. `name`: as its owner calls it; whoever receives it makes a safe one of it. */
export interface FileNote {
  readonly name: string;
  readonly folder: boolean;
  /** How many files there are; 1 where it is no folder. */
  readonly files: number;
  /** Of a file, where its owner tells. */
  readonly modified: Millis | null;
  readonly executable: boolean;
}

/** An offer's words: in the clear, or bytes that only its readers can open. */
export type OfferBody =
  | { readonly kind: 'file'; readonly file: FileNote }
  | { readonly kind: 'sealed'; readonly bytes: Uint8Array };

/** Why an offer is no more: its sender took it back, its time was over, an operator stopped it. */
export const WITHDRAWN = ['withdrawn', 'expired', 'stopped'] as const;
export type WithdrawnWhy = (typeof WITHDRAWN)[number];
