// One live peer, the same for server and client: frames in, frames out, ping and pong, a close with its reason.
// What a packet means is not its business.
import type { Duplex } from 'node:stream';
import { TchatError } from '../errors.ts';
import {
  BYTES_BEFORE_LOGIN,
  CLOSE_LINGER,
  DATA_STALLED,
  FRAME_BEFORE_LOGIN,
  FRAME_DATA,
  OUTBOUND_STALLED,
} from '../limits.ts';
import {
  type CloseNote,
  decodeClose,
  encodeClose,
  encodeFrame,
  FRAME,
  FrameDecoder,
  type FrameType,
} from '../protocol/frame.ts';
import type { Clock } from './clock.ts';
import type { Beating, Heartbeat } from './heartbeat.ts';
import { Outbox } from './outbox.ts';
import { passed } from './sweep.ts';

/** What the owner of a session hears from it. */
export interface SessionOwner {
  /** A packet's bytes, valid only during the call. A throw ends the session with the error's code. */
  packet(payload: Buffer): void;
  /** A piece of what data frames carry, only where they are allowed; its bytes stay as they are. */
  data?(piece: Buffer): void;
  /** The queue went from full to not full. */
  drained(): void;
  /** An answered ping, in milliseconds. */
  roundTrip?(milliseconds: number): void;
  /** The last call, exactly once. `by`: who ended it. */
  closed(note: CloseNote, by: 'us' | 'peer' | 'network'): void;
}

const LOST: CloseNote = { code: 'connection-lost', detail: '' };
/** Milliseconds between looks whether the queue of a leaving session is empty. */
const LEAVE_POLL = 20;

export interface SessionContext {
  readonly clock: Clock;
  readonly heartbeat: Heartbeat;
}

export class Session implements Beating {
  readonly #socket: Duplex;
  readonly #owner: SessionOwner;
  readonly #context: SessionContext;
  readonly #outbox: Outbox;
  readonly #decoder = new FrameDecoder(FRAME_BEFORE_LOGIN);
  #state: 'open' | 'closing' | 'closed' = 'open';
  #strange = true;
  #paused = false;
  #wasFull = false;
  #progress = { left: 0, since: 0 };
  /** Bytes received and handed to the socket. */
  received = 0;
  sent = 0;
  heard: number;
  pinged = 0;
  mayStall = OUTBOUND_STALLED;

