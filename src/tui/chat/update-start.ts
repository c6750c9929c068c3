// The start screen: a name, a server, and off.
import { validName } from '../../chat/text.ts';
import { apply } from '../kit/editor.ts';
import type { MouseInput } from '../kit/input.ts';
import type { Action } from './keys.ts';
import type { Model, Start, Step } from './model.ts';
import type { Target } from './targets.ts';
import { editorAction, type Typed } from './typing.ts';
import { only } from './update-chats.ts';

/** Whether the start screen asks for a name: it does until there is a profile. */
export function asksName(start: Start): boolean {
  return start.profiles.length === 0;
}

export function startInput(model: Model, event: Typed, action: Action | undefined): Step {
  const start = model.start!;
  if (action === 'interrupt') return [model, [{ kind: 'quit' }]];
  // While a dial is on its way there is nothing to change but one's mind.
  if (model.link.state === 'connecting') return only(model);
  const key = event.type === 'key' ? event.key : '';
  if (action === 'send') return connect(model, start);
  if (action === 'complete' || action === 'complete-back') return only(withStart(model, otherField(start)));
  if (key === 'Up') return only(withStart(model, moved(start, -1)));
  if (key === 'Down') return only(withStart(model, moved(start, 1)));
  const change = editorAction(event, 600);
  if (change === null || change.kind === 'new-line') return only(model);
  if (start.field === 'name')
    return only(withStart(model, { ...start, name: apply(start.name, change), problem: null }));
  // Typing goes to the free entry wherever one is in the list.
  const address = apply(start.address, change);
  const selected = address.text === start.address.text ? start.selected : start.servers.length;
  return only(withStart(model, { ...start, address, selected, problem: null }));
}

function withStart(model: Model, start: Start): Model {
  return { ...model, start };
}

function otherField(start: Start): Start {
  if (!asksName(start)) return { ...start, selected: (start.selected + 1) % (start.servers.length + 1) };
  return { ...start, field: start.field === 'name' ? 'server' : 'name' };
}

/** Up and Down go through the name and the rows of servers as they stand. */
function moved(start: Start, step: 1 | -1): Start {
  if (start.field === 'name') return step > 0 ? { ...start, field: 'server', selected: 0 } : start;
  const selected = start.selected + step;
  if (selected < 0) return asksName(start) ? { ...start, field: 'name' } : start;
  return { ...start, selected: Math.min(selected, start.servers.length) };
}

function connect(model: Model, start: Start): Step {
  const name = start.name.text.trim();
  const address = (start.servers[start.selected]?.address ?? start.address.text).trim();
  if (asksName(start)) {
    const ready = start.field === 'server' || address !== '';
    if (name === '') return problem(model, { ...start, field: 'name' }, 'chat.start.name-needed');
    if (validName(name) === null) return problem(model, { ...start, field: 'name' }, 'name-invalid', { name });
    if (!ready) return only(withStart(model, { ...start, field: 'server', problem: null }));
  }
  if (address === '') return problem(model, { ...start, field: 'server' }, 'chat.start.address-needed');
  const going: Model = { ...withStart(model, { ...start, problem: null }), link: { state: 'connecting', address } };
  return [going, [{ kind: 'connect', address, name }]];
}

function problem(model: Model, start: Start, code: string, params = {}): Step {
  return only(withStart(model, { ...start, problem: { code, params } }));
}

export function startMouse(model: Model, event: MouseInput, target: Target | null): Step {
  const start = model.start!;
  if (event.action !== 'press' || event.button !== 'left' || target === null || model.link.state === 'connecting') {
    return only(model);
  }
  if (target.on === 'field') return only(withStart(model, { ...start, field: target.field }));
  if (target.on !== 'server') return only(model);
  const picked: Start = { ...start, field: 'server', selected: target.index };
  const again = start.field === 'server' && start.selected === target.index && target.index < start.servers.length;
  return again ? connect(model, picked) : only(withStart(model, picked));
}
