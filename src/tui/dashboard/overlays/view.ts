// Overlays: raised boxes above the screen. Those that ask name their target and what will happen.
import { isWordKey, say, type WordKey } from '../../../words/words.ts';
import type { Canvas, Span } from '../../kit/canvas.ts';
import type { Editor } from '../../kit/editor.ts';
import { formatCount } from '../../kit/format.ts';
import { widthOf, wrap } from '../../kit/width.ts';
import { questionOf } from '../ask.ts';
import type { Areas } from '../layout.ts';
import { whatOf } from '../lists/settings.ts';
import { listRect } from '../lists/shown.ts';
import { spansOf, wordsOf } from '../log-line.ts';
import type { Model, Overlay, Place } from '../model.ts';
import { isLookedAt } from '../open.ts';
import { viewText } from '../view-heading.ts';
import { boxRect, insideOf, openBox, viewButtons } from './box.ts';
import { viewDetails } from './details.ts';
import { viewHelp } from './help.ts';
import { viewList } from './list.ts';
import { named } from './named.ts';
import { viewSanction } from './sanction.ts';
import { viewShare } from './share.ts';

/** What stands before the value, where it is none that something is set to. */
const LABELS: Readonly<Record<string, WordKey>> = {
  moderator: 'dashboard.change.name',
  unmoderator: 'dashboard.change.name',
};

/** Columns of a question's box. */
const QUESTION_WIDTH = 60;

export function viewOverlay(model: Model, overlay: Overlay, canvas: Canvas, areas: Areas): void {
  // What is only looked at leaves the bars: another list, or the door, is a click away.
  const bars = isLookedAt(overlay) && listRect(canvas).y > 0 ? 1 : 0;
  const covered = { x: 0, y: bars, width: canvas.width, height: canvas.height - 2 * bars };
  canvas.target(covered, { on: 'overlay' } as Place);
  switch (overlay.is) {
    case 'help':
      viewHelp(overlay, canvas);
      return;
    case 'details':
      viewDetails(model, overlay, canvas);
      return;
    case 'share':
      viewShare(model, canvas);
      return;
    case 'list':
      viewList(model, overlay, canvas);
      return;
    case 'sanction':
      viewSanction(overlay, canvas, areas);
      return;
    case 'change':
    case 'ask':
    case 'quit':
      viewQuestion(canvas, areas, wordsFor(model, overlay));
      return;
    default:
      overlay satisfies never;
  }
}

function wordsFor(model: Model, overlay: Extract<Overlay, { is: 'change' | 'ask' | 'quit' }>): Question {
  switch (overlay.is) {
    case 'change': {
      const { name, of, value, fault } = overlay;
      // A room is what most of such questions name; the others name the setting.
      const own = `dashboard.change.${name}`;
      const key = of === '' ? 'dashboard.change.title' : 'dashboard.change.title-of';
      return {
        title: isWordKey(own) ? named(own, of) : named(key, name, { of }),
        what: name === 'connections' ? limitWords(model) : whatOf(name),
        field: { label: say(LABELS[name] ?? 'dashboard.change.value'), editor: value },
        ...(fault ? { fault: wordsOf(fault.code, fault.params) } : {}),
      };
    }
    case 'ask': {
      const { command, about } = overlay;
      const question = questionOf(command, model);
      if (!question) return { title: [], what: '' };
      const { title, what, name, params } = question;
      const line = about ? { line: spansOf(about, QUESTION_WIDTH) } : {};
      return { title: named(title, name, params), what: say(what, params), ...line };
    }
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
  /** What it is about, as it stands in the log. */
  readonly line?: readonly Span[];
}

function viewQuestion(canvas: Canvas, areas: Areas, question: Question): void {
  const airy = canvas.height >= 16;
  const more = question.field || question.line ? (airy ? 2 : 1) : 0;
  const rect = (rows: number) => boxRect(canvas, areas, QUESTION_WIDTH, rows + 4 + (airy ? 1 : 0) + more);
  const inner = insideOf(rect(1), canvas).width;
  const second = wrap(question.fault ?? question.what, Math.max(1, inner)).map(row => row.text);
  const box = openBox(canvas, rect(second.length));
  const { width } = box;
  box.spans(0, 0, question.title, { width });
  for (const [row, text] of second.entries()) box.text(0, 1 + row, text, question.fault ? 'error' : 'dim', { width });
  let y = second.length + (airy ? 2 : 1);
  if (question.line) {
    box.spans(0, y, question.line, { width });
    y += airy ? 2 : 1;
  }
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

function limitWords(model: Model): string {
  return say('dashboard.limit.what', { connections: formatCount(model.stats?.connections ?? 0) });
}

function peopleConnected(model: Model): string {
  const count = model.stats?.users ?? model.table.rows.length;
  if (count === 0) return say('dashboard.quit.nobody');
  return count === 1 ? say('dashboard.quit.one') : say('dashboard.quit.many', { count: formatCount(count) });
}
