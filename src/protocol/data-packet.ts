// What the two ends of a file's way say to each other, whoever they are: its sender and its receiver, or the server in the
// place of one of them. The bytes themselves go in data frames. Their form: docs/protocol.md; here are types, gate and codec.
import { Packr } from 'msgpackr';
import { TchatError } from '../errors.ts';
import { DIRECT_ADDRESS_UNITS, DIRECT_ADDRESSES } from '../limits.ts';
import { encodeFrame, FRAME } from './frame.ts';
import { scanValue } from './scan.ts';
import { binary, type Check, flag, list, matching, maybe, oneOf, record, whole } from './schema.ts';

/** The answer to `attach`: the way is open. */
export interface Attached {
  readonly type: 'attached';
  /** Of another client, that it knows the key too; a server has proven itself by its certificate. */
  readonly proof: Uint8Array | null;
}

/** The receiver begins: so much of it is there, and up to `until` may come. */
export interface From {
  readonly type: 'from';
  readonly offset: number;
  readonly until: number;
  /** Whether its person agrees to a direct way. */
  readonly direct: boolean;
}

/** More may come: up to here. */
export interface Credit {
  readonly type: 'credit';
  readonly until: number;
}

/** All bytes have gone out; this is what the whole has to be. */
export interface End {
  readonly type: 'end';
  /** SHA-256, 32 bytes. */
  readonly hash: Uint8Array;
}

/** The receiver has it, whole and checked. */
export interface Done {
  readonly type: 'done';
}

/** The sender can be reached without the server too, by whoever proves this key there. */
export interface Direct {
  readonly type: 'direct';
  readonly key: Uint8Array;
  /** SHA-256 of the public key that answers there. */
  readonly fingerprint: Uint8Array;
  /** `1.2.3.4:5` and `[::1]:5`. */
  readonly addresses: readonly string[];
}

export type DataPacket = Attached | From | Credit | End | Done | Direct;

const packr = new Packr({ useRecords: false, int64AsType: 'number', mapsAsObjects: true, variableMapSize: true });

const kindOf = record({ type: oneOf('attached', 'from', 'credit', 'end', 'done', 'direct') });
const attached = record({ proof: maybe(binary(32, 32)) });
const from = record({ offset: whole, until: whole, direct: flag });
const credit = record({ until: whole });
const end = record({ hash: binary(32, 32) });
const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:.]{2,45}\]):\d{1,5}$/;
const address = matching(ADDRESS, DIRECT_ADDRESS_UNITS);
const direct = record({ key: binary(32, 32), fingerprint: binary(32, 32), addresses: list(address, DIRECT_ADDRESSES) });

const dataPacket: Check<DataPacket> = (value, path) => {
  const { type } = kindOf(value, path);
  switch (type) {
    case 'attached':
      return { type, ...attached(value, path) };
    case 'from':
      return { type, ...from(value, path) };
    case 'credit':
      return { type, ...credit(value, path) };
    case 'end':
      return { type, ...end(value, path) };
    case 'done':
      return { type };
    case 'direct':
      return { type, ...direct(value, path) };
    default:
      return type satisfies never;
  }
};

/** One frame holding the packet. */
export function encodeDataPacket(packet: DataPacket): Buffer {
  return encodeFrame(FRAME.packet, packr.pack(packet));
}

/** Throws a TchatError `bad-packet`. */
export function decodeDataPacket(payload: Uint8Array): DataPacket {
  scanValue(payload);
  let value: unknown;
  try {
    value = packr.unpack(payload);
  } catch (error) {
    throw new TchatError('bad-packet', { what: 'value' }, error);
  }
  return dataPacket(value, '');
}
