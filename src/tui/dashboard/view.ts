// The whole screen: bars, cards, panes, command line, and the overlay above them.
import type { Canvas } from '../kit/canvas.ts';
import { arrange } from './layout.ts';
import type { Model } from './model.ts';
import { viewOverlay } from './overlays/view.ts';
import { viewBar, viewKeys } from './view-bars.ts';
import { viewCards, viewTotals } from './view-cards.ts';
import { viewCommand, viewResult } from './view-command.ts';
import { viewLog } from './view-log.ts';
import { viewTransfers } from './view-transfers.ts';
import { viewUsers } from './view-users.ts';

export function view(model: Model, canvas: Canvas): void {
  // The size is the canvas's: the model hears of a new one a moment later.
  const areas = arrange({ width: canvas.width, height: canvas.height, pane: model.pane });
  canvas.fill('base');
  viewBar(model, canvas.region(areas.bar));
  viewCards(
    model,
    areas.cards.map(card => canvas.region(card)),
  );
  if (areas.totals) viewTotals(model, canvas.region(areas.totals));
  if (areas.users) viewUsers(model, canvas.region(areas.users), areas.users);
  if (areas.log) viewLog(model, canvas.region(areas.log), areas.log);
  if (areas.transfers) viewTransfers(model, canvas.region(areas.transfers));
  if (areas.result) viewResult(model, canvas.region(areas.result));
  viewCommand(model, canvas.region(areas.command));
  viewKeys(model, canvas.region(areas.keys));
  // Without a line of its own a result hides the hints: the next key brings them back.
  if (!areas.result && model.notice) viewResult(model, canvas.region(areas.keys), 'bar');
  if (areas.users && areas.log && canvas.colours === 'none') divider(canvas, areas.log);
  if (model.overlay) viewOverlay(model, model.overlay, canvas, areas);
}

/** Where no surface parts the panes, a line does. */
function divider(canvas: Canvas, log: { x: number; y: number; height: number }): void {
  if (log.x === 0) return;
  // The heading's row holds the mark of the pane that has the keys.
  for (let y = log.y + 1; y < log.y + log.height; y++) canvas.text(log.x, y, '│', 'rule');
}
