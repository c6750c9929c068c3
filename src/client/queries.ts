// Queries on their way, each by the number that comes back with its answer.
import type { TchatError } from '../errors.ts';
import type { Page } from '../protocol/packet.ts';

interface Asked {
  readonly page: (page: Page) => void;
  readonly failed: (error: TchatError) => void;
}

export class Queries {
  readonly #asked = new Map<number, Asked>();
  #next = 1;

  /** Takes a query, and gives the number under which it is to be asked. */
  add(answered: (pages: readonly Page[]) => void, failed: (error: TchatError) => void): number {
    const pages: Page[] = [];
    const page = (each: Page) => {
      pages.push(each);
      if (each.final) answered(pages);
    };
    const ref = this.#next++;
    this.#asked.set(ref, { page, failed });
    return ref;
  }

  page(page: Page): void {
    const asked = this.#asked.get(page.ref);
    if (page.final) this.#asked.delete(page.ref);
    asked?.page(page);
  }

  refused(ref: number, error: TchatError): void {
    const asked = this.#asked.get(ref);
    this.#asked.delete(ref);
    asked?.failed(error);
  }

  /** The connection is gone. */
  fail(error: TchatError): void {
    for (const ref of [...this.#asked.keys()]) this.refused(ref, error);
  }
}
