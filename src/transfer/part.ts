// What has come of a stream, on the disk: the port behind which it is one file (part-file.ts) or the files of a folder
// (part-tree.ts), and what has to be remembered of it for going on after a restart.

/** For a journal: plain JSON. */
export interface PartState {
  /** Its name in the folder of parts, which nobody could guess. */
  readonly part: string;
  /** Inode of what it was put into, '' before that: something else under its name is not it. */
  readonly inode: string;
  /** The start of the system (boot.ts) in which it was written last: what was written in this one is there; '': that is not certain. */
  readonly boot: string;
  /** Bytes that are on the disk even if the power goes. */
  readonly synced: number;
}

export interface Part {
  /** Of what bears the bytes. */
  readonly inode: string;
  /** The bytes that follow `position`, which is where the last ones ended. Throws what the system threw. */
  append(position: number, bytes: Uint8Array): Promise<void>;
  /** Reads again what was appended. */
  read(position: number, buffer: Uint8Array): Promise<number>;
  /** What was appended before is on the disk when this returns. */
  sync(): Promise<void>;
  /** Leaves it as it is. Idempotent. */
  close(): Promise<void>;
  /** Closes it and takes it away. */
  remove(): Promise<void>;
}

/** How much of a part is there, for going on. */
export interface Resumed<P extends Part> {
  readonly part: P;
  readonly length: number;
}
