// The server between the sender and the receiver of one file: it passes on what they say, and holds RELAY_HELD bytes at most.
// A receiver that reads slowly slows its own sender, and nobody else.
import { TchatError } from '../errors.ts';
import { RELAY_HELD } from '../limits.ts';
import type { DataPacket } from '../protocol/data-packet.ts';
import type { CloseNote } from '../protocol/frame.ts';
import type { DataOwner, DataSession } from '../transfer/data-session.ts';

export interface RelayOptions {
  /** Bytes of the whole. */
  readonly size: number;
  readonly sender: DataSession;
  readonly receiver: DataSession;
  /** So many bytes of the whole have gone through. */
  readonly progress: (done: number) => void;
  /** Both ends are gone, and why. Exactly once. */
  readonly over: (code: string) => void;
}

/** So much more may come before the sender is told. */
const STEP = RELAY_HELD / 8;
/** Ends of a way whose reason the other end may know. */
const PASSED = new Set([
  'done',
  'moved',
  'paused',
  'cancelled',
  'file-changed',
  'file-hash',
  'file-too-short',
  'file-too-long',
]);

export class Relay {
  readonly #options: RelayOptions;
  /** Bytes of the whole that have come from the sender; up to where the receiver and we let them come. */
  #passed = 0;
  #wanted = 0;
  #granted = 0;
  #begun = false;
  #ended = false;
  #over = false;

  constructor(options: RelayOptions) {
    this.#options = options;
    const { sender, receiver } = options;
    receiver.heardBy(this.#receiving);
    if (receiver.open) sender.heardBy(this.#sending);
  }

  stop(code: string): void {
    this.#end(code, null);
  }

  readonly #receiving: DataOwner = {
    packet: packet => this.#fromReceiver(packet),
    data: () => {
      throw new TchatError('bad-packet', { what: 'data out of turn' });
    },
    drained: () => this.#grant(),
    closed: note => this.#end(passedOn(note), this.#options.receiver),
  };

  readonly #sending: DataOwner = {
    packet: packet => this.#fromSender(packet),
    data: piece => this.#data(piece),
    drained: () => {},
    closed: note => this.#end(passedOn(note), this.#options.sender),
  };

  #fromReceiver(packet: DataPacket): void {
    const { sender, size } = this.#options;
    switch (packet.type) {
      case 'from':
        if (this.#begun || packet.offset > size) throw outOfTurn(packet);
        this.#begun = true;
        this.#passed = packet.offset;
        this.#options.progress(packet.offset);
        this.#wanted = packet.until;
        this.#granted = Math.min(packet.until, packet.offset + RELAY_HELD);
        sender.send({ ...packet, until: this.#granted });
        return;
      case 'credit':
        this.#wanted = Math.max(this.#wanted, packet.until);
        this.#grant();
        return;
      case 'done':
        if (!this.#ended) throw outOfTurn(packet);
        sender.send(packet);
        return;
      default:
        throw outOfTurn(packet);
    }
  }

  #fromSender(packet: DataPacket): void {
    const { receiver, size } = this.#options;
    if (packet.type !== 'end' && packet.type !== 'direct') throw outOfTurn(packet);
    if (packet.type === 'end') {
      if (this.#passed !== size) throw new TchatError('file-too-short');
      this.#ended = true;
    }
    receiver.send(packet);
  }

  #data(piece: Buffer): void {
    this.#passed += piece.length;
    if (this.#passed > this.#granted || this.#passed > this.#options.size) throw new TchatError('file-too-long');
    this.#options.receiver.sendData(piece);
    this.#options.progress(this.#passed);
    this.#grant();
  }

  /** Lets more come: as the receiver does, and as long as what it has not taken fits. */
  #grant(): void {
    const { receiver, sender, size } = this.#options;
    // Asked so that we hear when it has room again.
    if (receiver.session.full && this.#granted > this.#passed) return;
    const room = Math.max(0, RELAY_HELD - receiver.session.queued);
    const until = Math.min(this.#wanted, this.#passed + room, size);
    if (until - this.#granted < STEP && until < Math.min(this.#wanted, size)) return;
    if (until <= this.#granted) return;
    this.#granted = until;
    sender.send({ type: 'credit', until });
  }

  #end(code: string, gone: DataSession | null): void {
    if (this.#over) return;
    this.#over = true;
    const { sender, receiver, over } = this.#options;
    for (const each of [sender, receiver]) if (each !== gone) each.close(code);
    over(code);
  }
}

function passedOn({ code }: CloseNote): string {
  return PASSED.has(code) ? code : 'peer-left';
}

function outOfTurn({ type }: DataPacket): TchatError {
  return new TchatError('bad-packet', { what: `${type} out of turn` });
}
