// What a server is opened with.
import type { AdmissionLimits } from '../session/admission.ts';
import type { Clock } from '../session/clock.ts';
import type { TlsKey } from '../session/tls.ts';
import type { EventLog } from '../store/event-log.ts';
import type { Rates } from './desk.ts';
import type { EntryRules } from './entrance.ts';
import type { WaitingLimits } from './marks.ts';
import type { Measure } from './measure.ts';

export interface ServerOptions {
  /** None: all addresses; without `tls` this machine's own alone. */
  readonly host: string | null;
  readonly port: number;
  /** None: nothing is encrypted, and only this machine is let in. */
  readonly tls?: TlsKey & { readonly fingerprint: Uint8Array };
  readonly name: string;
  readonly version: string;
  readonly admission: AdmissionLimits;
  /** Open to all without it. */
  readonly entry?: EntryRules;
  /** How fast an account may ask; the limits' by default. */
  readonly rates?: Partial<Rates>;
  /** Members of one room; the limits' by default. */
  readonly membersPerRoom?: number;
  /** What may wait for one account; the limits' by default. */
  readonly waiting?: WaitingLimits;
  readonly log: EventLog;
  readonly clock: Clock;
  /** The folder in which files wait for those who are away; they wait nowhere without it. */
  readonly spool?: string;
  /** Whoever counts what happens. */
  readonly measure?: Measure;
  /** Where operators of this machine come in; nowhere without it. */
  readonly adminSocket?: string;
  /** Bytes that are free where the log stands. */
  readonly diskFree?: () => Promise<number | null>;
}
