// Files: what is told of them, and what one does about them, whether a key, a command or the mouse asked for it.
import { foldName, validRoom } from '../../chat/text.ts';
import type { AnyEvent } from '../../chat/vocabulary.ts';
import { formatBytes } from '../kit/format.ts';
import type { Own } from './commands.ts';
import { actionsFor, fileName, shortName, sizeText, stateText } from './files.ts';
import { type FileAction, keyLabel } from './keys.ts';
import type { FileMsg } from './messages-files.ts';
import { isRoom, keyOf, type Model, type Step, titleOf } from './model.ts';
import {
  type Fate,
  type FilesOverlay,
  inOrder,
  isOver,
  offerName,
  type Transfer,
  wantsAnswer,
  withFate,
} from './model-files.ts';
import { shellWords } from './paths.ts';
import { only } from './update-chats.ts';
import { completedPath } from './update-complete.ts';
import { lookedAt } from './update-drop.ts';
import { listing, openPicker, sendPaths } from './update-picker.ts';
import { personCalled, told } from './update-send.ts';

export function fileMsg(model: Model, msg: FileMsg): Step {
  switch (msg.kind) {
    case 'transfers':
      return only(transfersTold(model, msg.transfers));
    case 'file-settings':
      return only({ ...model, files: { ...model.files, cap: msg.cap, downloads: msg.downloads } });
    case 'listing':
      return only(listing(model, msg));
    case 'looked-at':
      return only(lookedAt(model, msg));
    case 'completed-path':
      return only(completedPath(model, msg));
    default:
      return msg satisfies never;
  }
}

function transfersTold(model: Model, told: readonly Transfer[]): Model {
  const transfers = inOrder(told.map(transfer => ({ ...transfer, who: peerOf(model, transfer) })));
  const byOffer = new Map(transfers.map(transfer => [offerName(transfer.about), transfer]));
  const notice = model.files.heard ? news(model, transfers) : waiting(model, transfers);
  const live = new Set(
    transfers.flatMap(({ key, state }) => (model.files.live.has(key) || !isOver({ state }) ? key : [])),
  );
  return { ...model, files: { ...model.files, transfers, byOffer, live, heard: true }, notice: notice ?? model.notice };
}

/** Who it comes from or goes to, as they are called now: of a file in a room the person who offers it. */
function peerOf(model: Model, { side, about, conversation, who }: Transfer): string {
  if (side === 'receive') return model.people.get(about.account)?.name ?? who;
  if (who !== '' || conversation === '') return who;
  const key = keyOf(model, conversation);
  return key === conversation && !isRoom(key) ? who : titleOf(model, key);
}

/** What waits from before: told once, unless something else is. */
function waiting(model: Model, transfers: readonly Transfer[]): Model['notice'] {
  const first = transfers.find(wantsAnswer);
  return first === undefined || model.notice !== null ? null : offered(model, first, transfers);
}

/** What has become of files since the last time; what went wrong is told before all else. */
function news(model: Model, transfers: readonly Transfer[]): Model['notice'] {
  const before = new Map(model.files.transfers.map(transfer => [transfer.key, transfer.state]));
  let latest: Model['notice'] = null;
  for (const transfer of transfers) {
    const was = before.get(transfer.key);
    if (was === transfer.state) continue;
    const notice = was === undefined && isOver(transfer) ? null : newsOf(model, transfer, transfers);
    if (notice !== null && latest?.bad !== true) latest = notice;
  }
  return latest;
}

function newsOf(model: Model, transfer: Transfer, all: readonly Transfer[]): Model['notice'] {
  const { state, side, who: name, path } = transfer;
  const mine = side === 'send';
  const file = shortName(transfer);
  if (wantsAnswer(transfer)) return offered(model, transfer, all);
  if (state === 'done' && !mine && path !== null) {
    return { code: 'chat.file.told.saved', params: { file, name, path }, bad: false };
  }
  // What one did oneself is no news.
  const own = (state === 'declined' && !mine) || (state === 'withdrawn' && mine);
  if (!isOver(transfer) || own) return null;
  return { code: 'chat.file.told.became', params: { file, sentence: stateText(transfer) }, bad: state !== 'done' };
}

/** What is offered; of several that wait for an answer only how many. */
function offered(model: Model, transfer: Transfer, all: readonly Transfer[]): Model['notice'] {
  const key = keyLabel(model.setting.keys, 'files');
  const count = all.filter(wantsAnswer).length;
  if (count > 1) return { code: 'chat.file.told.waiting', params: { count, key }, bad: false };
  const params = { name: transfer.who, file: shortName(transfer), size: sizeText(transfer), key };
  return { code: 'chat.file.told.offered', params, bad: false };
}

/** What events of the log say of offers, live or read back; in whatever order they come. */
export function withFates(model: Model, events: readonly AnyEvent[]): Model {
  let { fates } = model.files;
  for (const event of events) {
    const { kind, account, from: name } = event;
    if (kind === 'received') {
      const has = (fate: Fate) =>
        fate.have.has(account) ? fate : { ...fate, have: new Map(fate.have).set(account, name) };
      fates = withFate(fates, event.about, has);
    } else if (kind === 'declined' || kind === 'withdrawn') {
      const why = kind === 'declined' ? kind : event.why;
      fates = withFate(fates, event.about, fate => (fate.end === null ? { ...fate, end: { why, name } } : fate));
    }
  }
  return fates === model.files.fates ? model : { ...model, files: { ...model.files, fates } };
}

