// tchat users: who is there.
import { cleanLine, upright } from '../chat/text.ts';
import type { PersonSummary } from '../chat/vocabulary.ts';
import { asTchatError, EXIT, type ExitCode } from '../errors.ts';
import { say } from '../words/words.ts';
import { printJson, printLine } from './print.ts';
import type { ClientArguments } from './profile.ts';
import { runScript } from './script-client.ts';

export interface UsersArguments extends ClientArguments {
  readonly all?: boolean;
  readonly json?: boolean;
}

/** One line a person; with --json `{"name","account","here","since","away"}`. Throws a TchatError. */
export function users(address: string, options: UsersArguments): Promise<ExitCode> {
  return runScript(
    { ...options, address, patient: false },
    (client, end) => {
      client.query({ kind: 'people' }).then(
        pages => {
          const people = pages.flatMap(page => (page.kind === 'people' ? page.items : []));
          print(options.all ? people : people.filter(person => person.here), options.json === true);
          end.finish(EXIT.done);
        },
        error => end.finish(asTchatError(error)),
      );
    },
    () => {},
  );
}

function print(people: readonly PersonSummary[], json: boolean): void {
  for (const person of people) {
    if (json) printJson(personJson(person));
    else printLine(personLine(person));
  }
  if (people.length === 0 && !json && process.stdout.isTTY) printLine(say('users.nobody'));
}

export function personJson({ name, account, here, since, away }: PersonSummary): Record<string, unknown> {
  return { name, account, here, since: since === 0 ? null : new Date(since).toISOString(), away };
}

/** One line for a person: the name, a tab, since when they are here or were last seen, and what they said on going away. */
export function personLine({ name, here, since, away }: PersonSummary): string {
  const who = upright(cleanLine(name));
  const words =
    away === null ? [] : [away === '' ? say('users.away') : say('users.away-text', { text: cleanLine(away) })];
  if (since === 0) return [who, ...words].join('\t');
  const time = new Date(since).toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short' });
  return [who, say(here ? 'users.here' : 'users.seen', { time }), ...words].join('\t');
}
