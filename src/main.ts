#!/usr/bin/env node
// The program's entry: arguments to one of commands/, its answer to an exit code. The only file that exits the process.
import { EXIT, type ExitCode } from './errors.ts';
import { version } from './version.ts';

/** Ends when what was printed has left; a pipe takes it later than a terminal. */
function leave(code: ExitCode): void {
  process.exitCode = code;
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
}

async function main(words: readonly string[]): Promise<ExitCode> {
  // The one answer that needs no library at all.
  if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
    process.stdout.write(`${version()}\n`);
    return EXIT.done;
  }
  const { runCommand } = await import('./commands/command-line.ts');
  return runCommand(words);
}

// Whoever read our output has gone: nobody is left to tell.
process.stdout.on('error', () => process.exit(EXIT.done));
process.stderr.on('error', () => {});

main(process.argv.slice(2)).then(leave, async error => {
  const { fail } = await import('./commands/outcome.ts');
  leave(fail(error));
});
