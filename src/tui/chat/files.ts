// What is said of a file on its way: its figures and its state in words, and what one can do about it.
import type { FileNote } from '../../chat/vocabulary.ts';
import { say } from '../../words/words.ts';
import { formatBytes, formatLeft } from '../kit/format.ts';
import type { Token } from '../kit/tokens.ts';
import { truncate } from '../kit/width.ts';
import { FILE_KEYS, type FileAction } from './keys.ts';
import type { Model } from './model.ts';
import { type Fate, isOver, offerName, type Transfer, wantsAnswer } from './model-files.ts';
import { codeText, listed } from './sentences.ts';
import type { OfferLine } from './timeline.ts';

export function fileName({ file }: Pick<Transfer, 'file'>): string {
  return file?.name ?? say('chat.file.sealed');
}

/** Columns of a file's name within a sentence. */
const NAME_SHOWN = 40;

/** The name where it stands within a sentence. */
export function shortName(transfer: Pick<Transfer, 'file'>): string {
  return truncate(fileName(transfer), NAME_SHOWN);
}

/** `48 MB`, and of a folder how many files. */
export function sizeText({ file, size }: Pick<Transfer, 'file' | 'size'>): string {
  const bytes = formatBytes(size);
  if (!file?.folder) return bytes;
  return say(file.files === 1 ? 'chat.file.folder-size.one' : 'chat.file.folder-size', {
    files: file.files,
    size: bytes,
  });
}

/** From 0 to 1. */
export function fractionOf({ size, done, state }: Pick<Transfer, 'size' | 'done' | 'state'>): number {
  if (state === 'done' || state === 'kept') return 1;
  return size <= 0 ? 0 : Math.min(1, Math.max(0, done / size));
}

/** `27 %`; a hundred only when it is there. */
export function percentText(transfer: Pick<Transfer, 'size' | 'done' | 'state'>): string {
  return say('chat.file.percent', { percent: Math.floor(100 * fractionOf(transfer)) });
}

/** `11 MB/s`, or '' while nothing moves. */
export function rateText({ rate, state }: Pick<Transfer, 'rate' | 'state'>): string {
  return state === 'running' && rate >= 1 ? say('chat.file.rate', { rate: formatBytes(rate) }) : '';
}

/** `0:31`, or '' while nothing moves. */
export function leftText({ size, done, rate, state }: Transfer): string {
  return state === 'running' && rate >= 1 ? formatLeft((1000 * Math.max(0, size - done)) / rate) : '';
}

export function routeText({ route }: Pick<Transfer, 'route'>): string {
  return route === null ? '' : say(`chat.file.route.${route}`);
}

/** Its sign, by which one knows at a glance what it does. */
export function markOf(transfer: Transfer): { readonly text: string; readonly token: Token } {
  if (wantsAnswer(transfer)) return { text: '▤', token: 'warn' };
  switch (transfer.state) {
    case 'done':
      return { text: '✓', token: 'ok' };
    case 'failed':
    case 'stopped':
      return { text: '✗', token: 'error' };
    case 'declined':
    case 'withdrawn':
    case 'expired':
      return { text: '–', token: 'dim' };
    case 'paused':
      return { text: '‖', token: 'warn' };
    case 'offered':
    case 'waiting':
    case 'running':
    case 'kept':
      return transfer.side === 'send' ? { text: '↑', token: 'accent' } : { text: '↓', token: 'ok' };
    default:
      return transfer.state satisfies never;
  }
}

/** What moves is what one looks at; what one has to do something about stands out. */
export function stateToken({ state, side }: Pick<Transfer, 'state' | 'side'>): Token {
  if (state === 'failed' || state === 'stopped') return 'error';
  if (state === 'paused' || wantsAnswer({ state, side })) return 'warn';
  return state === 'done' ? 'ok' : 'dim';
}

/** In one or two words, where there is no room for a sentence. */
export function stateWord(transfer: Transfer): string {
  if (transfer.state === 'running') return percentText(transfer);
  if (wantsAnswer(transfer)) return say('chat.file.short.answer');
  return say(`chat.file.short.${transfer.state}`);
}

