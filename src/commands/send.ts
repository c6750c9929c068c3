// tchat send: text from a script or a pipe. Exit 0 only when the server has it all.

import { cleanText, faultOfMessage, validRoom } from '../chat/text.ts';
import type { MessageId, Target } from '../chat/vocabulary.ts';
import type { Client } from '../client/client.ts';
import { EXIT, type ExitCode, TchatError } from '../errors.ts';
import { MESSAGE_BYTES, UNACKED_MESSAGES } from '../limits.ts';
import { sentenceOf } from '../words/sentence.ts';
import { exitCodeOf } from './outcome.ts';
import { printJson, tell } from './print.ts';
import type { ClientArguments } from './profile.ts';
import { runScript, type ScriptEnd } from './script-client.ts';
import { Batch, LineReader } from './send-lines.ts';

export interface SendArguments extends ClientArguments {
  readonly to: string;
  readonly file?: readonly string[];
  readonly rate?: number;
  readonly direct?: boolean;
  readonly batch?: boolean;
  readonly json?: boolean;
}

/** Milliseconds that a batch waits for more lines. */
const BATCH_PAUSE = 100;
/** Messages without an answer above which standard input is read no further. */
const AHEAD = UNACKED_MESSAGES * 4;

/** Throws a TchatError; the exit code is 0 when all is stored. */
export async function send(address: string, text: string | null, options: SendArguments): Promise<ExitCode> {
  const target = parseTarget(options.to);
  if (options.file !== undefined && options.file.length > 0) {
    const { sendFiles } = await import('./send-files.ts');
    if (text !== null) await sendText(address, text, target, options);
    return sendFiles(address, target, options.file, options);
  }
  return sendText(address, text, target, options);
}

async function sendText(
  address: string,
  text: string | null,
  target: Target,
  options: SendArguments,
): Promise<ExitCode> {
  if (text === null) throw new TchatError('nothing-to-send');
  const fault = text === '-' ? null : faultOfMessage(text);
  if (fault) throw new TchatError(fault, { limit: MESSAGE_BYTES });
  const sending = new Sending(target, options);
  try {
    return await runScript(
      { ...options, address, patient: false },
      (client, end) => {
        if (text === '-') sending.readInput(client, end);
        else sending.one(client, end, text);
      },
      (message, client, end) => {
        if (message.is === 'acked') sending.acked(client, end, message);
        else if (message.is === 'refused') end.finish(message.error);
      },
    );
  } catch (error) {
    return sending.failed(error, text === '-');
  }
}

function parseTarget(to: string): Target {
  if (to.startsWith('@') && to.length > 1) return { to: 'name', name: to.slice(1) };
  const room = to.startsWith('#') ? validRoom(to) : null;
  if (room) return { to: 'room', room };
  throw new TchatError('bad-option', { option: '--to', value: to, wanted: "write '#room' or '@user'" });
}

class Sending {
  readonly #target: Target;
  readonly #options: SendArguments;
  readonly #texts = new Map<MessageId, string>();
  readonly #reader = new LineReader();
  readonly #batch = new Batch();
  #stored = 0;
  #ended = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(target: Target, options: SendArguments) {
    this.#target = target;
    this.#options = options;
  }

  one(client: Client, end: ScriptEnd, text: string): void {
    this.#post(client, text);
    this.#ended = true;
    this.#settle(end);
  }

  readInput(client: Client, end: ScriptEnd): void {
    const input = process.stdin;
    input.on('data', (chunk: Buffer) => {
      for (const line of this.#reader.push(chunk)) this.#line(client, line);
      if (this.#texts.size > AHEAD) input.pause();
    });
    const finish = () => {
      if (this.#ended) return;
      for (const line of this.#reader.end()) this.#line(client, line);
      this.#flush(client);
      this.#ended = true;
      this.#settle(end);
    };
    input.on('end', finish);
    input.on('error', finish);
  }

  acked(client: Client, end: ScriptEnd, { id, position }: { id: MessageId; position: number }): void {
    const text = this.#texts.get(id);
    if (text === undefined) return;
    this.#texts.delete(id);
    this.#stored += 1;
    if (this.#options.json) printJson({ id, position, text });
    if (!this.#ended && this.#texts.size < AHEAD / 2) process.stdin.resume();
    this.#settle(end);
    if (this.#ended && client.unanswered === 0) this.#settle(end);
  }

  /** One sentence; with several messages also how many are stored. */
  failed(error: unknown, several: boolean): ExitCode {
    const reason = sentenceOf(error);
    const key = this.#stored === 1 ? 'stopped-after-one' : 'stopped-after';
    const sentence = several ? sentenceOf(new TchatError(key, { reason, count: this.#stored })) : reason;
    tell(sentence);
    return exitCodeOf(error);
  }

  #line(client: Client, line: string): void {
    if (!this.#options.batch) {
      this.#post(client, line);
      return;
    }
    const full = this.#batch.add(line);
    if (full !== null) this.#post(client, full);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#flush(client), BATCH_PAUSE);
  }

  #flush(client: Client): void {
    clearTimeout(this.#timer);
    const rest = this.#batch.take();
    if (rest !== null) this.#post(client, rest);
  }

  #post(client: Client, raw: string): void {
    const text = cleanText(raw);
    const id = client.send({ kind: 'post', target: this.#target, body: { kind: 'text', text }, action: false });
    this.#texts.set(id, text);
  }

  #settle(end: ScriptEnd): void {
    if (this.#ended && this.#texts.size === 0) end.finish(EXIT.done);
  }
}
