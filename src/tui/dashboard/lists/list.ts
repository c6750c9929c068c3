// What a list above the screen is made of: columns, rows by their keys, and what may be done with the selected one.
import type { WordKey } from '../../../words/words.ts';
import type { Span } from '../../kit/canvas.ts';
import type { ColumnSize } from '../columns.ts';
import type { ListOverlay, Model } from '../model.ts';
import type { Step } from '../send.ts';

export interface ListRow {
  /** Names it, whatever else changes. */
  readonly key: string;
  /** What a filter looks through. */
  readonly text: () => string;
  readonly cell: (column: string) => readonly Span[];
}

export interface ListAction {
  readonly letter: string;
  /** A key that does the same. */
  readonly key?: 'Enter' | 'Delete';
  readonly words: WordKey;
  /** Null: it makes no sense for this row, and is not offered. */
  readonly run: (model: Model, overlay: ListOverlay, key: string) => Step | null;
}

export interface ListSpec {
  readonly title: WordKey;
  /** Where there is nothing. */
  readonly none: WordKey;
  readonly columns: readonly ColumnSize<string>[];
  readonly titles: Readonly<Record<string, WordKey>>;
  /** Which stay the longest. */
  readonly ranked: readonly string[];
  /** Null: not answered yet. */
  readonly rows: (model: Model) => readonly ListRow[] | null;
  /** How many there are in all, where not all of them are rows. */
  readonly all?: (model: Model) => number;
  readonly actions: readonly ListAction[];
}
