// tchat join: the full-screen client. Maps what the client says to the screen's messages, and performs its effects.
import type { AnyEvent, Note } from '../chat/vocabulary.ts';
import { Client, type ClientMessage } from '../client/client.ts';
import { type EntryProofs, wantsPassword } from '../client/handshake.ts';
import { readSettings, withServer, writeSettings } from '../config.ts';
import { asTchatError, type ExitCode, TchatError } from '../errors.ts';
import { folders } from '../folders.ts';
import { accountOf } from '../identity/keys.ts';
import type { Profile } from '../identity/profile.ts';
import { LOGIN_TIMEOUT } from '../limits.ts';
import { formatAddress, type Link, parseLink } from '../session/address.ts';
import { systemClock } from '../session/clock.ts';
import type { ClientStore } from '../store/client-store.ts';
import { createChat, type Effect, type Model, type Msg } from '../tui/chat/chat.ts';
import { openTerminal } from '../tui/kit/terminal.ts';
import { version } from '../version.ts';
import { told } from './answers.ts';
import { type Asking, asked, type Begin, beginning, type JoinArguments } from './beginning.ts';
import { Fetching } from './fetching.ts';
import { Filing, type FilingOptions } from './filing.ts';
import { isSpecial, screenMessage } from './hearing.ts';
import { Keeping, openKept } from './kept.ts';
import { fail } from './outcome.ts';
import { pickProfile, rememberProfile } from './profile.ts';
import { exitOf, openScreen, requireTerminal, type Screen, THEMES, themeOr } from './screen.ts';
import { Searching } from './searching.ts';
import { type TrustNews, trustIn } from './server-trust.ts';
import { startScreen } from './start-screen.ts';

/** Runs until the person quits, or the server says no before they ever were in. Throws a TchatError. */
export async function join(where: string | null, options: JoinArguments): Promise<ExitCode> {
  requireTerminal();
  for (let begin = await beginning(where, options); ; ) {
    const joining = new Joining(options, begin.entry);
    const code = await joining.run(begin);
    if (joining.asking === null) return code;
    begin = await asked(begin, joining.asking, options);
  }
}

class Joining {
  readonly #options: JoinArguments;
  readonly #entry: EntryProofs;
  #client: Client | null = null;
  #store: ClientStore | null = null;
  #keeping: Keeping | null = null;
  #fetching: Fetching | null = null;
  #searching: Searching | null = null;
  #filing: Filing | null = null;
  /** What was wrong with the store, until it was said. */
  #problem: TchatError | null = null;
  /** Counts connections: a store that is ready after the next one was asked for is closed again. */
  #attempt = 0;
  #screen: Screen<Msg> | null = null;
  #address = '';
  /** Where it was dialed last. */
  #link: Link | null = null;
  /** What was picked on the screen and needs a passphrase first. */
  #locked: Asking | null = null;
  #encrypted = true;
  /** What the command line says: the start screen shows its address alone. */
  #given: Link | null = null;
  /** What is to be said of the server's key, until it was said. */
  #news: TrustNews | null = null;
  #profile: Profile | null = null;
  #account = '';
  #wasIn = false;
  /** The address comes from the start screen, which can be asked again. */
  #chosen = false;
  #refusal: TchatError | null = null;
  #stopClock: (() => void) | null = null;
  #stopPings: (() => void) | null = null;

  constructor(options: JoinArguments, entry: EntryProofs) {
    this.#options = options;
    this.#entry = entry;
  }

