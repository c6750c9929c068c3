// The command line as commander knows it: names, arguments, help. Each command loads only what it needs.
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { EXIT, type ExitCode } from '../errors.ts';
import { version } from '../version.ts';
import { say } from '../words/words.ts';
import { fail } from './outcome.ts';

/** Runs one command; the answer is the exit code. Never rejects for a failure that has a sentence. */
export async function runCommand(words: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  const program = build(done => {
    code = done;
  });
  try {
    if (words.length === 0) {
      program.outputHelp();
      return EXIT.usage;
    }
    await program.parseAsync(keysLast(words), { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    return fail(error);
  }
}

/** A fingerprint may begin with a dash, and is no option then: behind `--` nothing is. */
function keysLast(words: readonly string[]): string[] {
  const isKey = (word: string) => /^-[A-Za-z0-9_-]{42}$/.test(word);
  const keys = words[0] === 'trust' ? words.filter(isKey) : [];
  return keys.length === 0 ? [...words] : [...words.filter(word => !isKey(word) && word !== '--'), '--', ...keys];
}

function build(done: (code: ExitCode) => void): Command {
  const program = new Command('tchat')
    .description(say('cli.about'))
    .version(version(), '-V, --version', say('cli.version'))
    .helpOption('-h, --help', say('cli.help'))
    .helpCommand('help [command]', say('cli.help'))
    .exitOverride()
    .configureOutput({
      outputError: (text, write) =>
        write(
          `tchat: ${text
            .replace(/^error: /, '')
            .trim()
            .replace(/\s*\n\s*/g, ' ')}; ${say('cli.see-help')}\n`,
        ),
    });
  serve(program, done);
  join(program, done);
  send(program, done);
  tail(program, done);
  receive(program, done);
  users(program, done);
  trust(program, done);
  key(program, done);
  admin(program, done);
  return program;
}

type Done = (code: ExitCode) => void;

function serve(program: Command, done: Done): void {
  program
    .command('serve')
    .description(say('cli.serve'))
    .option('--host <address>', say('cli.serve.host'))
    .option('--port <number>', say('cli.serve.port'), number(0, 65535), 7420)
    .option('--data <dir>', say('cli.serve.data'))
    .option('--name <text>', say('cli.serve.name'))
    .option('--headless', say('cli.serve.headless'))
    .option('--max-users <number>', say('cli.serve.max-users'), number(1, 100_000))
    .option('--max-per-address <number>', say('cli.serve.max-per-address'), number(1, 100_000))
    .option('--max-members <number>', say('cli.serve.max-members'), number(1, 100_000))
    .option('--ephemeral', say('cli.serve.ephemeral'))
    .option('--password-file <file>', say('cli.serve.password-file'))
    .option('--no-password', say('cli.serve.no-password'))
    .option('--operator <who>', say('cli.serve.operator'), gather, [])
    .option('--invite-only', say('cli.serve.invite-only'))
    .option('--no-tls', say('cli.serve.no-tls'))
    .option('--rotate-key', say('cli.serve.rotate-key'))
    .option('--metrics <address>', say('cli.serve.metrics'))
    .option('--log <file>', say('cli.serve.log'))
    .addOption(
      new Option('--log-level <level>', say('cli.serve.log-level')).choices(['debug', 'info', 'warn', 'error']),
    )
    .action(async options => {
      const command = await import('./serve.ts');
      done(await command.serve(options));
    });
}

function join(program: Command, done: Done): void {
  client(program.command('join'))
    .description(say('cli.join'))
    .argument('[address]', say('cli.address'))
    .option('--room <room>', say('cli.join.room'))
    .action(async (address, options) => {
      const command = await import('./join.ts');
      done(await command.join(address ?? null, options));
    });
}

function send(program: Command, done: Done): void {
  client(program.command('send'))
    .description(say('cli.send'))
    .argument('<address>', say('cli.address'))
    .argument('[text]', say('cli.send.text'))
    .requiredOption('--to <target>', say('cli.send.to'))
    .option('--file <path>', say('cli.send.file'), gather, [])
    .option('--rate <kib>', say('cli.rate'), number(1, 1 << 24))
    .option('--direct', say('cli.direct'))
    .option('--no-direct', say('cli.no-direct'))
    .option('--batch', say('cli.send.batch'))
    .option('--json', say('cli.json'))
    .action(async (address, text, options) => {
      const command = await import('./send.ts');
      done(await command.send(address, text ?? null, options));
    });
}

function tail(program: Command, done: Done): void {
  client(program.command('tail'))
    .description(say('cli.tail'))
    .argument('<address>', say('cli.address'))
    .option('--room <room>', say('cli.tail.room'), gather, [])
    .option('--since <when>', say('cli.tail.since'))
    .option('--count <number>', say('cli.tail.count'), number(1, Number.MAX_SAFE_INTEGER))
    .option('--events', say('cli.tail.events'))
    .option('--json', say('cli.json'))
    .action(async (address, options) => {
      const command = await import('./tail.ts');
      done(await command.tail(address, options));
    });
}

function receive(program: Command, done: Done): void {
  client(program.command('receive'))
    .description(say('cli.receive'))
    .argument('<address>', say('cli.address'))
    .option('--from <user>', say('cli.receive.from'))
    .option('--dir <dir>', say('cli.receive.dir'))
    .option('--count <number>', say('cli.receive.count'), number(1, Number.MAX_SAFE_INTEGER))
    .option('--rate <kib>', say('cli.rate'), number(1, 1 << 24))
    .option('--direct', say('cli.direct'))
    .option('--no-direct', say('cli.no-direct'))
    .option('--json', say('cli.json'))
    .action(async (address, options) => {
      const command = await import('./receive.ts');
      done(await command.receive(address, options));
    });
}

function users(program: Command, done: Done): void {
  client(program.command('users'))
    .description(say('cli.users'))
    .argument('<address>', say('cli.address'))
    .option('--all', say('cli.users.all'))
    .option('--json', say('cli.json'))
    .action(async (address, options) => {
      const command = await import('./users.ts');
      done(await command.users(address, options));
    });
}

function key(program: Command, done: Done): void {
  const load = () => import('./key.ts');
  const group = program.command('key').description(say('cli.key'));
  group.action(async () => done((await load()).list()));
  const profile = (command: Command) => command.option('--name <profile>', say('cli.key.name'));
  profile(group.command('export'))
    .description(say('cli.key.export'))
    .argument('<file>', say('cli.key.file'))
    .option('--plain', say('cli.key.plain'))
    .option('--new-passphrase-file <file>', say('cli.key.new-passphrase-file'))
    .action(async (file, options) => done(await (await load()).exportKey(file, options)));
  profile(group.command('import'))
    .description(say('cli.key.import'))
    .argument('<file>', say('cli.key.file'))
    .action(async (file, options) => done((await load()).importKey(file, options)));
  profile(group.command('passphrase'))
    .description(say('cli.key.passphrase'))
    .option('--passphrase-file <file>', say('cli.passphrase-file'))
    .option('--new-passphrase-file <file>', say('cli.key.new-passphrase-file'))
    .option('--remove', say('cli.key.remove'))
    .action(async options => done(await (await load()).passphrase(options)));
}

function admin(program: Command, done: Done): void {
  const load = () => import('./admin.ts');
  const group = client(program.command('admin'))
    .description(say('cli.admin'))
    .argument('[words...]', say('cli.admin.words'))
    // Its options stand before the action's name or behind it.
    .option('--data <dir>', say('cli.admin.data'))
    .option('--follow', say('cli.admin.follow'))
    .option('--count <number>', say('cli.admin.count'), number(1, 2_000))
    .option('--json', say('cli.json'))
    .action(async (words, options) => done(await (await import('./operate.ts')).operate(words, options)));
  group
    .command('export')
    .description(say('cli.admin.export'))
    .option('--room <room>', say('cli.admin.export.room'), gather, [])
    .option('--since <when>', say('cli.admin.export.since'))
    .option('--private', say('cli.admin.export.private'))
    .option('--json', say('cli.admin.export.json'))
    .action(async (_options, command) => done(await (await load()).exportLog(command.optsWithGlobals())));
  group
    .command('backup')
    .description(say('cli.admin.backup'))
    .argument('<file>', say('cli.admin.backup.file'))
    .option('--json', say('cli.json'))
    .action(async (file, _options, command) => done((await load()).backUp(file, command.optsWithGlobals())));
}

function trust(program: Command, done: Done): void {
  program
    .command('trust')
    .description(say('cli.trust'))
    .argument('[address]', say('cli.trust.address'))
    .argument('[fingerprint]', say('cli.trust.fingerprint'))
    .option('--remove', say('cli.trust.remove'))
    .option('--json', say('cli.json'))
    .action(async (address, fingerprint, options) => {
      const command = await import('./trust.ts');
      done(command.trust(address ?? null, fingerprint ?? null, options));
    });
}

/** The options of every client command. */
function client(command: Command): Command {
  return command
    .option('--name <profile>', say('cli.name'))
    .option('--password-file <file>', say('cli.password-file'))
    .option('--passphrase-file <file>', say('cli.passphrase-file'))
    .addOption(new Option('--timeout <seconds>', say('cli.timeout')).argParser(number(1, 86_400)));
}

function number(least: number, most: number): (text: string) => number {
  return text => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(say('cli.whole-number', { least, most }));
  };
}

function gather(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