/** One sentence: what becomes of it, why, and what one can do. */
export function stateText(transfer: Transfer): string {
  const { state, side, who: name, reason, received, path } = transfer;
  const mine = side === 'send';
  switch (state) {
    case 'offered':
      if (!mine) return say('chat.file.wants-answer', { name });
      return received.length > 0 ? haveText(received) : say('chat.file.offered', { name });
    case 'waiting':
      return reason === null ? say('chat.file.waiting', { name }) : codeText(reason.code, reason.params);
    case 'running': {
      const figures = [percentText(transfer), rateText(transfer), leftText(transfer), routeText(transfer)];
      return figures.filter(text => text !== '').join(' · ');
    }
    case 'paused':
      return `${percentText(transfer)} · ${say('chat.file.paused')}`;
    case 'kept':
      return received.length > 0 ? haveText(received) : say('chat.file.kept', { name });
    case 'done':
      if (mine) return haveText(received.length > 0 ? received : [name]);
      return path === null ? say('chat.file.arrived') : say('chat.file.saved', { path });
    case 'declined':
      return mine ? say('chat.file.declined', { name }) : say('chat.file.declined-by-me');
    case 'withdrawn':
      return mine ? say('chat.file.withdrawn-by-me') : say('chat.file.withdrawn', { name });
    case 'expired':
      return say(mine ? 'chat.file.expired-mine' : 'chat.file.expired', { name });
    case 'stopped':
      return say('chat.file.stopped');
    case 'failed':
      return reason === null ? say('chat.file.failed') : codeText(reason.code, reason.params);
    default:
      return state satisfies never;
  }
}

/** The mark of an offer of which the log alone tells. */
export function fateMark(fate: Fate | undefined): { readonly text: string; readonly token: Token } {
  if (fate !== undefined && fate.have.size > 0) return { text: '✓', token: 'ok' };
  return { text: fate === undefined || fate.end === null ? '▤' : '–', token: 'dim' };
}

/** `bob has it`, `bob and 3 others have it`. */
export function haveText(names: readonly string[]): string {
  return say(names.length === 1 ? 'chat.file.has' : 'chat.file.have', { names: listed(names) });
}

/** What the log alone says of an offer that nobody here carries; '' where nothing has become of it. */
export function fateText(fate: Fate | undefined, { me }: Model, mine: boolean): string {
  if (fate === undefined) return '';
  const { have, end } = fate;
  if (!mine && me !== null && have.has(me.account)) return say('chat.file.have-me');
  if (have.size > 0) return haveText([...have.values()]);
  if (end === null) return '';
  switch (end.why) {
    case 'declined':
      return mine ? say('chat.file.declined', { name: end.name }) : say('chat.file.declined-by-me');
    case 'withdrawn':
      return mine ? say('chat.file.withdrawn-by-me') : say('chat.file.withdrawn', { name: end.name });
    case 'expired':
      return say(mine ? 'chat.file.expired-mine' : 'chat.file.expired');
    case 'stopped':
      return say('chat.file.stopped');
    default:
      return end.why satisfies never;
  }
}

/** What the log tells of a file that is offered; null: nobody here can read it. */
export function noteOf({ body }: OfferLine['event']): FileNote | null {
  return body.kind === 'file' ? body.file : null;
}

/** What an offered file is called. */
export function offerTitle({ event }: OfferLine): string {
  return fileName({ file: noteOf(event) });
}

/** The transfer of an offer in the log, while somebody here knows of it. */
export function transferOf(model: Model, event: OfferLine['event']): Transfer | undefined {
  return event.id === null ? undefined : model.files.byOffer.get(offerName({ account: event.account, id: event.id }));
}

/** What one can do about a file now, in the order in which it is offered. */
export function actionsFor(transfer: Transfer): readonly FileAction[] {
  if (wantsAnswer(transfer)) return ['accept', 'always', 'folder', 'decline'];
  switch (transfer.state) {
    case 'offered':
    case 'kept':
      return ['cancel'];
    case 'waiting':
    case 'running':
      return ['pause', 'cancel'];
    case 'paused':
    case 'failed':
      return ['resume', 'cancel'];
    case 'done':
      return transfer.side === 'receive' ? ['open'] : [];
    case 'declined':
    case 'withdrawn':
    case 'expired':
    case 'stopped':
      return [];
    default:
      return transfer.state satisfies never;
  }
}

/** The action of a key for a file: of those that fit it, the first that has the key. */
export function fileAction(key: string, fitting: readonly FileAction[]): FileAction | undefined {
  return FILE_KEYS.find(row => row.keys.includes(key) && fitting.includes(row.action))?.action;
}

export interface Summary {
  readonly asking: number;
  readonly up: number;
  readonly down: number;
  /** Of all that moves, from 0 to 100. */
  readonly percent: number;
}

/** All files at a glance; null: nothing is on its way. */
export function summaryOf({ files }: Model): Summary | null {
  let [asking, up, down, size, done] = [0, 0, 0, 0, 0];
  for (const transfer of files.transfers) {
    if (isOver(transfer)) break;
    if (wantsAnswer(transfer)) asking += 1;
    else if (transfer.state !== 'offered' && transfer.state !== 'kept') {
      if (transfer.side === 'send') up += 1;
      else down += 1;
      size += transfer.size;
      done += Math.min(transfer.done, transfer.size);
    }
  }
  if (asking + up + down === 0) return null;
  return { asking, up, down, percent: size === 0 ? 0 : Math.floor((100 * done) / size) };
}
