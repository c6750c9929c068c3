// What the chat screen is told of files (FileMsg) and what it asks for (FileEffect): a part of messages.ts.
import type { AccountId, ConversationId } from '../../chat/vocabulary.ts';
import type { FolderEntry, Problem, Transfer } from './model-files.ts';

export type FileMsg =
  /** All of them, at most ten times a second, in the order in which they came to be known. */
  | { readonly kind: 'transfers'; readonly transfers: readonly Transfer[] }
  /** What holds for all: bytes a second (null: no limit), and where what comes is put. */
  | { readonly kind: 'file-settings'; readonly cap: number | null; readonly downloads: string }
  /** In answer to `list-folder`; `folder` is whole, `above` null at the top. With a problem it is where one stays. */
  | {
      readonly kind: 'listing';
      readonly ref: number;
      readonly folder: string;
      readonly above: string | null;
      readonly entries: readonly FolderEntry[];
      readonly more: boolean;
      readonly problem: Problem | null;
    }
  /** In answer to `look-at`: what the paths stand for; null: not all of them are there. */
  | { readonly kind: 'looked-at'; readonly ref: number; readonly files: readonly FolderEntry[] | null }
  /** In answer to `complete-path`: the words that it may become, the first part of each as it was written. */
  | { readonly kind: 'completed-path'; readonly ref: number; readonly choices: readonly string[] };

export type FileEffect =
  /** Paths as a person writes them, `~` and all. What becomes of them comes as `transfers`, or as a notice. */
  | {
      readonly kind: 'offer';
      readonly target:
        | { readonly to: 'room'; readonly room: ConversationId }
        | { readonly to: 'account'; readonly account: AccountId };
      /** What the other person, or the room, is called. */
      readonly who: string;
      /** Nobody is there to answer: it may wait at the server from the start. */
      readonly away: boolean;
      readonly paths: readonly string[];
    }
  /** Into a folder, or (null) where files are put. `always`: what this person offers from now on, too. */
  | { readonly kind: 'accept'; readonly transfer: string; readonly folder: string | null; readonly always: boolean }
  | {
      readonly kind: 'file';
      readonly do: 'decline' | 'pause' | 'resume' | 'cancel' | 'open';
      readonly transfer: string;
    }
  /** What is over leaves the list. */
  | { readonly kind: 'clear-files' }
  | { readonly kind: 'rate'; readonly bytes: number | null }
  /** Where files are put from now on. Answered by `file-settings` or a notice. */
  | { readonly kind: 'downloads'; readonly folder: string }
  /** A folder ('' where one was last), or what is written from there: `..`, `~/`, `/srv/`. Answered by `listing`. */
  | { readonly kind: 'list-folder'; readonly ref: number; readonly folder: string; readonly into: string | null }
  /** Several ways to read what was pasted: the first one of which all is there counts. Answered by `looked-at`. */
  | { readonly kind: 'look-at'; readonly ref: number; readonly readings: readonly (readonly string[])[] }
  /** The beginning of a path. Answered by `completed-path`. */
  | { readonly kind: 'complete-path'; readonly ref: number; readonly path: string };
