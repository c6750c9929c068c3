// How many bytes an event takes on the wire, at most: pages end by it before the frame that carries them is too long.
import type { AnyEvent, BanTarget, Body, OfferBody, Peer, Reaction } from '../chat/vocabulary.ts';

/** Bytes of a UTF-16 unit in UTF-8, at most. */
const UNIT = 3;
/** Bytes of what every event has, without its names: keys, headers, numbers, ids. */
const HEAD = 144;
/** Bytes of a person or of a message's address in a map of its own, without the name. */
const NESTED = 60;
/** Bytes of one more field, without its text. */
const FIELD = 24;
/** Bytes of an account in a list. */
const LISTED = 24;

export function bytesAtMost(event: AnyEvent): number {
  const head = HEAD + UNIT * (event.conversation.length + event.from.length);
  switch (event.kind) {
    case 'message': {
      const { body, to, reply, reactions = [] } = event;
      const became = reactions.reduce((sum, each) => sum + ofReaction(each), 2 * FIELD);
      return head + ofBody(body) + ofPeer(to) + (reply ? NESTED : 0) + became;
    }
    case 'edited':
      return head + NESTED + ofBody(event.body) + ofPeer(event.to);
    case 'deleted':
    case 'received':
    case 'declined':
      return head + NESTED + ofPeer(event.to);
    case 'withdrawn':
      return head + NESTED + FIELD + ofPeer(event.to);
    case 'offered':
      return head + 2 * FIELD + ofOffer(event.body) + ofPeer(event.to);
    case 'reacted':
      return head + NESTED + ofPeer(event.to) + 2 * FIELD + UNIT * event.reaction.length;
    case 'invited':
      return head + ofPeer(event.to) + FIELD + UNIT * event.room.length;
    case 'topic':
    case 'motd':
      return head + FIELD + UNIT * event.text.length;
    case 'broadcast':
      return head + FIELD + UNIT * event.text.length + ofPeer(event.to);
    case 'banned':
      return head + 3 * FIELD + ofBan(event.of) + UNIT * event.reason.length;
    case 'unbanned':
      return head + FIELD + ofBan(event.of);
    case 'muted':
      return head + 5 * FIELD + LISTED + UNIT * (event.name.length + (event.room ?? '').length + event.reason.length);
    case 'unmuted':
      return head + 3 * FIELD + LISTED + UNIT * (event.name.length + (event.room ?? '').length);
    case 'ruled':
      return head + 5 * FIELD + LISTED * event.rules.moderators.length;
    case 'door':
      return head + 2 * FIELD + UNIT * event.reason.length;
    case 'set':
      return head + 2 * FIELD + UNIT * event.name.length;
    case 'kicked':
      return head + 3 * FIELD + UNIT * (event.reason.length + event.name.length);
    case 'claimed':
      return head + 3 * FIELD + UNIT * event.name.length + event.key.length;
    case 'retained':
      return head + 3 * FIELD + UNIT * (event.room?.length ?? 0);
    case 'renamed':
      return head + FIELD + UNIT * event.name.length;
    case 'released':
    case 'role':
      return head + 3 * FIELD + LISTED + UNIT * event.name.length;
    case 'exempted':
      return head + 2 * FIELD + UNIT * event.network.length;
    case 'invite-made':
      return head + 4 * FIELD + UNIT * (event.note.length + event.invite.length);
    case 'invite-used':
    case 'invite-revoked':
      return head + FIELD + UNIT * event.invite.length;
    case 'unknown':
      return head + UNIT * event.name.length;
    case 'visibility':
    case 'limited':
    case 'clock-confirmed':
    case 'created':
    case 'joined':
    case 'left':
      return head + FIELD;
    default:
      return event satisfies never;
  }
}

function ofBan(of: BanTarget): number {
  return NESTED + FIELD + UNIT * (of.by === 'network' ? of.network.length : of.name.length);
}

function ofBody(body: Body): number {
  return FIELD + (body.kind === 'text' ? UNIT * body.text.length : body.bytes.length);
}

/** A file's note has five fields. */
function ofOffer(body: OfferBody): number {
  return body.kind === 'sealed' ? FIELD + body.bytes.length : 6 * FIELD + UNIT * body.file.name.length;
}

function ofPeer(peer: Peer | undefined): number {
  return peer ? NESTED + UNIT * peer.name.length : 0;
}

function ofReaction({ reaction, accounts }: Reaction): number {
  return FIELD + UNIT * reaction.length + LISTED * accounts.length;
}
