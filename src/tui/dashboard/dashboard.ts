// The server's dashboard as a program: started with its options, it takes messages, asks for effects and paints itself.
import type { Program } from '../kit/program.ts';
import type { Effect, Model, Msg } from './model.ts';
import { initialModel, type OffsetAt, update } from './update.ts';
import { view } from './view.ts';

export interface DashboardOptions {
  /** Columns and rows of the terminal. */
  readonly width: number;
  readonly height: number;
  /** Minutes east of UTC at a time; without it the machine's own zone. */
  readonly offsetAt?: OffsetAt;
}

export type { LogEntry, LogKind } from './entry.ts';
export type { Answer, Query } from './facts.ts';
export { ACTS_ASKED } from './facts.ts';
export type { Effect, Model, Msg, Place, ServerFacts, Stats, UserRow } from './model.ts';

/**
 * The dashboard: give it a snapshot first, then stats and users once a second and the log as it comes. Its `onInput` is
 * `(event, target) => ({ type: 'input', event, target })`.
 */
export function createDashboard(options: DashboardOptions): Program<Model, Msg, Effect> {
  const offsetAt = options.offsetAt ?? (time => -new Date(time).getTimezoneOffset());
  return {
    init: [initialModel(options.width, options.height), []],
    update: (model, msg) => update(model, msg, offsetAt),
    view,
  };
}
