// One end of a file's way: a session that carries data frames, with the packets of protocol/data-packet beside them. Whoever
// is at its other end, a client or the server, it is the same.
import { TchatError } from '../errors.ts';
import { DATA_QUEUED } from '../limits.ts';
import { type Attached, type DataPacket, decodeDataPacket, encodeDataPacket } from '../protocol/data-packet.ts';
import type { CloseNote } from '../protocol/frame.ts';
import type { Session, SessionOwner } from '../session/session.ts';

/** What a way's end is used by. */
export interface DataOwner {
  /** A throw ends the way with the error's code. */
  packet(packet: DataPacket): void;
  /** A piece of the bytes, in order; it stays as it is. */
  data(piece: Buffer): void;
  /** There is room again for more to be sent. */
  drained(): void;
  /** The last call, exactly once. `by`: who ended it. */
  closed(note: CloseNote, by: 'us' | 'peer' | 'network'): void;
}

export class DataSession implements SessionOwner {
  readonly session: Session;
  #owner: DataOwner | null = null;
  /** What came before anybody was there to hear it. */
  #early: (() => void)[] = [];
  #attaching: { resolve(packet: Attached): void; reject(error: TchatError): void } | null = null;

  /** `open` gives the session that this one hears. */
  constructor(open: (owner: SessionOwner) => Session) {
    this.session = open(this);
    this.session.carry(DATA_QUEUED);
  }

  /** Who hears it from now on; first of all what came before. */
  heardBy(owner: DataOwner): void {
    this.#owner = owner;
    for (const tell of this.#early.splice(0)) tell();
  }

  get open(): boolean {
    return this.session.open;
  }

  send(packet: DataPacket): void {
    this.session.send(encodeDataPacket(packet));
  }

  /** At most FRAME_DATA bytes, which must not change until they are taken. */
  sendData(bytes: Uint8Array): void {
    this.session.sendData(bytes);
  }

  close(code: string, detail = ''): void {
    this.session.close(code, detail);
  }

  /** The other end has let us on, and this is what it said; rejects where it did not. */
  attached(): Promise<Attached> {
    return new Promise((resolve, reject) => {
      this.#attaching = { resolve, reject };
    });
  }

  packet(payload: Buffer): void {
    const packet = decodeDataPacket(payload);
    if (packet.type === 'attached') {
      if (!this.#attaching) throw new TchatError('bad-packet', { what: 'attached out of turn' });
      this.#attaching.resolve(packet);
      this.#attaching = null;
      return;
    }
    this.#tell(owner => owner.packet(packet));
  }

  data(piece: Buffer): void {
    // Nobody has asked for anything yet.
    if (!this.#owner) throw new TchatError('bad-packet', { what: 'data out of turn' });
    this.#owner.data(piece);
  }

  drained(): void {
    this.#owner?.drained();
  }

  closed(note: CloseNote, by: 'us' | 'peer' | 'network'): void {
    this.#attaching?.reject(new TchatError(note.code));
    this.#attaching = null;
    this.#tell(owner => owner.closed(note, by));
  }

  #tell(call: (owner: DataOwner) => void): void {
    const owner = this.#owner;
    if (owner) call(owner);
    // A way that is not used yet gets a word or two, never a flood.
    else if (this.#early.length < 8) this.#early.push(() => this.#tell(call));
    else this.close('bad-packet', 'out of turn');
  }
}
