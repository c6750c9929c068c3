// One checker for all promises of delivery and order: what clients sent and were told, against what the server's history
// and every member's own stream hold. It knows no server, so that its own tests can make up what no server should do.
import type { AccountId, ConversationId, MessageId, Position } from '../../src/chat/vocabulary.ts';

/** What a client was told of a message that it sent. */
export type Outcome =
  | { readonly is: 'ok'; readonly position: Position }
  | { readonly is: 'refused'; readonly code: string }
  | { readonly is: 'unknown' };

export interface Sent {
  readonly id: MessageId;
  readonly account: AccountId;
  readonly conversation: ConversationId;
  readonly text: string;
  readonly outcome: Outcome;
}

/** A message as somebody saw it. */
export interface Line {
  readonly position: Position;
  readonly id: MessageId | null;
  readonly account: AccountId;
  readonly conversation: ConversationId;
  readonly text: string;
}

/** What one client was shown, live or after coming back, from a position on. */
export interface Stream {
  readonly who: string;
  readonly conversations: ReadonlySet<ConversationId>;
  readonly from: Position;
  readonly lines: readonly Line[];
}

export interface Evidence {
  /** Each sender's messages in the order in which they were sent. */
  readonly sent: readonly Sent[];
  /** The server's history as fresh clients page through it, each as far as it may see. */
  readonly histories: readonly (readonly Line[])[];
  readonly streams: readonly Stream[];
}

export type Rule =
  /** Acked, and not in the history. */
  | 'lost'
  /** In the history, and nobody sent it. */
  | 'phantom'
  /** Twice in the history. */
  | 'double'
  /** Kept elsewhere than the ack said. */
  | 'moved'
  /** Other words, another author or another conversation than were sent. */
  | 'changed'
  /** Refused, and in the history. */
  | 'kept though refused'
  /** Positions that do not rise, or one position that holds two things. */
  | 'order'
  /** One sender's messages in another order than they were sent. */
  | 'order of a sender'
  /** In the history, and not in a member's stream. */
  | 'missed'
  /** In a member's stream, and not so in the history. */
  | 'shown wrongly'
  /** Twice in a member's stream. */
  | 'shown twice';

export interface Fault {
  readonly rule: Rule;
  readonly what: string;
}

/** Everything that breaks a promise; none where all is well. */
export function check({ sent, histories, streams }: Evidence): Fault[] {
  const faults: Fault[] = [];
  const fault = (rule: Rule, what: string) => void faults.push({ rule, what });
  for (const lines of histories) rising(lines, { who: 'the history', again: 'double' }, fault);
  const history = merged(histories, fault);
  const byId = identified(history, fault);
  checkSent(sent, byId, fault);
  const known = new Set(sent.map(each => each.id));
  for (const line of history) if (line.id === null || !known.has(line.id)) fault('phantom', shown(line));
  for (const stream of streams) checkStream(stream, history, fault);
  return faults;
}

/** Faults by rule, with an example of each, as a failing test shows them. */
export function summary(faults: readonly Fault[]): string[] {
  const rules = new Map<Rule, Fault[]>();
  for (const fault of faults) rules.set(fault.rule, [...(rules.get(fault.rule) ?? []), fault]);
  return [...rules].map(
    ([rule, all]) =>
      `${all.length} ${rule}: ${all
        .slice(0, 3)
        .map(each => each.what)
        .join(' · ')}`,
  );
}

/** Characters of a message that a fault shows. */
const SHOWN = 40;

type Tell = (rule: Rule, what: string) => void;

function checkSent(sent: readonly Sent[], byId: ReadonlyMap<MessageId, Line>, fault: Tell): void {
  const last = new Map<AccountId, Line>();
  for (const each of sent) {
    const line = byId.get(each.id);
    const { outcome } = each;
    if (!line) {
      if (outcome.is === 'ok') fault('lost', `“${each.text.slice(0, SHOWN)}” (acked at ${outcome.position})`);
      continue;
    }
    if (outcome.is === 'refused') fault('kept though refused', `${shown(line)} (${outcome.code})`);
    if (outcome.is === 'ok' && outcome.position !== line.position)
      fault('moved', `${shown(line)} acked at ${outcome.position}`);
    const same = line.text === each.text && line.account === each.account && line.conversation === each.conversation;
    if (!same) fault('changed', `${shown(line)} was sent as “${each.text.slice(0, SHOWN)}”`);
    const before = last.get(each.account);
    if (before && before.position >= line.position) fault('order of a sender', `${shown(line)} after ${shown(before)}`);
    last.set(each.account, line);
  }
}

function checkStream({ who, conversations, from, lines }: Stream, history: readonly Line[], fault: Tell): void {
  rising(lines, { who, again: 'shown twice' }, fault);
  const seen = new Map(lines.map(line => [line.position, line]));
  const expected = new Map<Position, Line>();
  for (const line of history) {
    if (line.position <= from || !conversations.has(line.conversation)) continue;
    expected.set(line.position, line);
    if (!seen.has(line.position)) fault('missed', `${who}: ${shown(line)}`);
  }
  for (const line of seen.values()) {
    const kept = expected.get(line.position);
    if (!kept || !alike(kept, line))
      fault('shown wrongly', `${who}: ${shown(line)}, kept: ${kept ? shown(kept) : 'nothing'}`);
  }
}

function rising(lines: readonly Line[], { who, again }: { who: string; again: Rule }, fault: Tell): void {
  for (const [index, line] of lines.entries()) {
    const before = lines[index - 1];
    if (!before || before.position < line.position) continue;
    fault(before.position === line.position ? again : 'order', `${who}: ${shown(line)} after ${shown(before)}`);
  }
}

/** All that is kept, in order; what two see at one position has to be the same. */
function merged(histories: readonly (readonly Line[])[], fault: Tell): Line[] {
  const all = new Map<Position, Line>();
  for (const line of histories.flat()) {
    const other = all.get(line.position);
    if (other && !alike(other, line)) fault('order', `${shown(line)} and ${shown(other)}`);
    all.set(line.position, line);
  }
  return [...all.values()].sort((one, other) => one.position - other.position);
}

function identified(history: readonly Line[], fault: Tell): Map<MessageId, Line> {
  const byId = new Map<MessageId, Line>();
  for (const line of history) {
    if (line.id === null) continue;
    const other = byId.get(line.id);
    if (other) fault('double', `${shown(line)} and ${shown(other)}`);
    else byId.set(line.id, line);
  }
  return byId;
}

function alike(one: Line, other: Line): boolean {
  return (
    one.id === other.id &&
    one.account === other.account &&
    one.conversation === other.conversation &&
    one.text === other.text
  );
}

function shown({ position, conversation, text }: Line): string {
  return `${position} ${conversation} “${text.slice(0, SHOWN)}”`;
}
