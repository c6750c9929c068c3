// What the overlay for reactions offers: what the message has already, then what is used most, by its name or as it is typed.
import { cleanShort, foldName, isVisible } from '../../chat/text.ts';
import { REACTION_LENGTH } from '../../limits.ts';
import { say, type WordKey } from '../../words/words.ts';
import type { MessageLine } from './timeline.ts';

export interface ReactionChoice {
  readonly reaction: string;
  /** What it is called; '' where it has no name here. */
  readonly name: string;
  /** How many have said so. */
  readonly count: number;
  readonly mine: boolean;
}

const USUAL: readonly (readonly [string, WordKey])[] = [
  ['👍', 'chat.reaction.yes'],
  ['👎', 'chat.reaction.no'],
  ['❤️', 'chat.reaction.heart'],
  ['😂', 'chat.reaction.laugh'],
  ['🎉', 'chat.reaction.party'],
  ['🚀', 'chat.reaction.go'],
  ['👀', 'chat.reaction.look'],
  ['✅', 'chat.reaction.done'],
  ['🙏', 'chat.reaction.thanks'],
  ['😢', 'chat.reaction.sad'],
];

/** What a filter leaves. */
export function reactionChoices(line: MessageLine | undefined, me: string, written: string): readonly ReactionChoice[] {
  const there = line?.event.reactions ?? [];
  const named = (reaction: string) => {
    const [, key] = USUAL.find(([each]) => each === reaction) ?? [];
    return key === undefined ? '' : say(key);
  };
  const all: ReactionChoice[] = [
    ...there.map(({ reaction, accounts }) => ({
      ...{ reaction, name: named(reaction), count: accounts.length, mine: accounts.includes(me) },
    })),
    ...USUAL.filter(([reaction]) => !there.some(each => each.reaction === reaction)).map(([reaction, key]) => ({
      ...{ reaction, name: say(key), count: 0, mine: false },
    })),
  ];
  const wanted = foldName(written.trim());
  if (wanted === '') return all;
  const found = all.filter(({ reaction, name }) => reaction === written.trim() || foldName(name).startsWith(wanted));
  const own = cleanShort(written, REACTION_LENGTH);
  const other = isVisible(own) && !all.some(each => each.reaction === own);
  return other ? [...found, { reaction: own, name: '', count: 0, mine: false }] : found;
}
