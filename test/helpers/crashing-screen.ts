// A screen of the real loop on the real terminal that breaks at the first key, in the place that its argument names.
import { fail } from '../../src/commands/outcome.ts';
import { openScreen, themeOr } from '../../src/commands/screen.ts';
import { openTerminal } from '../../src/tui/kit/terminal.ts';

const where = process.argv[2];
const broken = (place: string) => {
  if (place === where) throw new Error('broken on purpose');
};

const screen = openScreen<number, 'key', 'effect'>(
  openTerminal(),
  themeOr('dark'),
  {
    init: [0, []],
    update: model => {
      broken('update');
      return [model + 1, ['effect']];
    },
    view: (model, canvas) => {
      if (model > 0) broken('view');
      canvas.text(0, 0, 'ready');
    },
  },
  { input: event => (event.type === 'text' ? 'key' : null), resized: () => 'key' },
  () => broken('perform'),
);
screen.done.then(
  () => process.exit(0),
  error => process.exit(fail(error)),
);
