// A chat without a server, in which what is decided happens at once: commands go in, decisions come out. Accounts are their names.
import { decideClaim } from '../../src/chat/claim.ts';
import { decide } from '../../src/chat/decide.ts';
import { fold, isChange } from '../../src/chat/fold.ts';
import { apply, type ChatState, emptyState } from '../../src/chat/state.ts';
import type {
  AccountId,
  Command,
  ConversationId,
  Decision,
  Draft,
  MessageRef,
  Role,
  Target,
} from '../../src/chat/vocabulary.ts';

type Said = Draft & { readonly kind: 'message' };

export class ChatWorld {
  readonly state: ChatState = emptyState();
  readonly messages: Said[] = [];
  /** Whether somebody may see a message; everybody all at first. */
  sees: (account: AccountId, message: Said) => boolean = () => true;
  /** What was asked about waiting, and its answer. */
  readonly asked: { readonly to: AccountId; readonly bytes: number }[] = [];
  waits = true;
  #ids = 0;

  /** These people are there, in the lobby. */
  constructor(...names: readonly string[]) {
    for (const name of names) {
      const actor = { account: name, name, role: 'member' } as const;
      const claim = { name, key: new Uint8Array(32), invite: null, enters: true };
      this.#take(decideClaim(claim, { ...this.#deciding(name), actor, id: '' }));
    }
  }

  does(account: AccountId, command: Command, role: Role = 'member'): Decision {
    const actor = { account, name: this.state.accounts.get(account)?.name ?? account, role };
    this.#ids += 1;
    return this.#take(decide(command, { ...this.#deciding(account), actor, id: `m${this.#ids}` }));
  }

  /** Says something that is not refused, and gives what it is called by. */
  says(account: AccountId, target: Target, text: string, reply?: MessageRef): MessageRef {
    const body = { kind: 'text', text } as const;
    const decision = this.does(account, { kind: 'post', target, body, action: false, ...(reply ? { reply } : {}) });
    if (!decision.ok) throw new Error(decision.rejection.code);
    return { account, id: `m${this.#ids}` };
  }

  message({ account, id }: MessageRef): Said | undefined {
    return this.messages.find(each => each.account === account && each.id === id);
  }

  #deciding(asker: AccountId) {
    return {
      state: this.state,
      now: 7,
      talkOf,
      maySee: () => true,
      inSpool: () => false,
      exempt: [],
      within: () => [],
      inviteToken: (invite: string) => `token of ${invite}`,
      message: (about: MessageRef) => {
        const found = this.message(about);
        return found && this.sees(asker, found) ? found : null;
      },
      mayWait: (to: AccountId, bytes: number) => {
        this.asked.push({ to, bytes });
        return this.waits;
      },
    };
  }

  #take(decision: Decision): Decision {
    if (!decision.ok) return decision;
    for (const event of decision.events) {
      apply(this.state, event);
      if (event.kind === 'message') this.messages.push(event);
      if (!isChange(event)) continue;
      const { about } = event;
      const at = this.messages.findIndex(each => each.account === about.account && each.id === about.id);
      if (at >= 0) this.messages[at] = fold(this.messages[at] as Said, event, 9);
    }
    return decision;
  }
}

export const talkOf = (one: AccountId, other: AccountId): ConversationId => `~${[one, other].sort().join('+')}`;
export const room = (name: ConversationId): Target => ({ to: 'room', room: name });
export const named = (name: string): Target => ({ to: 'name', name });

/** The kinds of a decision's events, or the code of its refusal. */
export function outcome(decision: Decision): readonly string[] | string {
  return decision.ok ? decision.events.map(event => event.kind) : decision.rejection.code;
}

/** The one event of a decision. */
export function onlyEvent(decision: Decision): Draft {
  const [event] = decision.ok ? decision.events : [];
  if (!event || !decision.ok || decision.events.length !== 1) throw new Error(JSON.stringify(decision));
  return event;
}
