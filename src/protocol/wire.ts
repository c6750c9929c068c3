// Outward: how each packet lies on the wire, as a flat map of plain values. The gates are the way back.
import type {
  AnyEvent,
  BanWho,
  Body,
  Command,
  MessageRef,
  OfferBody,
  OfferSummary,
  Target,
} from '../chat/vocabulary.ts';
import { idToBytes } from './ids.ts';
import type { ClientPacket, Query, Scope, ServerPacket } from './packet.ts';

type Fields = Record<string, unknown>;

export function toWire(packet: ClientPacket | ServerPacket): Fields {
  switch (packet.type) {
    case 'command':
      return { type: 'command', id: idToBytes(packet.id), ...commandFields(packet.command) };
    case 'watch':
    case 'ack':
      return { ...packet, id: idToBytes(packet.id) };
    case 'refused':
      return { ...packet, id: packet.id === null ? null : idToBytes(packet.id) };
    case 'event':
      return { type: 'event', ...eventFields(packet.event) };
    case 'query':
      return { type: 'query', ref: packet.ref, ...queryFields(packet.query) };
    case 'wanted':
      return { ...packet, about: refField(packet.about) };
    case 'page':
      if (packet.kind === 'offers') return { ...packet, items: packet.items.map(summaryFields) };
      if (packet.kind !== 'events' && packet.kind !== 'hits') return { ...packet };
      return { ...packet, items: packet.items.map(eventFields) };
    case 'hello':
    case 'challenge':
    case 'login':
    case 'welcome':
    case 'presence':
    case 'stale':
    case 'role':
    case 'mark':
    case 'stored':
    case 'status':
    case 'attach':
    case 'marked':
    case 'delivered':
    case 'admin':
      return { ...packet };
    default:
      return packet satisfies never;
  }
}

function bodyFields(body: Body): Fields {
  return body.kind === 'text' ? { text: body.text } : { sealed: body.bytes };
}

function offerFields(body: OfferBody): Fields {
  return body.kind === 'file' ? { file: body.file } : { sealed: body.bytes };
}

function summaryFields({ body, id, ...rest }: OfferSummary): Fields {
  return { ...rest, id: idToBytes(id), ...offerFields(body) };
}

function refField({ account, id }: MessageRef): Fields {
  return { account, id: idToBytes(id) };
}

/** `@name` and `=account` as everywhere, a name as `name:…`, a network as it is. */
function whoField(who: BanWho): string {
  if (who.by === 'account') return targetField(who.target);
  return who.by === 'name' ? `name:${who.name}` : who.network;
}

function targetField(target: Target): string {
  switch (target.to) {
    case 'room':
      return target.room;
    case 'name':
      return `@${target.name}`;
    case 'account':
      return `=${target.account}`;
    default:
      return target satisfies never;
  }
}

function commandFields(command: Command): Fields {
  switch (command.kind) {
    case 'post': {
      const { kind, target, body, action, reply } = command;
      const more = { ...(action ? { action } : {}), ...(reply ? { reply: refField(reply) } : {}) };
      return { kind, to: targetField(target), ...bodyFields(body), ...more };
    }
    case 'edit':
      return { kind: command.kind, about: refField(command.about), ...bodyFields(command.body) };
    case 'offer': {
      const { kind, target, size, body } = command;
      return { kind, to: targetField(target), size, ...offerFields(body) };
    }
    case 'delete':
    case 'receive':
    case 'decline':
    case 'withdraw':
    case 'stop-file':
      return { kind: command.kind, about: refField(command.about) };
    case 'react':
      return { ...command, about: refField(command.about) };
    case 'role':
      return { kind: command.kind, to: targetField(command.target), role: command.role };
    case 'kick':
      return { kind: command.kind, to: targetField(command.target), reason: command.reason };
    case 'invite':
      return { kind: command.kind, room: command.room, to: targetField(command.target) };
    case 'retain':
      return { kind: command.kind, room: command.room, ...command.keep };
    case 'broadcast': {
      const { kind, text, target } = command;
      return { kind, text, ...(target ? { to: targetField(target) } : {}) };
    }
    case 'ban':
    case 'unban':
      return { ...command, who: whoField(command.who) };
    case 'mute':
    case 'unmute':
    case 'moderator': {
      const { target, ...rest } = command;
      return { ...rest, to: targetField(target) };
    }
    case 'slow':
    case 'announce-only':
    case 'lock':
    case 'door':
    case 'motd':
    case 'set':
    case 'visibility':
    case 'confirm-clock':
    case 'join':
    case 'leave':
    case 'topic':
    case 'limit':
    case 'rename':
    case 'release':
    case 'exempt':
    case 'make-invite':
    case 'list-invites':
    case 'revoke-invite':
      return { ...command };
    default:
      return command satisfies never;
  }
}

