// Who has the keys.
import type { Focus, Model } from './model.ts';

/** Puts the keys somewhere else; a field that was being edited keeps what it has. */
export function focused(model: Model, focus: Focus): Model {
  return { ...model, focus, pane: focus === 'command' ? model.pane : focus, field: null };
}
