// A server's log behind a chat screen: answers what the screen asks for, from one list of events, like commands/fetching.ts does.
import type { AnyEvent } from '../../src/chat/vocabulary.ts';
import type { Effect, Msg } from '../../src/tui/chat/messages.ts';
import type { Driver } from '../tui/chat/scenes.ts';

/** Events of a page, and on each side of a place that is jumped to. */
const PAGE = 20;
const AROUND = 50;

export class ScreenLog {
  readonly events: AnyEvent[] = [];

  /** The answer to an effect; null: it is none of history's. */
  answer(effect: Effect): Msg | null {
    switch (effect.kind) {
      case 'fetch': {
        const { before, conversation } = effect;
        const all = this.events.filter(event => before === null || event.position < before);
        const events = all.slice(-PAGE);
        return {
          kind: 'page',
          conversation,
          events,
          more: events.length < all.length,
          direction: 'older',
          from: before,
        };
      }
      case 'fetch-newer': {
        const { after, conversation } = effect;
        const all = this.events.filter(event => event.position > after);
        const events = all.slice(0, PAGE);
        return {
          kind: 'page',
          conversation,
          events,
          more: events.length < all.length,
          direction: 'newer',
          from: after,
        };
      }
      case 'jump': {
        const { ref, conversation, to } = effect;
        if (!('at' in to)) return null;
        const older = this.events.filter(event => event.position < to.at);
        const newer = this.events.filter(event => event.position >= to.at);
        const events = [...older.slice(-AROUND), ...newer.slice(0, AROUND)];
        return {
          ...{ kind: 'landed', ref, conversation, at: to.at, events },
          ...{ older: older.length > AROUND, newer: newer.length > AROUND },
        };
      }
      default:
        return null;
    }
  }

  /** Answers effects, and what follows from the answers, until nothing more is asked. Throws after too many turns. */
  serve(driver: Driver, effects: readonly Effect[]): void {
    let asked = effects;
    for (let turn = 0; asked.length > 0; turn++) {
      if (turn > 500) throw new Error('the screen asks without an end');
      asked = asked.flatMap(effect => {
        const msg = this.answer(effect);
        return msg === null ? [] : driver.send(msg);
      });
    }
  }
}
