// edit, delete and react: what may be done about a message that was said. The message itself stays where it stands.
import { REACTION_LENGTH, REACTIONS_PER_MESSAGE } from '../../limits.ts';
import { countReactions } from '../fold.ts';
import { cleanShort, cleanText, faultOfMessage, isVisible } from '../text.ts';
import { type Decision, type Draft, type EventDetail, type MessageRef, type Peer, reject } from '../vocabulary.ts';
import { cleanBody, faultOfBody, sizeOf } from './post.ts';
import { type CommandRow, type Deciding, draft, maySpeak, refused, USAGE, written } from './row.ts';
import { mayModerate, mayNotSpeak } from './rules.ts';

type Original = Draft & { readonly kind: 'message' };

export const edit: CommandRow<'edit'> = {
  needs: 'member',
  lines: [
    {
      name: 'edit',
      aliases: ['e'],
      args: 'TEXT',
      help: 'help.edit',
      parse: (rest, { own }) => {
        const text = cleanText(rest);
        if (text.trim() === '') return USAGE;
        if (!own) return refused('no-such-message');
        const fault = faultOfMessage(text);
        return fault ? refused(fault) : written({ kind: 'edit', about: own, body: { kind: 'text', text } });
      },
    },
  ],
  decide: (command, deciding) => {
    const original = standing(deciding, command.about);
    if (!original) return reject('no-such-message');
    if (original.account !== deciding.actor.account) return reject('not-yours');
    const silent = silenced(deciding, original);
    if (silent) return silent;
    const body = cleanBody(command.body);
    return faultOfBody(body) ?? change(deciding, original, { kind: 'edited', about: command.about, body });
  },
};

export const remove: CommandRow<'delete'> = {
  needs: 'member',
  lines: [
    {
      name: 'delete',
      aliases: ['del'],
      args: '',
      help: 'help.delete',
      parse: (_rest, { own }) => (own ? written({ kind: 'delete', about: own }) : refused('no-such-message')),
    },
  ],
  decide: (command, deciding) => {
    const original = standing(deciding, command.about);
    if (!original) return reject('no-such-message');
    if (!mayDelete(deciding, original)) return reject('not-yours');
    return change(deciding, original, { kind: 'deleted', about: command.about });
  },
};

export const react: CommandRow<'react'> = {
  needs: 'member',
  lines: [line('react', '+', true), line('unreact', '-', false)],
  decide: (command, deciding) => {
    const original = standing(deciding, command.about);
    if (!original) return reject('no-such-message');
    const silent = silenced(deciding, original);
    if (silent) return silent;
    const reaction = cleanShort(command.reaction, REACTION_LENGTH);
    if (reaction !== command.reaction || !isVisible(reaction)) return reject('reaction-invalid');
    if (command.on && countReactions(original.reactions) >= REACTIONS_PER_MESSAGE) {
      return reject('too-many-reactions', { limit: REACTIONS_PER_MESSAGE });
    }
    const { about, on } = command;
    return change(deciding, original, { kind: 'reacted', about, reaction, on });
  },
};

function line(name: string, alias: string, on: boolean): CommandRow<'react'>['lines'][number] {
  return {
    name,
    aliases: [alias],
    args: 'EMOJI',
    help: `help.${name}`,
    parse: (rest, { message }) => {
      const reaction = cleanShort(rest, REACTION_LENGTH);
      if (!isVisible(reaction)) return USAGE;
      return message ? written({ kind: 'react', about: message, reaction, on }) : refused('no-such-message');
    },
  };
}

/** The message, unless it was taken back. */
function standing(deciding: Deciding, about: MessageRef): Original | null {
  const original = deciding.message(about);
  return original?.deleted ? null : original;
}

/** Other words and reactions are heard like any others: who has left a closed room says nothing there any more. */
function silenced(deciding: Deciding, { conversation, to }: Original): Decision | null {
  if (!maySpeak(deciding, conversation)) return reject('room-closed', { room: conversation });
  return mayNotSpeak(deciding, to ? null : conversation);
}

/** Its author; in a room also the room's owner and operators. */
function mayDelete(deciding: Deciding, { account, conversation, to }: Original): boolean {
  if (account === deciding.actor.account) return true;
  if (to) return false;
  return mayModerate(deciding, conversation);
}

/** In private talk the event names the one who is not its actor, and waits for them like what was said. */
function change(deciding: Deciding, { conversation, account, from, to }: Original, detail: EventDetail): Decision {
  const peer: Peer | undefined = to && (account === deciding.actor.account ? to : { account, name: from });
  const bytes = detail.kind === 'edited' ? sizeOf(detail.body) : 0;
  if (peer && detail.kind !== 'deleted' && !deciding.mayWait(peer.account, bytes)) {
    return reject('queue-full', { name: peer.name });
  }
  const event = draft(deciding, conversation, { ...detail, ...(peer ? { to: peer } : {}) } as EventDetail, true);
  return { ok: true, events: [event] };
}
