// What lies under the mouse: views register these, update reads them.
import type { ConversationId, Position } from '../../chat/vocabulary.ts';
import type { Action, FileAction } from './keys.ts';
import type { ChatKey } from './model.ts';

export type Target =
  /** A row of the side pane, or of a list in an overlay. */
  | { readonly on: 'chat'; readonly key: ChatKey }
  | { readonly on: 'room'; readonly room: ConversationId }
  | { readonly on: 'action'; readonly action: Action }
  | { readonly on: 'log' }
  | { readonly on: 'line'; readonly position: Position }
  | { readonly on: 'composer' }
  /** A file in the side pane: the list opens at it. */
  | { readonly on: 'files'; readonly transfer: string }
  | { readonly on: 'file'; readonly transfer: string; readonly do: FileAction }
  /** What is marked in the picker: it is sent. */
  | { readonly on: 'marked' }
  /** A row of a list in an overlay. */
  | { readonly on: 'choice'; readonly index: number }
  /** Inside an overlay, where nothing can be pressed; and outside of one: that closes it. */
  | { readonly on: 'overlay' }
  | { readonly on: 'outside' }
  /** The start screen. */
  | { readonly on: 'server'; readonly index: number }
  | { readonly on: 'field'; readonly field: 'server' | 'name' };

/** The target of a mouse event, which a frame keeps without knowing its type. */
export function asTarget(target: unknown): Target | null {
  return typeof target === 'object' && target !== null && 'on' in target ? (target as Target) : null;
}
