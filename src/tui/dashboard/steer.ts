// The one way by which commands go out: what hurts asks first, sanctions have their form, all else is sent.
import type { Command } from '../../chat/vocabulary.ts';
import { questionOf } from './ask.ts';
import type { Model, Overlay } from './model.ts';
import { sanctionOf } from './sanction.ts';
import { type Step, send, still } from './send.ts';

/** `back`: what comes back once it was asked or sent. */
export function steer(model: Model, command: Command, back: Overlay | null = null): Step {
  const form = sanctionOf(command, model, back);
  if (form) return still({ ...model, overlay: form });
  if (questionOf(command, model)) return still({ ...model, overlay: { is: 'ask', command, back } });
  return send({ ...model, overlay: back }, command);
}