/** Opens the list, at one of them. */
export function openFiles(model: Model, selected: string | null = null, more: Partial<FilesOverlay> = {}): Step {
  const overlay: FilesOverlay = { is: 'files', selected, details: false, asking: false, ...more };
  return only({ ...model, overlay, picked: null, notice: null });
}

/** The transfer that an open list has selected. */
export function selectedIn({ files }: Model, overlay: FilesOverlay): Transfer | undefined {
  return files.transfers.find(transfer => transfer.key === overlay.selected) ?? files.transfers[0];
}

/** A step about a file that is called by its key; none where it is gone meanwhile. */
export function onFile(model: Model, key: string, step: (transfer: Transfer) => Step): Step {
  const transfer = model.files.transfers.find(each => each.key === key);
  return transfer === undefined ? only(model) : step(transfer);
}

/** Does something about a file. */
export function runFile(model: Model, transfer: Transfer, action: FileAction): Step {
  const { key } = transfer;
  const done: Model = { ...model, picked: null, notice: null };
  if (action === 'details') return openFiles(model, key, { details: true });
  if (action === 'clear') return clearFiles(model);
  if (!actionsFor(transfer).includes(action)) return only(told(model, 'chat.file.not-now'));
  switch (action) {
    case 'accept':
    case 'always':
      return [done, [{ kind: 'accept', transfer: key, folder: null, always: action === 'always' }]];
    case 'folder':
      return openPicker(done, { for: 'save', transfer: key });
    case 'cancel':
      return openFiles(model, key, { asking: true });
    case 'decline':
    case 'pause':
    case 'resume':
    case 'open':
      return [done, [{ kind: 'file', do: action, transfer: key }]];
    default:
      return action satisfies never;
  }
}

function clearFiles(model: Model): Step {
  if (!model.files.transfers.some(isOver)) return only(told(model, 'chat.file.cleared.none', {}, false));
  return [{ ...model, notice: null }, [{ kind: 'clear-files' }]];
}

/** The person's answer to whether a file is really to be ended. */
export function answerCancel(model: Model, overlay: FilesOverlay, yes: boolean): Step {
  const transfer = selectedIn(model, overlay);
  const quiet: Model = { ...model, overlay: { ...overlay, asking: false } };
  return yes && transfer !== undefined
    ? [quiet, [{ kind: 'file', do: 'cancel', transfer: transfer.key }]]
    : only(quiet);
}

type FileCommand = Extract<Own, { readonly do: 'send' | 'file' | 'rate' | 'downloads' }>;

export function runFileCommand(model: Model, own: FileCommand): Step {
  switch (own.do) {
    case 'send':
      return sendWritten(model, own.words);
    case 'file':
      return own.action === 'clear' ? clearFiles(model) : runNamed(model, own.action, own.name);
    case 'rate': {
      const bytes = own.bytes === undefined ? model.files.cap : own.bytes;
      const params = bytes === null ? {} : { rate: formatBytes(bytes) };
      const said = told(model, bytes === null ? 'chat.file.rate.none' : 'chat.file.rate.set', params, false);
      return own.bytes === undefined ? only(said) : [said, [{ kind: 'rate', bytes: own.bytes }]];
    }
    case 'downloads': {
      if (own.folder === '') return only(told(model, 'chat.file.downloads', { folder: model.files.downloads }, false));
      const [word, ...others] = shellWords(own.folder);
      const folder = word === undefined || others.length > 0 ? own.folder : word.text;
      return [model, [{ kind: 'downloads', folder }]];
    }
    default:
      return own satisfies never;
  }
}

/** `/send [@NAME | #ROOM] [PATH…]`: a name in quotes, or with `./` before it, is a path. */
function sendWritten(model: Model, written: string): Step {
  const words = shellWords(written);
  const [first, ...rest] = words;
  const named = first !== undefined && !first.quoted && /^[@#]/.test(first.text) ? first.text : null;
  const key = named === null ? model.current : chatCalled(model, named);
  if (key === null) return only(named === null ? model : told(model, 'chat.no-such-chat', { name: named }));
  const paths = (named === null ? words : rest).map(word => word.text);
  return paths.length === 0 ? openPicker(model, { for: 'send', chat: key }) : sendPaths(model, key, paths);
}

function chatCalled(model: Model, name: string): string | null {
  if (name.startsWith('@')) return personCalled(model, name)?.account ?? null;
  const room = validRoom(name);
  return room !== null && model.rooms.get(room)?.joined ? room : null;
}

/** Does something about the file that is meant: by its name, else in this chat, else the first of which it can be done. */
function runNamed(model: Model, action: FileAction, name: string): Step {
  const fitting = model.files.transfers.filter(transfer => actionsFor(transfer).includes(action));
  const wanted = foldName(name);
  const named = fitting.filter(transfer => foldName(fileName(transfer)).startsWith(wanted));
  const meant = named.find(({ conversation }) => keyOf(model, conversation) === model.current) ?? named[0];
  if (meant !== undefined) return runFile(model, meant, action);
  const key = keyLabel(model.setting.keys, 'files');
  return only(told(model, name === '' ? 'chat.file.none-fits' : 'chat.file.none-named', { name, key }));
}
