// The plain-text printer: the only way of a command's words to a pipe or a bare terminal. Whatever it is given is cleaned
// here, as the painter cleans what it draws: no text of a peer reaches a terminal past the two.
import { cleanLine, cleanText } from '../chat/text.ts';
import { jsonLine } from './json-lines.ts';

/** Prints a line, with its tabs and ends of lines. False where the reader is slow and `process.stdout` should be let drain. */
export function printLine(line: string): boolean {
  return process.stdout.write(`${cleanLines(line)}\n`);
}

/** Prints a value as JSON on one line; the answer is that of `printLine`. */
export function printJson(value: unknown): boolean {
  return process.stdout.write(`${jsonLine(value)}\n`);
}

/** Says a sentence to who watches, beside what is printed. */
export function tell(sentence: string): void {
  process.stderr.write(`tchat: ${cleanLines(sentence)}\n`);
}

/** Whether somebody watches, and a line may be drawn over. */
export function isWatched(): boolean {
  return process.stderr.isTTY === true;
}

/** One line on the terminal, in the place of the one that was there; '' takes it away. */
export function overwrite(line: string): void {
  const width = Math.max(20, (process.stderr.columns ?? 80) - 1);
  process.stderr.write(`\r\u001b[K${cleanLine(line).slice(0, width)}`);
}

/** Text as a terminal only draws it; its tabs stay, which part the fields of a line. */
export function cleanLines(text: string): string {
  return text.includes('\t') ? text.split('\t').map(cleanText).join('\t') : cleanText(text);
}
