// Outward: how each packet lies on the wire, as a flat map of plain values. The gates are the way back.
import type { AnyEvent, Body, Command, Target } from '../chat/vocabulary.ts';
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
    case 'page':
      return packet.kind === 'events' ? { ...packet, items: packet.items.map(eventFields) } : { ...packet };
    case 'hello':
    case 'challenge':
    case 'login':
    case 'welcome':
    case 'presence':
    case 'stale':
      return { ...packet };
    default:
      return packet satisfies never;
  }
}

function bodyFields(body: Body): Fields {
  return body.kind === 'text' ? { text: body.text } : { sealed: body.bytes };
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
      const { kind, target, body, action } = command;
      return { kind, to: targetField(target), ...bodyFields(body), ...(action ? { action } : {}) };
    }
    case 'kick':
      return { kind: command.kind, to: targetField(command.target), reason: command.reason };
    case 'join':
    case 'leave':
    case 'topic':
    case 'broadcast':
    case 'limit':
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
      return Object.assign(head, bodyFields(event.body));
    case 'topic':
    case 'broadcast':
      return Object.assign(head, { text: event.text });
    case 'kicked':
      return Object.assign(head, { target: event.target, name: event.name, reason: event.reason });
    case 'limited':
      return Object.assign(head, { connections: event.connections });
    case 'claimed':
      return Object.assign(head, { name: event.name, key: event.key });
    case 'invite-made':
      return Object.assign(head, { invite: event.invite, expires: event.expires, uses: event.uses, note: event.note });
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
  return query.kind === 'history' ? { ...query, scope: scopeField(query.scope) } : { ...query };
}