  constructor(socket: Duplex, owner: SessionOwner, context: SessionContext) {
    this.#socket = socket;
    this.#owner = owner;
    this.#context = context;
    this.#outbox = new Outbox(socket, this);
    this.heard = context.clock.elapsed();
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('drain', () => this.flushed());
    socket.on('end', () => this.#gone(LOST, 'network'));
    socket.on('error', (error: NodeJS.ErrnoException) => this.#gone({ ...LOST, detail: error.code ?? '' }, 'network'));
    socket.on('close', () => this.#gone(LOST, 'network'));
    context.heartbeat.add(this);
  }

  get open(): boolean {
    return this.#state === 'open';
  }

  /** Bytes not yet taken by the kernel. */
  get queued(): number {
    return this.#outbox.queued;
  }

  /** Whether nothing more should be pushed until `drained`. */
  get full(): boolean {
    if (!this.#outbox.full) return false;
    this.#wasFull = true;
    return true;
  }

  /** The peer is known: the largest payload accepted from now on, in bytes, and no bound on them all together. */
  allow(frameLimit: number): void {
    this.#strange = false;
    this.#decoder.limit = frameLimit;
  }

  /** This connection carries a file: data frames are taken, and so many bytes of them are queued until it is full. */
  carry(queued: number): void {
    this.#decoder.dataLimit = FRAME_DATA;
    this.#outbox.most = queued;
    this.#outbox.inPortions(true);
    this.mayStall = DATA_STALLED;
  }

  /** Queues whole frames; they go out at the end of this turn. Never blocks, never fails. */
  send(frames: Uint8Array): void {
    if (this.#state !== 'open') return;
    this.sent += frames.length;
    this.#outbox.push(frames);
  }

  /** Queues bytes of a file, in data frames; they must not change until they are taken. */
  sendData(piece: Uint8Array): void {
    if (this.#state !== 'open') return;
    this.sent += piece.length;
    this.#outbox.pushData(piece);
  }

  /** Stops reading from the peer, at once: frames that came already wait too. */
  pause(): void {
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#paused = false;
    if (this.#state === 'open') this.#socket.resume();
  }

  /** Says why, then ends: the peer gets CLOSE_LINGER milliseconds to read it. Idempotent. */
  close(code: string, detail = ''): void {
    if (this.#state !== 'open') return;
    this.#outbox.push(encodeClose({ code, detail }));
    // All of it: behind half a frame nobody would understand the reason.
    this.#outbox.inPortions(false);
    this.#outbox.flush();
    this.#finish({ code, detail }, 'us');
    this.#socket.end();
    // Unread bytes would turn the end into a reset, and the peer might never see the reason.
    this.#socket.resume();
    const cut = this.#context.clock.after(CLOSE_LINGER, () => this.#socket.destroy());
    this.#socket.once('close', cut);
  }

  /** As close, after what is queued has gone out or at `deadline` (elapsed). Resolves when the connection is gone. */
  leave(code: string, deadline: number): Promise<void> {
    return new Promise(resolve => {
      if (this.#socket.destroyed) return resolve();
      this.#socket.once('close', () => resolve());
      const look = () => {
        if (this.queued === 0 || this.#context.clock.elapsed() >= deadline) this.close(code);
        else this.#context.clock.after(LEAVE_POLL, look);
      };
      look();
    });
  }

  /** Ends at once, without a word. */
  die(code: string, detail = ''): void {
    if (this.#state !== 'open') return;
    this.#finish({ code, detail }, 'network');
    this.#socket.destroy();
  }

  ping(now: number): void {
    this.pinged = now;
    const payload = Buffer.alloc(8);
    payload.writeBigUInt64BE(BigInt(Math.floor(now)));
    this.send(encodeFrame(FRAME.ping, payload));
  }

  stalledSince(now: number): number {
    const left = this.queued;
    if (left === 0 || left < this.#progress.left) this.#progress = { left, since: left === 0 ? 0 : now };
    else if (this.#progress.since === 0) this.#progress = { left, since: now };
    else this.#progress.left = left;
    return this.#progress.since;
  }

  #take(chunk: Buffer): void {
    if (this.#state !== 'open') return;
    this.heard = this.#context.clock.elapsed();
    this.received += chunk.length;
    try {
      const taken = this.#decoder.feed(chunk, (type, payload) => this.#frame(type, payload));
      if (taken < chunk.length && this.open) this.#putBack(chunk.subarray(taken));
    } catch (error) {
      if (!(error instanceof TchatError)) throw error;
      this.close(error.code, typeof error.params['what'] === 'string' ? error.params['what'] : '');
    }
    if (this.#strange && this.received > BYTES_BEFORE_LOGIN) this.close('bad-frame', 'too much before login');
  }

  /** Paused within a chunk: what is behind comes again when reading goes on, so that a pause holds from its moment. */
  #putBack(rest: Buffer): void {
    this.received -= rest.length;
    this.#socket.unshift(rest);
  }

  #frame(kind: FrameType, payload: Buffer): boolean {
    switch (kind) {
      case FRAME.packet:
        this.#owner.packet(payload);
        break;
      case FRAME.ping:
        if (payload.length <= 8 && !this.#outbox.full) this.send(encodeFrame(FRAME.pong, payload));
        break;
      case FRAME.pong:
        if (this.pinged > 0) this.#owner.roundTrip?.(this.heard - this.pinged);
        this.pinged = 0;
        break;
      case FRAME.data:
        this.#owner.data?.(payload);
        passed(payload.length);
        break;
      case FRAME.close:
        this.#gone(decodeClose(payload), 'peer');
        break;
      default:
        kind satisfies never;
    }
    return this.#state === 'open' && !this.#paused;
  }

  /** After each write, and when the socket has drained. */
  flushed(): void {
    if (!this.#wasFull || this.#state !== 'open' || this.#outbox.full) return;
    this.#wasFull = false;
    this.#owner.drained();
  }

  #gone(note: CloseNote, by: 'peer' | 'network'): void {
    if (this.#state !== 'open') {
      this.#state = 'closed';
      return;
    }
    this.#finish(note, by);
    this.#socket.destroy();
  }

  #finish(note: CloseNote, by: 'us' | 'peer' | 'network'): void {
    this.#state = 'closing';
    this.#outbox.close();
    this.#context.heartbeat.remove(this);
    this.#owner.closed(note, by);
  }
}
