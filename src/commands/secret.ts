// Secrets that a person gives: from a file, or typed on the terminal without being shown. Never from an argument.
import { readFileSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { TchatError } from '../errors.ts';
import { SECRET_BYTES } from '../limits.ts';

/** The first line of the file; `-` asks on the terminal. Throws `secret-unreadable`, `secret-empty` or `no-terminal`. */
export async function readSecret(file: string, question: string): Promise<string> {
  if (file === '-') return askSecret(question);
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new TchatError('secret-unreadable', { file }, error);
  }
  return checked((bytes.toString('utf8').split(/\r?\n/)[0] as string).replace(/^\ufeff/, ''));
}

function checked(secret: string): string {
  if (secret === '' || Buffer.byteLength(secret) > SECRET_BYTES) {
    throw new TchatError('secret-empty', { limit: SECRET_BYTES });
  }
  return secret;
}

/** What a person types until Enter; throws `interrupted` on Ctrl-C. The question goes to standard error. */
export async function askSecret(question: string): Promise<string> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY || !stderr.isTTY) throw new TchatError('secret-no-terminal');
  const raw = stdin.isRaw;
  stdin.setRawMode(true);
  stdin.ref();
  stdin.resume();
  // Only now: what is typed from here on is not shown.
  stderr.write(`${question} `);
  try {
    return checked(await typed(stdin));
  } finally {
    stdin.pause();
    stdin.unref();
    stdin.setRawMode(raw);
    stderr.write('\n');
  }
}

function typed(input: NodeJS.ReadStream): Promise<string> {
  let text: string[] = [];
  return new Promise((resolve, reject) => {
    const settle = (end: () => void) => {
      input.off('data', hear);
      input.off('end', gone);
      end();
    };
    const gone = () => settle(() => reject(new TchatError('interrupted')));
    const decoder = new StringDecoder('utf8');
    const hear = (chunk: Buffer) => {
      // Keys that are no text (arrows) come as sequences: they are no part of a password.
      for (const key of decoder.write(chunk).replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|O.|.)?/gu, '')) {
        if (key === '\r' || key === '\n') return settle(() => resolve(text.join('')));
        if (key === '\u0003' || key === '\u0004') return gone();
        if (key === '\u007f' || key === '\b') text = text.slice(0, -1);
        else if (key === '\u0015') text = [];
        else if (key >= ' ') text.push(key);
      }
    };
    input.on('data', hear);
    input.on('end', gone);
  });
}
