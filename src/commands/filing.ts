// Files of the chat screen: what it asks for is done by the client's transfers and on this machine's folders, and what becomes of
// it is told in the screen's own form.
import type { Command, MessageId } from '../chat/vocabulary.ts';
import type { Client, ClientMessage } from '../client/client.ts';
import { isOver } from '../client/transfer-list.ts';
import { Transfers } from '../client/transfers.ts';
import { readSettings, writeSettings } from '../config.ts';
import { asTchatError } from '../errors.ts';
import { folders } from '../folders.ts';
import { SCREEN_PATIENCE, SPOOL_DAYS } from '../limits.ts';
import type { Address } from '../session/address.ts';
import { systemClock } from '../session/clock.ts';
import { Heartbeat } from '../session/heartbeat.ts';
import type { TransferJournal } from '../store/transfer-journal.ts';
import type { FileEffect, Msg } from '../tui/chat/chat.ts';
import { directAddresses } from './direct-addresses.ts';
import { DownloadFolders } from './download-folders.ts';
import { LocalFiles, showFolderOf, wholePath } from './local-files.ts';

const DAY = 24 * 60 * 60_000;

export interface FilingOptions {
  readonly client: Pick<Client, 'send' | 'query'>;
  /** The server, and how its key is looked at. */
  readonly reach: { readonly address: Address; readonly accept?: (certificate: Uint8Array) => Uint8Array };
  readonly journal: TransferJournal;
  readonly tell: (msg: Msg) => void;
  /** To the clipboard. */
  readonly copy: (text: string) => void;
}

type Wanted<K extends FileEffect['kind']> = Extract<FileEffect, { kind: K }>;

export class Filing {
  readonly #options: FilingOptions;
  readonly #transfers: Transfers;
  readonly #local = new LocalFiles();
  readonly #folders = new DownloadFolders();
  /** Commands that the transfers gave: their answers are no answers to what somebody wrote. */
  readonly #sent = new Set<MessageId>();
  /** Whom something was offered to while nobody was there to answer. */
  readonly #away = new Set<string>();
  #cap: number | null = null;
  #downloads: string;

  constructor(options: FilingOptions) {
    this.#options = options;
    const { client, reach, journal, tell } = options;
    const { downloads, direct } = readSettings(folders().config);
    this.#downloads = downloads || folders().downloads;
    const ask = client.query.bind(client);
    const way = { ...reach, ask, clock: systemClock, heartbeat: new Heartbeat(systemClock) };
    this.#transfers = new Transfers({
      ...{ way, journal, direct: direct ? () => directAddresses(reach.address.host) : null },
      // To nobody who is here it goes by way of the server: one need not stay for it.
      patience: ({ who }) => (this.#away.has(who) ? 0 : SCREEN_PATIENCE),
      send: command => this.#send(command),
      downloads: folder => this.#folders.open(folder ?? this.#downloads),
    });
    journal.forget(systemClock.now() - SPOOL_DAYS * DAY);
    this.#transfers.list.listen(transfers => tell({ kind: 'transfers', transfers }));
    this.#tellSettings();
  }

  /** Takes what the client says. True: it was the answer to something that the transfers sent, and nobody else need hear it. */
  hear(message: ClientMessage): boolean {
    this.#transfers.hear(message);
    return (message.is === 'acked' || message.is === 'refused') && this.#sent.delete(message.id);
  }

  close(): void {
    this.#transfers.close();
  }

  perform(effect: FileEffect): void {
    const { tell } = this.#options;
    switch (effect.kind) {
      case 'offer':
        void this.#offer(effect);
        return;
      case 'accept':
        this.#accept(effect);
        return;
      case 'file':
        this.#do(effect);
        return;
      case 'clear-files':
        for (const transfer of this.#transfers.list.all) if (isOver(transfer)) this.#transfers.clear(transfer.key);
        return;
      case 'rate':
        this.#cap = effect.bytes;
        this.#transfers.setRateCap(effect.bytes);
        this.#tellSettings();
        return;
      case 'downloads':
        void this.#moveTo(effect.folder);
        return;
      case 'list-folder':
        void this.#local.list(effect).then(tell);
        return;
      case 'look-at':
        void this.#local.lookAt(effect).then(tell);
        return;
      case 'complete-path':
        void this.#local.complete(effect).then(tell);
        return;
      default:
        effect satisfies never;
    }
  }

  #send(command: Command): MessageId {
    const id = this.#options.client.send(command);
    this.#sent.add(id);
    return id;
  }

  async #offer({ target, who, away, paths }: Wanted<'offer'>): Promise<void> {
    if (away) this.#away.add(who);
    else this.#away.delete(who);
    try {
      for (const path of paths) await this.#transfers.offer(wholePath(path), target, who);
    } catch (error) {
      this.#fault(error);
    }
  }

  #accept({ transfer, folder, always }: Wanted<'accept'>): void {
    const found = this.#transfers.list.get(transfer);
    if (found && always) this.#transfers.acceptAlwaysFrom(found.about.account, true);
    this.#transfers.accept(transfer, folder);
  }

  #do({ do: what, transfer }: Wanted<'file'>): void {
    if (what === 'open') void this.#show(transfer);
    else this.#transfers[what](transfer);
  }

  async #show(key: string): Promise<void> {
    const path = this.#transfers.list.get(key)?.path;
    if (!path || (await showFolderOf(path))) return;
    this.#options.copy(path);
    this.#options.tell({ kind: 'notice', code: 'chat.file.at', params: { path }, bad: false });
  }

  async #moveTo(written: string): Promise<void> {
    const folder = wholePath(written);
    try {
      await this.#folders.open(folder);
      await writeSettings(folders().config, { downloads: folder });
    } catch (error) {
      this.#fault(error);
      return;
    }
    this.#downloads = folder;
    this.#tellSettings();
    this.#options.tell({ kind: 'notice', code: 'chat.file.downloads', params: { folder }, bad: false });
  }

  #tellSettings(): void {
    this.#options.tell({ kind: 'file-settings', cap: this.#cap, downloads: this.#downloads });
  }

  #fault(error: unknown): void {
    const { code, params } = asTchatError(error);
    this.#options.tell({ kind: 'notice', code, params, bad: true });
  }
}
