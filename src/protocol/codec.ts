// The one gate between bytes and types. Outward: packet -> frame. Inward: unknown bytes -> a checked packet, or a
// TchatError `bad-packet`; behind it nobody checks again. Values are plain MessagePack (no records, no extensions).
import { Packr } from 'msgpackr';
import { TchatError } from '../errors.ts';
import { FrameWriter } from './frame-writer.ts';
import { clientPacket } from './gate-client.ts';
import { serverPacket } from './gate-server.ts';
import type { ClientPacket, Request, ServerPacket } from './packet.ts';
import { scanValue } from './scan.ts';

const packr = new Packr({ useRecords: false, int64AsType: 'number', mapsAsObjects: true });
const writer = new FrameWriter();

/** One frame holding the packet. */
export function encodePacket(packet: ClientPacket | ServerPacket): Buffer {
  writer.add(packet);
  return writer.take();
}

/** What a server reads. */
export function decodeClientPacket(payload: Uint8Array): Request {
  return clientPacket(decodeValue(payload), '');
}

/** What a client reads. */
export function decodeServerPacket(payload: Uint8Array): ServerPacket {
  return serverPacket(decodeValue(payload), '');
}

function decodeValue(payload: Uint8Array): unknown {
  scanValue(payload);
  try {
    return packr.unpack(payload);
  } catch (error) {
    throw new TchatError('bad-packet', { what: 'value' }, error);
  }
}
