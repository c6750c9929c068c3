// Writes packets as frames, one behind the other. The two that a busy server writes most, a message said in a room
// and the ack of its author, are written byte by byte: the same bytes as the general way, in a sixth of the time (a
// test compares them). Everything else goes through msgpackr.
import { Packr } from 'msgpackr';
import type { AnyEvent, ChatEvent, Message } from '../chat/vocabulary.ts';
import { FRAME_HEADER } from '../limits.ts';
import { FRAME } from './frame.ts';
import { writeId } from './ids.ts';
import type { Ack, ClientPacket, ServerPacket } from './packet.ts';
import { toWire } from './wire.ts';

const packr = new Packr({ useRecords: false, int64AsType: 'number', mapsAsObjects: true, variableMapSize: true });

/** Bytes to begin with, and those that are kept once all is taken. */
const KEPT = 64 * 1024;
/** Bytes of all in a frame that is neither name nor text, generously. */
const FIXED = 192;
/** Bytes of UTF-8 that a UTF-16 unit becomes at most. */
const UNIT = 3;
/** Characters up to which a loop is faster than the platform's encoder. */
const SHORT = 160;

/** The beginnings of maps, and their keys, as they lie on the wire. */
const word = (text: string) => [0xa0 | text.length, ...Buffer.from(text)];
const fixed = (...parts: (string | number)[]) =>
  Uint8Array.from(parts.flatMap(part => (typeof part === 'string' ? word(part) : part)));
const MESSAGE = fixed(0x80 | 9, 'type', 'event', 'kind', 'message', 'position');
const ACTION = fixed(0x80 | 10, 'type', 'event', 'kind', 'message', 'position');
const TIME = fixed('time');
const CONVERSATION = fixed('conversation');
const ACCOUNT = fixed('account');
const FROM = fixed('from');
const ID = fixed('id', 0xc4, 16);
const YES = fixed('action', 0xc3);
const TEXT = fixed('text');
const ACK = fixed(0x80 | 4, 'type', 'ack', 'id', 0xc4, 16);
const POSITION = fixed('position');

type RoomMessage = ChatEvent & { kind: 'message'; body: { kind: 'text' } };

export class FrameWriter {
  #bytes: Buffer = Buffer.allocUnsafeSlow(KEPT);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  /** Bytes written since the last `take`. */
  get length(): number {
    return this.#at;
  }

  /** Writes one packet as a frame. */
  add(packet: ClientPacket | ServerPacket): void {
    const begin = this.#at;
    if (packet.type === 'event' && isRoomMessage(packet.event)) this.#message(packet.event);
    else if (packet.type === 'ack' && packet.notes === undefined) this.#ack(packet);
    else {
      const payload = packr.pack(toWire(packet));
      this.#room(FRAME_HEADER + payload.length);
      this.#bytes.set(payload, begin + FRAME_HEADER);
      this.#at = begin + FRAME_HEADER + payload.length;
    }
    this.#view.setUint32(begin, this.#at - begin - FRAME_HEADER);
    this.#bytes[begin + 4] = FRAME.packet;
  }

  /** All frames since the last time, in a buffer of their own. */
  take(): Buffer {
    const frames = Buffer.allocUnsafe(this.#at);
    this.#bytes.copy(frames, 0, 0, this.#at);
    this.#at = 0;
    if (this.#bytes.length > KEPT) this.#resize(KEPT);
    return frames;
  }

  #message({ action, position, time, conversation, account, from, id, body }: RoomMessage): void {
    this.#room(FIXED + (conversation.length + account.length + from.length + body.text.length) * UNIT);
    this.#at += FRAME_HEADER;
    this.#fixed(action ? ACTION : MESSAGE);
    this.#whole(position);
    this.#fixed(TIME);
    this.#whole(time);
    this.#fixed(CONVERSATION);
    this.#text(conversation);
    this.#fixed(ACCOUNT);
    this.#text(account);
    this.#fixed(FROM);
    this.#text(from);
    this.#fixed(ID);
    this.#id(id as string);
    if (action) this.#fixed(YES);
    this.#fixed(TEXT);
    this.#text(body.text);
  }

  #ack({ id, position, time }: Ack): void {
    this.#room(FIXED);
    this.#at += FRAME_HEADER;
    this.#fixed(ACK);
    this.#id(id);
    this.#fixed(POSITION);
    this.#whole(position);
    this.#fixed(TIME);
    this.#whole(time);
  }

  /** Makes sure that so many bytes are free. */
  #room(needed: number): void {
    if (this.#at + needed > this.#bytes.length) this.#resize(Math.max(this.#at + needed, this.#bytes.length * 2));
  }

  #resize(size: number): void {
    const bytes = Buffer.allocUnsafeSlow(size);
    this.#bytes.copy(bytes, 0, 0, this.#at);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }

  #fixed(from: Uint8Array): void {
    const into = this.#bytes;
    const at = this.#at;
    for (let i = 0; i < from.length; i++) into[at + i] = from[i] as number;
    this.#at = at + from.length;
  }

  #id(id: string): void {
    writeId(this.#bytes, this.#at, id);
    this.#at += 16;
  }

  /** The shortest form that holds the number; what is none of 32 bits without a sign goes as a float. */
  #whole(value: number): void {
    const view = this.#view;
    const at = this.#at;
    if (value >>> 0 !== value) {
      view.setUint8(at, 0xcb);
      view.setFloat64(at + 1, value);
      this.#at = at + 9;
    } else if (value < 0x80) {
      view.setUint8(at, value);
      this.#at = at + 1;
    } else if (value < 0x100) {
      view.setUint16(at, 0xcc00 | value);
      this.#at = at + 2;
    } else if (value < 0x10000) {
      view.setUint8(at, 0xcd);
      view.setUint16(at + 1, value);
      this.#at = at + 3;
    } else {
      view.setUint8(at, 0xce);
      view.setUint32(at + 1, value);
      this.#at = at + 5;
    }
  }

  #text(text: string): void {
    const begin = this.#at;
    const bytes = this.#bytes;
    let header = headerOf(text.length);
    let length = text.length <= SHORT ? writeAscii(bytes, begin + header, text) : -1;
    if (length < 0) {
      length = bytes.write(text, begin + header, 'utf8');
      const longer = headerOf(length) - header;
      if (longer > 0) bytes.copyWithin(begin + header + longer, begin + header, begin + header + length);
      header += longer;
    }
    if (header === 1) bytes[begin] = 0xa0 | length;
    else if (header === 2) this.#view.setUint16(begin, 0xd900 | length);
    else {
      bytes[begin] = 0xda;
      this.#view.setUint16(begin + 1, length);
    }
    this.#at = begin + header + length;
  }
}

function isRoomMessage(event: AnyEvent): event is RoomMessage {
  return (
    event.kind === 'message' &&
    event.body.kind === 'text' &&
    event.to === undefined &&
    event.id !== null &&
    isPlain(event)
  );
}

/** Nothing has become of it, and it answers nothing. */
function isPlain({ reply, edited, deleted, reactions }: Message): boolean {
  return reply === undefined && edited === undefined && deleted === undefined && reactions === undefined;
}

/** Bytes before a text of so many bytes. A message's text is far below 64 KiB. */
function headerOf(length: number): 1 | 2 | 3 {
  return length < 0x20 ? 1 : length < 0x100 ? 2 : 3;
}

/** Writes the text and gives its length, or -1 where it is not all ASCII. */
function writeAscii(bytes: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) return -1;
    bytes[at + i] = unit;
  }
  return text.length;
}