  /** What has to be typed without the screen before it can go on; null: nothing. */
  get asking(): Asking | null {
    if (this.#locked) return this.#locked;
    const typed = this.#options.passwordFile === undefined || this.#options.passwordFile === '-';
    if (!this.#link || !this.#profile || !typed || !wantsPassword(this.#refusal?.code)) return null;
    return { link: this.#link, profile: this.#profile };
  }

  async run({ link, profile, room, known, settings }: Begin): Promise<ExitCode> {
    this.#given = link;
    const terminal = openTerminal();
    const { width, height } = terminal;
    const dialed = link && profile ? { address: formatAddress(link.address) } : {};
    const program = createChat({
      ...{ width, height, clock: Date.now, theme: themeOr(settings.theme).name, themes: THEMES, keys: settings.keys },
      ...dialed,
      ...(room === null ? {} : { room }),
      ...(link && profile ? {} : { start: startScreen(link?.address ?? null, this.#options.name, known, settings) }),
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
    if (link && profile) void this.#connect(link, profile);
    try {
      await this.#screen.done;
    } finally {
      this.#stopClock?.();
      this.#stopPings?.();
      this.#disconnect();
    }
    // Somebody who comes by hand is asked; only what they typed wrong needs a word.
    if (this.#refusal && (!this.asking || this.#refusal.code !== 'password-needed')) return fail(this.#refusal);
    return exitOf(this.#screen.ending);
  }

  #disconnect(): void {
    this.#attempt += 1;
    this.#searching?.close();
    this.#filing?.close();
    this.#client?.close();
    this.#keeping?.write();
    this.#store?.close();
    this.#client = this.#store = this.#keeping = this.#fetching = this.#searching = this.#filing = null;
  }

  /** Shows what is kept of the server, and dials. The first screen is painted by now: loading SQLite does not hold it up. */
  async #connect(link: Link, profile: Profile): Promise<void> {
    const { address } = link;
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
    this.#link = link;
    this.#encrypted = address.plain !== true;
    this.#profile = profile;
    const timeout = this.#options.timeout === undefined ? LOGIN_TIMEOUT : this.#options.timeout * 1000;
    const trust = trustIn(link, news => {
      this.#news = news;
    });
    const facts = { address, profile, ...trust, timeout, client: `tchat ${version()}`, clock: systemClock };
    const entry = { ...this.#entry, ...(link.invite === null ? {} : { invite: link.invite }) };
    const kinds = { presence: true, reconnect: true, patient: kept !== null, store };
    const client = new Client({ ...facts, ...entry, ...kinds }, message => {
      if (client === this.#client) this.#hear(message);
    });
    this.#client = client;
    this.#serve(client, store, { address, ...trust });
    this.#screen?.dispatch({ kind: 'restored', kept });
    this.#problem = problem;
    client.start();
  }

  /** What the screen asks for is answered from here on. */
  #serve(client: Client, store: ClientStore, reach: FilingOptions['reach']): void {
    const tell = (msg: Msg) => {
      if (client === this.#client) this.#screen?.dispatch(msg);
    };
    const fetching = new Fetching({ client, store, account: this.#account, tell });
    const conversationOf = (ref: string) => fetching.conversationOf(ref);
    this.#fetching = fetching;
    const copy = (text: string) => this.#screen?.copy(text);
    this.#filing = new Filing({ client, reach, journal: store.transfers, tell, copy });
    this.#searching = new Searching({ client, store, clock: systemClock, conversationOf, tell });
  }

  // What the client says

  #hear(message: ClientMessage): void {
    const screen = this.#screen;
    if (!screen || this.#filing?.hear(message)) return;
    if (!isSpecial(message)) {
      screen.dispatch(screenMessage(message, this.#address));
      // What stands in the lists may be another one now; what was left is kept no longer.
      if (message.is === 'event' && this.#changesLists(message.event)) this.#fetching?.lists();
      if (message.is === 'acked' && message.notes.length > 0 && this.#link) {
        this.#notice(told(message.notes, this.#link), false);
      }
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
        this.#fetching?.lists();
        return;
      case 'wanted':
        return;
      case 'unkept':
        this.#notice(new TchatError('unkept', message.error.params));
        return;
      case 'admin':
      case 'admin-refused':
        // A chat asks for no admin session.
        return;
      default:
        message satisfies never;
    }
  }

  #changesLists({ kind, account }: AnyEvent): boolean {
    return kind === 'visibility' || ((kind === 'joined' || kind === 'left') && account === this.#account);
  }

  #notice({ code, params }: Note, bad = true): void {
    this.#screen?.dispatch({ kind: 'notice', code, params, bad });
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
      encrypted: this.#encrypted,
    } as const;
    this.#store?.remember({ serverName: server.name, name, role });
    this.#screen?.dispatch({ kind: 'link', link });
    // Once somebody can read it: coming in takes away what was said about dialling.
    if (this.#news) this.#notice(this.#news, false);
    if (this.#problem) this.#notice(this.#problem);
    if (welcome.motd && !this.#wasIn && !this.#problem) {
      this.#notice({ code: 'answer', params: { text: welcome.motd.replace(/\s*\n\s*/g, ' / ') } }, false);
    }
    this.#news = this.#problem = null;
    this.#fetching?.lists();
    // The first trip was measured while everything started; a calm one soon, and then now and again.
    this.#stopPings?.();
    const soon = systemClock.after(1_500, () => this.#client?.ping());
    const often = systemClock.every(20_000, () => this.#client?.ping());
    this.#stopPings = () => [soon, often].forEach(stop => void stop());
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
    if (this.#wasIn || (this.#chosen && !wantsPassword(error.code))) {
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
        this.#fetching?.fetch(effect);
        return;
      case 'fetch-newer':
        this.#fetching?.fetchNewer(effect);
        return;
      case 'jump':
        void this.#fetching?.jump(effect);
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
        this.#fetching?.members(effect.room);
        return;
      case 'lists':
        this.#fetching?.lists();
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
        this.#filing?.perform(effect);
    }
  }

  #connectFromStart(where: string, name: string): void {
    this.#chosen = true;
    try {
      const given = this.#given && formatAddress(this.#given.address) === where ? this.#given : null;
      const [link, profile] = [given ?? parseLink(where), pickProfile(name === '' ? undefined : name)];
      if ('key' in profile) void this.#connect(link, profile);
      else {
        this.#locked = { link, profile };
        this.#screen?.stop();
      }
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
