// tchat join: the full-screen client. Maps what the client says to the screen's messages, and performs its effects.
import { userInfo } from 'node:os';
import { validName, validRoom } from '../chat/text.ts';
import type { AnyEvent } from '../chat/vocabulary.ts';
import { Client, type ClientMessage } from '../client/client.ts';
import { readSettings, withServer, writeSettings } from '../config.ts';
import { asTchatError, type ExitCode, TchatError } from '../errors.ts';
import { folders } from '../folders.ts';
import { accountOf } from '../identity/keys.ts';
import { listProfiles, type Profile } from '../identity/profile.ts';
import { LOGIN_TIMEOUT } from '../limits.ts';
import { type Address, formatAddress, parseAddress } from '../session/address.ts';
import { systemClock } from '../session/clock.ts';
import type { ClientStore } from '../store/client-store.ts';
import { createChat, type Effect, type Model, type Msg } from '../tui/chat/chat.ts';
import { openTerminal } from '../tui/kit/terminal.ts';
import { version } from '../version.ts';
import { Asking } from './asking.ts';
import { isSpecial, screenMessage } from './hearing.ts';
import { Keeping, openKept } from './kept.ts';
import { fail } from './outcome.ts';
import { type ClientArguments, pickProfile, rememberProfile } from './profile.ts';
import { exitOf, openScreen, requireTerminal, type Screen, THEMES, themeOr } from './screen.ts';
import { Searching } from './searching.ts';

export interface JoinArguments extends ClientArguments {
  readonly room?: string;
}

/** Runs until the person quits, or the server says no before they ever were in. Throws a TchatError. */
export async function join(where: string | null, options: JoinArguments): Promise<ExitCode> {
  requireTerminal();
  const address = where === null ? null : parseAddress(where);
  const room = options.room === undefined ? null : validRoom(options.room);
  if (options.room !== undefined && !room) throw new TchatError('room-invalid', { room: options.room });
  const { config, profiles } = folders();
  const known = listProfiles(profiles);
  const settings = readSettings(config);
  // A name is asked for where none is known; nothing else ever is.
  const named = options.name ?? (settings.profile !== '' || known.length > 0 ? undefined : null);
  const profile = address && named !== null ? pickProfile(named) : null;
  return new Joining(options).run({ address, profile, room, known, settings });
}

interface Begin {
  readonly address: Address | null;
  readonly profile: Profile | null;
  readonly room: string | null;
  readonly known: readonly string[];
  readonly settings: ReturnType<typeof readSettings>;
}

class Joining {
  readonly #options: JoinArguments;
  #client: Client | null = null;
  #store: ClientStore | null = null;
  #keeping: Keeping | null = null;
  #asking: Asking | null = null;
  #searching: Searching | null = null;
  /** What was wrong with the store, until it was said. */
  #problem: TchatError | null = null;
  /** Counts connections: a store that is ready after the next one was asked for is closed again. */
  #attempt = 0;
  #screen: Screen<Msg> | null = null;
  #address = '';
  #profile: Profile | null = null;
  #account = '';
  #wasIn = false;
  /** The address comes from the start screen, which can be asked again. */
  #chosen = false;
  #refusal: TchatError | null = null;
  #stopClock: (() => void) | null = null;
  #stopPings: (() => void) | null = null;

  constructor(options: JoinArguments) {
    this.#options = options;
  }

