// Overlays: raised boxes above the screen. Those that ask name their target and what will happen.
import { say, type WordKey } from '../../../words/words.ts';
import type { Canvas, Span } from '../../kit/canvas.ts';
import type { Editor } from '../../kit/editor.ts';
import { formatCount } from '../../kit/format.ts';
import { widthOf } from '../../kit/width.ts';
import type { Areas } from '../layout.ts';
import { wordsOf } from '../log-line.ts';
import type { Model, Overlay, Place } from '../model.ts';
import { viewText } from '../view-heading.ts';
import { boxRect, openBox, viewButtons } from './box.ts';
import { viewDetails } from './details.ts';
import { viewHelp } from './help.ts';
import { viewShare } from './share.ts';

/** Columns of a question's box. */
const QUESTION_WIDTH = 60;

export function viewOverlay(model: Model, overlay: Overlay, canvas: Canvas, areas: Areas): void {
  canvas.target({ x: 0, y: 0, width: canvas.width, height: canvas.height }, { on: 'overlay' } as Place);
  if (overlay.is === 'help') viewHelp(overlay, canvas);
  else if (overlay.is === 'details') viewDetails(model, overlay.account, canvas, areas);
  else if (overlay.is === 'share') viewShare(model, canvas);
  else viewQuestion(canvas, areas, questionOf(model, overlay));
}

function questionOf(model: Model, overlay: Exclude<Overlay, { is: 'help' | 'details' | 'share' }>): Question {
  switch (overlay.is) {
    case 'kick':
      return {
        title: named('dashboard.kick.title', overlay.name),
        what: say('dashboard.kick.what'),
        field: { label: say('dashboard.kick.reason'), editor: overlay.reason },
      };
    case 'limit':
      return {
        title: [{ text: say('dashboard.limit.title'), token: 'strong' }],
        what: limitWords(model),
        field: { label: say('dashboard.limit.value'), editor: overlay.value },
        ...(overlay.fault ? { fault: wordsOf(overlay.fault.code, overlay.fault.params) } : {}),
      };
    case 'lower': {
      const connections = formatCount(overlay.connections);
      return {
        title: [{ text: say('dashboard.lower.title', { connections }), tokens: ['strong', 'warn'] }],
        what: say('dashboard.lower.what', { open: formatCount(model.stats?.connections ?? 0) }),
      };
    }
    case 'release':
      return { title: named('dashboard.release.title', overlay.name), what: say('dashboard.release.what') };
    case 'quit': {
      const again = model.phase === 'closing';
      const title = say(again ? 'dashboard.quit.again' : 'dashboard.quit.title');
      return {
        title: [{ text: title, tokens: ['strong', 'error'] }],
        what: again ? say('dashboard.quit.unsent') : peopleConnected(model),
      };
    }
    default:
      return overlay satisfies never;
  }
}

interface Question {
  readonly title: readonly Span[];
  readonly what: string;
  readonly field?: { readonly label: string; readonly editor: Editor };
  readonly fault?: string;
}

function viewQuestion(canvas: Canvas, areas: Areas, question: Question): void {
  const airy = canvas.height >= 16;
  const rows = 5 + (airy ? 1 : 0) + (question.field ? (airy ? 2 : 1) : 0);
  const box = openBox(canvas, boxRect(canvas, areas, QUESTION_WIDTH, rows));
  const width = box.width;
  box.spans(0, 0, question.title, { width });
  const second = question.fault ?? question.what;
  box.text(0, 1, second, question.fault ? 'error' : 'dim', { width });
  let y = airy ? 3 : 2;
  if (question.field) {
    const { label, editor } = question.field;
    const x = widthOf(label) + 2;
    box.text(0, y, label, 'dim');
    const field = box.region({ x, y, width: width - x, height: 1 });
    field.fill('base');
    viewText(field.region({ x: 1, y: 0, width: field.width - 2, height: 1 }), editor);
    y += airy ? 2 : 1;
  }
  viewButtons(box, y, [
    ['Enter', 'dashboard.yes', { on: 'yes' }],
    ['Esc', 'dashboard.no', { on: 'no' }],
  ]);
}

/** A sentence with the name in it standing out. */
function named(key: WordKey, name: string): readonly Span[] {
  const [before = '', after = ''] = say(key, { name: '\n' }).split('\n');
  return [
    { text: before, token: 'strong' },
    { text: name, tokens: ['strong', 'error'] },
    { text: after, token: 'strong' },
  ];
}

function limitWords(model: Model): string {
  const { connections = 0, limit = 0 } = model.stats ?? {};
  return say('dashboard.limit.what', { connections: formatCount(connections), limit: formatCount(limit) });
}

function peopleConnected(model: Model): string {
  const count = model.stats?.users ?? model.table.rows.length;
  if (count === 0) return say('dashboard.quit.nobody');
  return count === 1 ? say('dashboard.quit.one') : say('dashboard.quit.many', { count: formatCount(count) });
}
