// The style tokens: what a cell means. A theme (themes/*.json) gives each one its colours; views name nothing else.

/** Every token, surfaces first; a theme holds exactly these (a test compares). */
export const TOKENS = [
  'base', // the whole screen
  'side', // side panel
  'bar', // top and bottom bars
  'input', // composer
  'raised', // overlays
  'selected', // the selected row
  'hover', // the row under the mouse
  'text',
  'strong',
  'dim', // secondary
  'faint', // times and hints
  'heading', // of the side panel
  'rule', // thin rules
  'accent', // where I am and what I may press
  'ok', // alive, done
  'warn', // for me, or look
  'error', // new, wrong
  'key', // a key in hints
  'mention', // the surface of a line that mentions me
  'mention-bar', // and the bar left of it
  'current-bar', // left of the conversation that is open
  'unread', // the rule above what is new
  'badge', // unread counts
  'badge-mention',
  'badge-private',
  'author-1',
  'author-2',
  'author-3',
  'author-4',
  'author-5',
  'author-6',
  'author-7',
  'author-8',
  'me', // my own name
  'code',
  'link',
  'system', // joins and leaves
  'notice', // announcements of the server
  'private', // mark of private talk
  'queued',
  'sent',
  'failed',
  'match', // search hit
  'scrollbar',
  'bar-fill', // progress: moving
  'bar-empty', // progress: what is left
  'bar-done', // progress: complete
  'chart-users',
  'chart-messages',
  'chart-traffic',
  'chart-memory',
  'chart-loop',
  'chart-empty',
] as const;

export type Token = (typeof TOKENS)[number];

const INDEX: ReadonlyMap<string, number> = new Map(TOKENS.map((token, index) => [token, index]));

/** Names a stack of tokens, lowest first; 0 is the empty one. Cells hold these, whatever the theme. */
export type StyleId = number;

const stacks: { readonly below: StyleId; readonly token: Token }[] = [{ below: 0, token: 'base' }];
const above = new Map<number, StyleId>();

/** The stack `below` with `token` on top. Ids are interned for the process: as many as views combine tokens. */
export function push(below: StyleId, token: Token): StyleId {
  if (below !== 0 && stacks[below]!.token === token) return below;
  const key = below * TOKENS.length + INDEX.get(token)!;
  let id = above.get(key);
  if (id === undefined) {
    id = stacks.push({ below, token }) - 1;
    above.set(key, id);
  }
  return id;
}

/** The tokens of a stack, lowest first. */
export function tokensOf(id: StyleId): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = id; at !== 0; at = stacks[at]!.below) tokens.push(stacks[at]!.token);
  return tokens.reverse();
}