  async run({ address, profile, room, known, settings }: Begin): Promise<ExitCode> {
    const terminal = openTerminal();
    const { width, height } = terminal;
    const dialed = address && profile ? { address: formatAddress(address) } : {};
    const program = createChat({
      ...{ width, height, clock: Date.now, theme: themeOr(settings.theme).name, themes: THEMES, keys: settings.keys },
      ...dialed,
      ...(room === null ? {} : { room }),
      ...(address && profile ? {} : { start: startScreen(address, this.#options.name, known, settings) }),
    });
    this.#screen = openScreen<Model, Msg, Effect>(
      terminal,
      themeOr(settings.theme),
      program,
      {
        input: (event, target) => ({ kind: 'input', event, target }),
        resized: (columns, rows) => ({ kind: 'resized', width: columns, height: rows }),
      },
      effect => this.#perform(effect),
    );
    if (address && profile) void this.#connect(address, profile);
    try {
      await this.#screen.done;
    } finally {
      this.#stopClock?.();
      this.#stopPings?.();
      this.#disconnect();
    }
    if (this.#refusal) return fail(this.#refusal);
    return exitOf(this.#screen.ending);
  }

  #disconnect(): void {
    this.#attempt += 1;
    this.#searching?.close();
    this.#client?.close();
    this.#keeping?.write();
    this.#store?.close();
    this.#client = this.#store = this.#keeping = this.#asking = this.#searching = null;
  }

  /** Shows what is kept of the server, and dials. The first screen is painted by now: loading SQLite does not hold it up. */
  async #connect(address: Address, profile: Profile): Promise<void> {
    this.#disconnect();
    const attempt = this.#attempt;
    const { store, kept, problem } = await openKept(formatAddress(address), profile);
    if (attempt !== this.#attempt) {
      store.close();
      return;
    }
    this.#store = store;
    this.#keeping = new Keeping(store);
    this.#account = accountOf(profile.key.public);
    this.#address = formatAddress(address);
    this.#profile = profile;
    const timeout = this.#options.timeout === undefined ? LOGIN_TIMEOUT : this.#options.timeout * 1000;
    const facts = { address, profile, timeout, client: `tchat ${version()}`, clock: systemClock };
    const client = new Client({ ...facts, presence: true, reconnect: true, patient: kept !== null, store }, message => {
      if (client === this.#client) this.#hear(message);
    });
    this.#client = client;
    this.#serve(client, store);
    this.#screen?.dispatch({ kind: 'restored', kept });
    this.#problem = problem;
    client.start();
  }

  /** What the screen asks for is answered from here on. */
  #serve(client: Client, store: ClientStore): void {
    const tell = (msg: Msg) => {
      if (client === this.#client) this.#screen?.dispatch(msg);
    };
    const asking = new Asking({ client, store, account: this.#account, tell });
    const conversationOf = (ref: string) => asking.conversationOf(ref);
    this.#asking = asking;
    this.#searching = new Searching({ client, store, clock: systemClock, conversationOf, tell });
  }

  // What the client says

  #hear(message: ClientMessage): void {
    const screen = this.#screen;
    if (!screen) return;
    if (!isSpecial(message)) {
      screen.dispatch(screenMessage(message, this.#address));
      // What stands in the lists may be another one now; what was left is kept no longer.
      if (message.is === 'event' && this.#changesLists(message.event)) this.#asking?.lists();
      return;
    }
    switch (message.is) {
      case 'online':
        this.#online(message.welcome);
        return;
      case 'over':
        this.#over(message.error);
        return;
      case 'stale':
        this.#asking?.lists();
        return;
      case 'unkept':
        this.#notice(new TchatError('unkept', message.error.params));
        return;
      default:
        message satisfies never;
    }
  }

  #changesLists({ kind, account }: AnyEvent): boolean {
    return kind === 'visibility' || ((kind === 'joined' || kind === 'left') && account === this.#account);
  }

  #notice({ code, params }: TchatError): void {
    this.#screen?.dispatch({ kind: 'notice', code, params, bad: true });
  }

  #online(welcome: Extract<ClientMessage, { is: 'online' }>['welcome']): void {
    const { account, name, role, server } = welcome;
    this.#account = account;
    const link = {
      state: 'online',
      serverId: server.id,
      serverName: server.name,
      account,
      name,
      role,
      encrypted: false,
    } as const;
    this.#store?.remember({ serverName: server.name, name, role });
    this.#screen?.dispatch({ kind: 'link', link });
    // Once somebody can read it: coming in takes away what was said about dialling.
    if (this.#problem) this.#notice(this.#problem);
    this.#problem = null;
    this.#asking?.lists();
    // The first trip was measured while everything started; a calm one soon, and then now and again.
    this.#stopPings?.();
    const pings = [
      systemClock.after(1_500, () => this.#client?.ping()),
      systemClock.every(20_000, () => this.#client?.ping()),
    ];
    this.#stopPings = () => {
      for (const stop of pings) stop();
    };
    if (!this.#wasIn) void this.#remember(server.name);
    this.#wasIn = true;
  }

  async #remember(serverName: string): Promise<void> {
    if (this.#profile) await rememberProfile(this.#profile);
    const { config } = folders();
    const server = { address: this.#address, name: serverName, used: Date.now() };
    try {
      await writeSettings(config, { servers: withServer(readSettings(config).servers, server) });
    } catch {
      // A list of servers that cannot be written is missed at the next start, and at no other time.
    }
  }

  /** Refused before the screen was of any use: leave it, and say why where it can be read. */
  #over(error: TchatError): void {
    if (this.#wasIn || this.#chosen) {
      this.#screen?.dispatch({ kind: 'link', link: { state: 'over', code: error.code, params: error.params } });
      return;
    }
    this.#refusal = error;
    this.#screen?.stop();
  }

  // What the screen asks for

  #perform(effect: Effect): void {
    switch (effect.kind) {
      case 'connect':
        this.#connectFromStart(effect.address, effect.name);
        return;
      case 'send': {
        const id = this.#client?.send(effect.command);
        if (id) this.#screen?.dispatch({ kind: 'queued', ref: effect.ref, id });
        return;
      }
      case 'fetch':
        this.#asking?.fetch(effect);
        return;
      case 'fetch-newer':
        this.#asking?.fetchNewer(effect);
        return;
      case 'jump':
        void this.#asking?.jump(effect);
        return;
      case 'search':
        this.#searching?.search(effect);
        return;
      case 'mark':
        this.#client?.mark(effect.conversation, effect.position);
        return;
      case 'away':
        this.#client?.setAway(effect.text);
        return;
      case 'members':
        this.#asking?.members(effect.room);
        return;
      case 'lists':
        this.#asking?.lists();
        return;
      case 'keep':
      case 'shown':
      case 'forget':
        this.#keeping?.perform(effect);
        return;
      case 'copy':
        this.#screen?.copy(effect.text);
        return;
      case 'theme':
        this.#screen?.setTheme(themeOr(effect.name));
        void writeSettings(folders().config, { theme: effect.name }).catch(() => {});
        return;
      case 'clock':
        this.#clock(effect.on);
        return;
      case 'redraw':
        this.#screen?.redraw();
        return;
      case 'mouse':
        this.#screen?.mouse(effect.on);
        return;
      case 'quit':
        this.#screen?.stop();
        return;
      default:
        effect satisfies never;
    }
  }

  #connectFromStart(where: string, name: string): void {
    this.#chosen = true;
    try {
      void this.#connect(parseAddress(where), pickProfile(name === '' ? undefined : name));
    } catch (error) {
      const { code, params } = asTchatError(error);
      this.#screen?.dispatch({ kind: 'link', link: { state: 'over', code, params } });
    }
  }

  #clock(on: boolean): void {
    this.#stopClock?.();
    this.#stopClock = null;
    if (!on) return;
    const tick = () => this.#screen?.dispatch({ kind: 'tick', now: Date.now() });
    this.#stopClock = systemClock.every(1_000, tick);
    tick();
  }
}

/** What the start screen offers: profiles (the last used first), or a name to begin with, and servers. */
function startScreen(
  address: Address | null,
  name: string | undefined,
  known: readonly string[],
  { profile, servers }: ReturnType<typeof readSettings>,
) {
  const preferred = name ?? profile;
  const profiles = known.includes(preferred) ? [preferred, ...known.filter(each => each !== preferred)] : known;
  const asked = address ? [{ address: formatAddress(address), name: '', used: Date.now() }] : [];
  return {
    profiles,
    name: name ?? suggestedName(),
    servers: [...asked, ...servers.filter(each => each.address !== asked[0]?.address)],
  };
}

/** What somebody new may be called: as on this machine, where that can be a name. */
function suggestedName(): string {
  try {
    return validName(userInfo().username) ?? '';
  } catch {
    return '';
  }
}
