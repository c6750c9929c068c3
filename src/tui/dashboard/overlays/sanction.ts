// The form of a kick, a ban or a mute: drawn, and written in.
import { say } from '../../../words/words.ts';
import type { Canvas, Span } from '../../kit/canvas.ts';
import type { InputEvent } from '../../kit/input.ts';
import { widthOf } from '../../kit/width.ts';
import type { Areas } from '../layout.ts';
import { edited } from '../line.ts';
import { wordsOf } from '../log-line.ts';
import type { Model, Place, SanctionForm, SanctionPart } from '../model.ts';
import { commandOf, partsOf, targetOf } from '../sanction.ts';
import { type Step, send, still } from '../send.ts';
import { viewText } from '../view-heading.ts';
import { boxRect, openBox, viewButtons } from './box.ts';
import { named } from './named.ts';

/** Columns of its box. */
const WIDTH = 60;

export function viewSanction(form: SanctionForm, canvas: Canvas, areas: Areas): void {
  const parts = partsOf(form);
  const airy = canvas.height >= 16;
  const box = openBox(canvas, boxRect(canvas, areas, WIDTH, parts.length + 5 + (airy ? 2 : 0)));
  const { width } = box;
  box.spans(0, 0, titleOf(form), { width });
  const { fault } = form;
  box.text(0, 1, fault ? wordsOf(fault.code, fault.params) : whatOf(form), fault ? 'error' : 'dim', { width });
  const labels = Math.max(...parts.map(part => widthOf(say(`dashboard.sanction.${part}`)))) + 2;
  const first = airy ? 3 : 2;
  for (const [index, part] of parts.entries()) {
    const row = box.region({ x: 0, y: first + index, width, height: 1 });
    row.text(0, 0, say(`dashboard.sanction.${part}`), form.at === part ? 'accent' : 'dim');
    row.target({ x: 0, y: 0, width, height: 1 }, { on: 'part', part } as Place);
    viewPart(form, part, row.region({ x: labels, y: 0, width: width - labels, height: 1 }));
  }
  viewButtons(box, box.height - 1, [
    ['Enter', 'dashboard.yes', { on: 'yes' }],
    ...(parts.length > 1 ? ([['Tab', 'dashboard.sanction.next', { on: 'overlay' }]] as const) : []),
    ['Esc', 'dashboard.no', { on: 'no' }],
  ]);
}

function viewPart(form: SanctionForm, part: SanctionPart, canvas: Canvas): void {
  if (part === 'who') {
    let x = 0;
    for (const [index, target] of form.targets.entries()) {
      const chosen = index === form.chosen;
      const what = target.by === 'network' ? ` ${target.network}` : '';
      const text = `${chosen ? '●' : '○'} ${say(`dashboard.sanction.by.${target.by}`)}${what}`;
      const used = canvas.text(x, 0, text, chosen ? 'accent' : 'dim', { width: Math.max(0, canvas.width - x) });
      canvas.target({ x, y: 0, width: used, height: 1 }, { on: 'target', index } as Place);
      x += used + 2;
    }
    return;
  }
  const how = part === 'lasts' ? say('dashboard.sanction.lasts.how') : '';
  const width = part === 'lasts' ? Math.min(canvas.width, 10) : canvas.width;
  const field = canvas.region({ x: 0, y: 0, width, height: 1 });
  field.fill('base');
  const inner = field.region({ x: 1, y: 0, width: field.width - 2, height: 1 });
  if (form.at === part) viewText(inner, form[part]);
  else inner.text(0, 0, form[part].text, 'text', { width: inner.width });
  if (width + 2 + widthOf(how) <= canvas.width) canvas.text(width + 2, 0, how, 'faint');
}

function titleOf(form: SanctionForm): readonly Span[] {
  const target = targetOf(form);
  const name = target.by === 'network' ? target.network : target.name;
  if (form.room !== null) return named('dashboard.sanction.mute-in', name, { room: form.room });
  return named(`dashboard.sanction.${form.act}`, name);
}

function whatOf(form: SanctionForm): string {
  const { by } = targetOf(form);
  return say(`dashboard.sanction.${form.act === 'ban' && by !== 'account' ? by : form.act}.what`);
}

export function sanctionInput(model: Model, form: SanctionForm, event: InputEvent): Step {
  const parts = partsOf(form);
  if (event.type === 'key') {
    const step = { Tab: 1, Down: 1, 'Shift-Tab': -1, Up: -1 }[event.key];
    if (step !== undefined) {
      const at = parts[(parts.indexOf(form.at) + step + parts.length) % parts.length]!;
      return still({ ...model, overlay: { ...form, at } });
    }
  }
  if (form.at === 'who') return chose(model, form, event);
  const editor = edited(form[form.at], event);
  return still(editor ? { ...model, overlay: { ...form, [form.at]: editor, fault: null } } : model);
}

/** Left, right and space go through the targets. */
function chose(model: Model, form: SanctionForm, event: InputEvent): Step {
  const back = event.type === 'key' && event.key === 'Left';
  const on = (event.type === 'key' && event.key === 'Right') || (event.type === 'text' && event.text === ' ');
  if (!back && !on) return still(model);
  const { length } = form.targets;
  return still({ ...model, overlay: { ...form, chosen: (form.chosen + (back ? length - 1 : 1)) % length } });
}

export function sanctionConfirmed(model: Model, form: SanctionForm): Step {
  const command = commandOf(form);
  if (command) return send({ ...model, overlay: form.back }, command);
  const fault = { tone: 'error', code: 'dashboard.fault.lasts', params: {} } as const;
  return still({ ...model, overlay: { ...form, at: 'lasts', fault } });
}