/** The map of one event; what a frame of one page and a pushed event have in common. */
export function eventFields(event: AnyEvent): Fields {
  const { position, time, conversation, account, from, id, kind } = event;
  const head: Fields = { kind, position, time, conversation, account, from };
  if (id !== null) head['id'] = idToBytes(id);
  switch (event.kind) {
    case 'message':
      if (event.action) head['action'] = true;
      if (event.to) head['to'] = event.to;
      if (event.reply) head['reply'] = refField(event.reply);
      if (event.edited !== undefined) head['edited'] = event.edited;
      if (event.deleted) head['deleted'] = true;
      if (event.reactions) head['reactions'] = event.reactions;
      return Object.assign(head, bodyFields(event.body));
    case 'edited':
    case 'deleted':
    case 'reacted':
    case 'received':
    case 'declined':
    case 'withdrawn':
      if (event.to) head['to'] = event.to;
      if (event.kind === 'withdrawn') head['why'] = event.why;
      if (event.kind === 'reacted') Object.assign(head, { reaction: event.reaction, on: event.on });
      if (event.kind === 'edited') Object.assign(head, bodyFields(event.body));
      return Object.assign(head, { about: refField(event.about) });
    case 'offered':
      if (event.to) head['to'] = event.to;
      return Object.assign(head, { size: event.size }, offerFields(event.body));
    case 'invited':
      return Object.assign(head, { room: event.room, to: event.to });
    case 'visibility':
      return Object.assign(head, { visibility: event.visibility });
    case 'retained':
      return Object.assign(head, { room: event.room, ...event.keep });
    case 'clock-confirmed':
      return head;
    case 'topic':
    case 'motd':
      return Object.assign(head, { text: event.text });
    case 'broadcast':
      return Object.assign(head, { text: event.text, ...(event.to ? { to: event.to } : {}) });
    case 'banned':
      return Object.assign(head, { of: event.of, until: event.until, reason: event.reason });
    case 'unbanned':
      return Object.assign(head, { of: event.of });
    case 'muted':
      return Object.assign(head, {
        ...{ target: event.target, name: event.name, room: event.room, until: event.until, reason: event.reason },
      });
    case 'unmuted':
      return Object.assign(head, { target: event.target, name: event.name, room: event.room });
    case 'ruled':
      return Object.assign(head, { rules: event.rules });
    case 'door':
      return Object.assign(head, { door: event.door, reason: event.reason });
    case 'set':
      return Object.assign(head, { name: event.name, value: event.value });
    case 'kicked':
      return Object.assign(head, { target: event.target, name: event.name, reason: event.reason });
    case 'limited':
      return Object.assign(head, { connections: event.connections });
    case 'claimed':
      return Object.assign(head, { name: event.name, key: event.key });
    case 'invite-made':
      return Object.assign(head, { invite: event.invite, expires: event.expires, uses: event.uses, note: event.note });
    case 'renamed':
      return Object.assign(head, { name: event.name });
    case 'released':
      return Object.assign(head, { target: event.target, name: event.name });
    case 'role':
      return Object.assign(head, { target: event.target, name: event.name, role: event.role });
    case 'exempted':
      return Object.assign(head, { network: event.network, on: event.on });
    case 'invite-used':
    case 'invite-revoked':
      return Object.assign(head, { invite: event.invite });
    case 'created':
    case 'joined':
    case 'left':
      return head;
    case 'unknown':
      return Object.assign(head, { kind: event.name });
    default:
      return event satisfies never;
  }
}

function scopeField(scope: Scope): string {
  return scope.of === 'conversation' ? scope.conversation : scope.of;
}

function queryFields(query: Query): Fields {
  if (query.kind === 'grant') return { ...query, about: refField(query.about) };
  if (query.kind !== 'history') return { ...query };
  const except = query.scope.of === 'own' && query.scope.except ? { except: query.scope.except } : {};
  return { ...query, scope: scopeField(query.scope), ...except };
}
