// The chat screen, computed from the model: surfaces first, then each pane in a region of its own.
import type { Canvas } from '../kit/canvas.ts';
import { currentChat, type Model, type Overlay } from './model.ts';
import { paintFileList } from './overlays/files.ts';
import { paintGoTo } from './overlays/go-to.ts';
import { paintHelp } from './overlays/help.ts';
import { paintPicker } from './overlays/picker.ts';
import { paintReact } from './overlays/react.ts';
import { paintSearch } from './overlays/search.ts';
import { paintWho } from './overlays/who.ts';
import { panesOf } from './panes.ts';
import { paintBar, paintHeader, paintHints, paintNotice } from './view-bars.ts';
import { paintComposer } from './view-composer.ts';
import { paintLog } from './view-log.ts';
import { paintSide } from './view-side.ts';
import { paintStart } from './view-start.ts';

export function view(model: Model, canvas: Canvas): void {
  canvas.fill('base');
  if (model.start !== null) {
    paintStart(canvas, model, model.start);
    return;
  }
  // A resize reaches the model a moment after the frame: both sizes bound what is painted.
  const panes = panesOf(model);
  const chat = currentChat(model);
  paintBar(canvas.region(panes.bar), model, { titled: panes.header === null, files: panes.side === null });
  if (panes.side !== null) paintSide(canvas.region(panes.side), model);
  if (panes.header !== null) paintHeader(canvas.region(panes.header), model, panes.side === null);
  paintLog(canvas.region(panes.log), model, chat);
  paintComposer(canvas, model, panes);
  paintNotice(canvas.region(panes.notice), model, panes.low);
  if (panes.hints !== null) paintHints(canvas.region(panes.hints), model);
  if (model.overlay !== null) paintOverlay(canvas, model, model.overlay);
}

function paintOverlay(canvas: Canvas, model: Model, overlay: Overlay): void {
  switch (overlay.is) {
    case 'help':
      paintHelp(canvas, model, overlay);
      break;
    case 'who':
      paintWho(canvas, model, overlay);
      break;
    case 'go-to':
      paintGoTo(canvas, model, overlay);
      break;
    case 'search':
      paintSearch(canvas, model);
      break;
    case 'react':
      paintReact(canvas, model, overlay);
      break;
    case 'files':
      paintFileList(canvas, model, overlay);
      break;
    case 'send-file':
      paintPicker(canvas, model, overlay);
      break;
    default:
      overlay satisfies never;
  }
}
