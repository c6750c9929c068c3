// update: the one place where what comes in meets what the screen knows. Each kind of message has its file.

import { jumpFailed, landed } from './jump.ts';
import type { Msg } from './messages.ts';
import type { Model, Step } from './model.ts';
import { history, only } from './update-chats.ts';
import { acked, addEvent, addPage, pageFailed, queued, refused } from './update-events.ts';
import { fileMsg, withFates } from './update-files.ts';
import { input } from './update-input.ts';
import { changes, restored } from './update-kept.ts';
import { linkChanged, membersChanged, peopleChanged, presenceChanged, roomsChanged } from './update-link.ts';
import { beginAnew, delivered, marked, overview } from './update-overview.ts';
import { found, searchFailed } from './update-search.ts';

/** The model after a message, and what is to be done. The same model object when nothing changed. */
export function update(model: Model, msg: Msg): Step {
  const [next, effects] = taken(model, msg);
  const kept = changes(model, next);
  return [next, kept.length === 0 ? effects : [...effects, ...kept]];
}

function taken(model: Model, msg: Msg): Step {
  switch (msg.kind) {
    case 'link':
      return linkChanged(model, msg.link);
    case 'role':
      return only(model.me === null ? model : { ...model, me: { ...model.me, role: msg.role } });
    case 'trip':
      return only({ ...model, trip: msg.ms });
    case 'rooms':
      return roomsChanged(model, msg.rooms);
    case 'people':
      return only(peopleChanged(model, msg.people));
    case 'members':
      return only(membersChanged(model, msg));
    case 'presence':
      return only(presenceChanged(model, msg));
    case 'event':
      return addEvent(withFates(model, [msg.event]), msg.event);
    case 'page':
      return addPage(withFates(model, msg.events), msg);
    case 'page-failed':
      return only(pageFailed(model, msg.conversation));
    case 'queued':
      return only(queued(model, msg.ref, msg.id));
    case 'acked':
      return only(acked(model, msg.id, msg.position, msg.time));
    case 'refused':
      return only(refused(model, msg, msg.code, msg.params));
    case 'restored':
      return restored(withFates(model, msg.kept?.pages.flatMap(page => page.events) ?? []), msg.kept);
    case 'delivered':
      return only(delivered(model, msg.conversation, msg.position));
    case 'overview':
      return only(overview(model, msg.conversations));
    case 'newest':
      return beginAnew(withFates(model, msg.events), msg);
    case 'marked':
      return only(marked(model, msg.conversation, msg.position));
    case 'landed':
      return landed(withFates(model, msg.events), msg);
    case 'jump-failed':
      return only(jumpFailed(model, msg));
    case 'found':
      return found(model, msg);
    case 'search-failed':
      return searchFailed(model, msg);
    case 'transfers':
    case 'file-settings':
    case 'listing':
    case 'looked-at':
    case 'completed-path':
      return fileMsg(model, msg);
    case 'tick':
      return only({ ...model, now: msg.now });
    case 'notice':
      return only({ ...model, notice: { code: msg.code, params: msg.params, bad: msg.bad } });
    case 'input':
      return input(model, msg.event, msg.target);
    case 'resized':
      return history({ ...model, width: msg.width, height: msg.height });
    default:
      return msg satisfies never;
  }
}
