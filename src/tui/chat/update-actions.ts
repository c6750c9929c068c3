// What each action does, whether a key, a command or the mouse asked for it.
import { apply, createEditor } from '../kit/editor.ts';
import { dropped } from './aim.ts';
import { complete } from './completion.ts';
import { goBack, jumpToMention, jumpToUnread } from './jump.ts';
import { type Action, placeOf } from './keys.ts';
import { chatOrder, currentChat, FIELD, isRoom, type Model, type Step, withChat } from './model.ts';
import { pickLast } from './pick.ts';
import {
  bottom,
  clearUnread,
  neighbour,
  nextUnread,
  only,
  openChat,
  scrollBy,
  scrollPage,
  scrollTop,
} from './update-chats.ts';
import { completePath } from './update-complete.ts';
import { openFiles } from './update-files.ts';
import { openPicker } from './update-picker.ts';
import { openSearch } from './update-search.ts';
import { closeTalk, drop, retry, setTheme } from './update-send.ts';

/** Sending is what update-line.ts adds: it may run the others. */
type Simple = Exclude<Action, `chat-${number}` | 'send'>;

export function runAction(model: Model, action: Exclude<Action, 'send'>): Step {
  const place = placeOf(action);
  if (place !== null) {
    const key = chatOrder(model)[place - 1];
    return key === undefined ? only(model) : openChat(model, key);
  }
  return ACTIONS[action as Simple](model);
}

const ACTIONS: Readonly<Record<Simple, (model: Model) => Step>> = {
  complete: model => completePath(model) ?? only(complete(model, 1)),
  'complete-back': model => only(complete(model, -1)),
  'chat-previous': model => neighbour(model, -1),
  'chat-next': model => neighbour(model, 1),
  'next-unread': nextUnread,
  'go-to': model => [
    { ...model, overlay: { is: 'go-to', filter: createEditor(FIELD), selected: 0 }, picked: null },
    [{ kind: 'lists' }],
  ],
  search: model => openSearch(model, null),
  'send-file': model =>
    model.current === null ? only(model) : openPicker(model, { for: 'send', chat: model.current }),
  files: model => openFiles(model),
  'first-unread': jumpToUnread,
  mention: model => jumpToMention(model, -1),
  'mention-after': model => jumpToMention(model, 1),
  'page-up': model => scrollPage(model, -1),
  'page-down': model => scrollPage(model, 1),
  'line-up': model => scrollBy(model, -1),
  'line-down': model => scrollBy(model, 1),
  top: scrollTop,
  bottom,
  pick: pickLast,
  who,
  retry,
  drop,
  close: closeTalk,
  clear: model => only(clearUnread(model)),
  plain,
  mouse: model => setMouse(model, !model.mouse),
  theme: model => {
    const { themes } = model.setting;
    return setTheme(model, themes[(themes.indexOf(model.theme) + 1) % themes.length] ?? model.theme);
  },
  help: model => only({ ...model, overlay: { is: 'help', top: 0 }, picked: null }),
  redraw: model => [{ ...model }, [{ kind: 'redraw' }]],
  escape: escaped,
  interrupt,
  quit: model => [model, [{ kind: 'quit' }]],
};

/** One thing after the other: what one aimed at, the jump that one made, the end of the lines. */
function escaped(model: Model): Step {
  const chat = currentChat(model);
  if (chat === null) return only(model);
  if (chat.aim !== null) return only(withChat(model, dropped(chat)));
  const next: Model = { ...model, completion: null };
  return model.back === null ? bottom(next) : goBack(next, model.back);
}

function who(model: Model): Step {
  const chat = currentChat(model);
  const room = chat !== null && isRoom(chat.key) ? chat.key : null;
  const shown: Model = { ...model, overlay: { is: 'who', room, top: 0 }, picked: null };
  return [shown, [room === null ? { kind: 'lists' } : { kind: 'members', room }]];
}

/** Nothing but the log: the terminal's own selection takes over, so the mouse is left to it. */
function plain(model: Model): Step {
  const on = !model.plain;
  const params = { key: model.setting.keys.keysOf('plain')[0] ?? '/plain' };
  const notice = on ? { code: 'chat.plain.on', params, bad: false } : null;
  const effects = model.mouse ? ([{ kind: 'mouse', on: !on }] as const) : [];
  return [{ ...model, plain: on, notice, overlay: null }, effects];
}

function setMouse(model: Model, on: boolean): Step {
  const notice = { code: on ? 'chat.mouse.on' : 'chat.mouse.off', params: {}, bad: false };
  return [{ ...model, mouse: on, notice }, [{ kind: 'mouse', on }]];
}

/** Ctrl-C: what is written is put aside first (Ctrl-Y brings it back); with nothing written it quits. */
function interrupt(model: Model): Step {
  const chat = currentChat(model);
  if (chat === null || chat.draft.text === '' || model.quitting) return [model, [{ kind: 'quit' }]];
  const atEnd = apply(chat.draft, { kind: 'text-end' });
  let draft = atEnd;
  // Killing goes by lines; one after another they make one kill.
  while (draft.text !== '') draft = apply(draft, { kind: 'kill-line-back' });
  const key = model.setting.keys.keysOf('interrupt')[0] ?? '/quit';
  const notice = { code: 'chat.quit-again', params: { key }, bad: false };
  return only({ ...withChat(model, { ...chat, draft }), notice, quitting: true, completion: null });
}
