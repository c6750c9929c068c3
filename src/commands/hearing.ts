// What the client says as the chat screen hears it.
import type { ClientMessage } from '../client/client.ts';
import type { Msg } from '../tui/chat/chat.ts';

const SPECIAL = ['online', 'over', 'stale', 'unkept', 'admin', 'admin-refused', 'wanted'] as const;
/**
 * What needs more than another form: a login, an end, lists that are out of date, a line that could not be kept; and what
 * is for an operator's dashboard, or for files.
 */
export type Special = Extract<ClientMessage, { is: (typeof SPECIAL)[number] }>;

export function isSpecial(message: ClientMessage): message is Special {
  return (SPECIAL as readonly string[]).includes(message.is);
}

export function screenMessage(message: Exclude<ClientMessage, Special>, address: string): Msg {
  switch (message.is) {
    case 'connecting':
      return { kind: 'link', link: { state: 'connecting', address } };
    case 'waiting': {
      const { retryAt, error } = message;
      return { kind: 'link', link: { state: 'waiting', retryAt, code: error.code, params: error.params } };
    }
    case 'event':
      return { kind: 'event', event: message.event };
    case 'presence': {
      const { account, name, here, time, away } = message.presence;
      return { kind: 'presence', account, name, here, time, away };
    }
    case 'role':
      return { kind: 'role', role: message.role };
    case 'overview':
      return { kind: 'overview', conversations: message.conversations };
    case 'newest': {
      const { conversation, events, more } = message;
      return { kind: 'newest', conversation, events, more };
    }
    case 'marked':
    case 'delivered':
      return { kind: message.is, conversation: message.conversation, position: message.position };
    case 'acked':
      return { kind: 'acked', id: message.id, position: message.position, time: message.time };
    case 'refused': {
      const { code, params } = message.error;
      return { kind: 'refused', id: message.id, ref: null, code, params };
    }
    case 'trip':
      return { kind: 'trip', ms: message.milliseconds };
    default:
      return message satisfies never;
  }
}
