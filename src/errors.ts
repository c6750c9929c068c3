// Every failure that the program foresees: one base class with a code, and how a code ends the process.
// Sentences are made elsewhere (words/), from the code and its parameters.

/** What a failure is about; also the key of its sentence in words/ and, over the wire, of a refusal. */
export type ErrorCode = string;

/** Values that a sentence may name. Text from a peer among them is cleaned when it is printed. */
export type ErrorParams = Readonly<Record<string, string | number>>;

export class TchatError extends Error {
  readonly code: ErrorCode;
  readonly params: ErrorParams;

  constructor(code: ErrorCode, params: ErrorParams = {}, cause?: unknown) {
    super(code, cause === undefined ? undefined : { cause });
    this.name = 'TchatError';
    this.code = code;
    this.params = params;
  }
}

/** Exit codes of the command line (a contract: scripts rely on them). */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  wrongKey: 3,
  refused: 4,
  unreachable: 5,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Wraps what a library threw, keeping a TchatError as it is. */
export function asTchatError(error: unknown, code: ErrorCode = 'internal'): TchatError {
  if (error instanceof TchatError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new TchatError(code, { message }, error);
}
