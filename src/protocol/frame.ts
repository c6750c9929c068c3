// Frames: how a stream of bytes is cut into pieces. Four bytes length of the payload (big-endian), one byte type,
// the payload. Also ping, pong and close, which are whole frames of their own. See docs/protocol.md §2.
import { cleanShort } from '../chat/text.ts';
import { TchatError } from '../errors.ts';
import { FRAME_HEADER, REASON_LENGTH } from '../limits.ts';

export const FRAME = { packet: 1, ping: 2, pong: 3, close: 4, data: 5 } as const;
export type FrameType = (typeof FRAME)[keyof typeof FRAME];

const HIGHEST_TYPE = FRAME.data;
/** Bytes that a frame's buffer starts with; it doubles as bytes come, never by what a header declares. */
const FIRST_BUFFER = 64;

/** The first FRAME_HEADER bytes of a frame. */
export function writeHeader(into: Buffer, type: FrameType, length: number): void {
  into.writeUInt32BE(length, 0);
  into[4] = type;
}

/** One frame: header and payload in a buffer of its own. */
export function encodeFrame(type: FrameType, payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(FRAME_HEADER + payload.length);
  writeHeader(frame, type, payload.length);
  frame.set(payload, FRAME_HEADER);
  return frame;
}

/** Why a connection ends: a code of ASCII letters and hyphens, and perhaps a detail for people. */
export interface CloseNote {
  readonly code: string;
  readonly detail: string;
}

export function encodeClose(note: CloseNote): Buffer {
  return encodeFrame(FRAME.close, Buffer.from(note.detail === '' ? note.code : `${note.code} ${note.detail}`));
}

/** Reads the payload of a close frame; what cannot be a code becomes `closed`, and the detail is cleaned and cut. */
export function decodeClose(payload: Uint8Array): CloseNote {
  const [, code, detail] = /^([a-z][a-z-]{0,39})(?: ([\s\S]*))?$/.exec(Buffer.from(payload).toString('utf8')) ?? [];
  return { code: code ?? 'closed', detail: cleanShort(detail ?? '', REASON_LENGTH) };
}

/**
 * Cuts a stream into frames, however its bytes arrive. An incomplete frame is no error: the rest comes later.
 * A frame that declares more than `limit` bytes or an unknown type throws a TchatError (`not-tchat` where the very
 * first bytes are wrong, `bad-frame` after that) and the decoder is of no more use. Data frames, where they are allowed,
 * are handed over in the pieces in which they come: nothing of them is held.
 */
export class FrameDecoder {
  /** Largest payload, in bytes; raised after login. */
  limit: number;
  /** Largest payload of a data frame; less than 0: none is allowed. */
  dataLimit = -1;
  /** Bytes of a data frame that are still to come. */
  #data = 0;
  #held: Buffer | null = null;
  #length = 0;
  #begun = false;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Bytes of an unfinished frame. */
  get pending(): number {
    return this.#length;
  }

  /**
   * Takes bytes and hands over each frame that they complete. A payload is valid only during the call.
   * `emit` answers false to stop. Gives how many bytes were taken: all, unless it was stopped.
   */
  feed(chunk: Buffer, emit: (type: FrameType, payload: Buffer) => boolean): number {
    let offset = 0;
    while (offset < chunk.length) {
      if (this.#data > 0) {
        const end = Math.min(chunk.length, offset + this.#data);
        this.#data -= end - offset;
        const piece = chunk.subarray(offset, end);
        offset = end;
        if (!emit(FRAME.data, piece)) return offset;
        continue;
      }
      if (this.#length > 0 || chunk.length - offset < FRAME_HEADER) {
        offset += this.#hold(chunk, offset);
        if (!this.#release(emit)) return offset;
        continue;
      }
      const length = this.#check(chunk, offset);
      if (chunk[offset + 4] === FRAME.data) {
        this.#data = length;
        offset += FRAME_HEADER;
        continue;
      }
      const end = offset + FRAME_HEADER + length;
      if (end > chunk.length) {
        this.#hold(chunk, offset);
        return chunk.length;
      }
      const type = chunk[offset + 4] as FrameType;
      const payload = chunk.subarray(offset + FRAME_HEADER, end);
      offset = end;
      if (!emit(type, payload)) return offset;
    }
    return chunk.length;
  }

  /** Moves bytes into the held frame, up to its header or its end; gives how many. */
  #hold(chunk: Buffer, offset: number): number {
    const wanted =
      this.#length < FRAME_HEADER || !this.#held ? FRAME_HEADER : FRAME_HEADER + this.#held.readUInt32BE(0);
    const whole = this.#length === 0 && chunk.length - offset >= FRAME_HEADER;
    const take = Math.min(chunk.length - offset, whole ? chunk.length - offset : wanted - this.#length);
    const needed = this.#length + take;
    if (!this.#held || this.#held.length < needed) {
      const grown = Buffer.allocUnsafeSlow(Math.max(FIRST_BUFFER, needed, this.#length * 2));
      this.#held?.copy(grown, 0, 0, this.#length);
      this.#held = grown;
    }
    chunk.copy(this.#held, this.#length, offset, offset + take);
    this.#length = needed;
    return take;
  }

  /** Hands over the held frame when it is complete. */
  #release(emit: (type: FrameType, payload: Buffer) => boolean): boolean {
    const held = this.#held;
    if (!held || this.#length < FRAME_HEADER) return true;
    const length = this.#check(held, 0);
    if (held[4] === FRAME.data) {
      // Its header came in pieces: what follows is handed over as it comes.
      this.#held = null;
      this.#length = 0;
      this.#data = length;
      return true;
    }
    const end = FRAME_HEADER + length;
    if (this.#length < end) return true;
    this.#held = null;
    this.#length = 0;
    return emit(held[4] as FrameType, held.subarray(FRAME_HEADER, end));
  }

  /** The declared length at a header, or a throw. */
  #check(bytes: Buffer, at: number): number {
    const length = bytes.readUInt32BE(at);
    const type = bytes[at + 4] as number;
    const limit = type === FRAME.data ? this.dataLimit : this.limit;
    if (length > limit || type < 1 || type > HIGHEST_TYPE) {
      throw new TchatError(this.#begun ? 'bad-frame' : 'not-tchat', { length, type });
    }
    this.#begun = true;
    return length;
  }
}
