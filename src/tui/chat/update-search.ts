// The search overlay: what is typed is looked for as one types, and one goes from a hit to its place.
import { HITS_AHEAD } from '../../limits.ts';
import { apply, createEditor, type EditorAction } from '../kit/editor.ts';
import { jumpTo } from './jump.ts';
import type { Effect, Msg, SearchSource } from './messages.ts';
import { FIELD, isRoom, type Model, type Step } from './model.ts';
import { chosenIndex, type Hit, isHit, laggard, merged, type Search, shownHits } from './search.ts';
import { queryWritten, sourcesOf } from './search-query.ts';
import { only } from './update-chats.ts';
import { chatFor } from './update-events.ts';

/** Opens the search: with other words, or (null) as it was left. */
export function openSearch(model: Model, words: string | null): Step {
  const shown: Model = { ...model, overlay: { is: 'search' }, picked: null, notice: null };
  if (words === null && model.search !== null) return only(shown);
  const field = apply(createEditor(FIELD), { kind: 'insert', text: words ?? '' });
  return look(shown, field, false);
}

/** Begins to look for what the field says. */
function look(model: Model, field: Search['field'], typing: boolean): Step {
  const { query, problem } = queryWritten(model, field.text);
  const ref = model.nextRef;
  const sources = query === null ? [] : sourcesOf(model, query);
  const search: Search = {
    ...{ field, ref, query, problem, hits: [], chosen: null },
    sources: sources.map(source => ({ source, reached: null, more: true, loading: true })),
  };
  const asked = { ...model, nextRef: ref + 1, search };
  return [asked, sources.map(source => request(search, source, null, typing))];
}

function request(search: Search, source: SearchSource, before: number | null, typing: boolean): Effect {
  return { kind: 'search', ref: search.ref, source, query: search.query!, before, typing };
}

/** What is typed into the field. */
export function typeSearch(model: Model, search: Search, change: EditorAction): Step {
  const field = apply(search.field, change);
  return field.text === search.field.text ? only({ ...model, search: { ...search, field } }) : look(model, field, true);
}

/** Chooses another hit; beyond the last one it is looked on. */
export function move(model: Model, search: Search, step: number): Step {
  const hits = shownHits(search);
  const wanted = chosenIndex(search) + step;
  const index = Math.max(0, Math.min(hits.length - 1, wanted));
  const chosen = hits[index]?.event.position ?? null;
  const next: Search = { ...search, chosen };
  return wanted >= hits.length ? lookOn({ ...model, search: next }, next) : only({ ...model, search: next });
}

/** Looks further in the source that holds up the others. */
function lookOn(model: Model, search: Search): Step {
  const last = laggard(search);
  if (last === null || last.loading || search.sources.some(each => each.loading)) return only(model);
  const sources = search.sources.map(each => (each === last ? { ...each, loading: true } : each));
  const next: Search = { ...search, sources };
  return [{ ...model, search: next }, [request(next, last.source, last.reached, false)]];
}

/** What a source has found. As long as there is little to show it is asked to go on. */
export function found(model: Model, msg: Extract<Msg, { kind: 'found' }>): Step {
  const { search } = model;
  if (search === null || search.ref !== msg.ref) return only(model);
  const hits: Hit[] = [];
  let known = model;
  for (const event of msg.hits) {
    if (!isHit(event)) continue;
    if (isRoom(event.conversation)) hits.push({ key: event.conversation, event });
    else {
      const [next, chat] = chatFor(known, event);
      known = next;
      if (chat !== null) hits.push({ key: chat.key, event });
    }
  }
  const { source, reached } = msg;
  const sources = search.sources.map(each => {
    if (each.source !== source) return each;
    // One that comes no further has no more.
    const more = msg.more && (each.reached === null || reached < each.reached);
    return { source, more, reached, loading: false };
  });
  const next: Search = { ...search, sources, hits: merged(search.hits, hits) };
  const shown: Model = { ...known, search: next };
  return shownHits(next).length < HITS_AHEAD ? lookOn(shown, next) : only(shown);
}

/** The server does not answer: what is kept here has to do. */
export function searchFailed(model: Model, msg: Extract<Msg, { kind: 'search-failed' }>): Step {
  const { search } = model;
  if (search === null || search.ref !== msg.ref) return only(model);
  const rest = search.sources.filter(each => each.source !== msg.source);
  if (msg.code !== 'connection-lost') {
    const problem = {
      code: msg.code,
      params: Object.fromEntries(Object.entries(msg.params).map(([k, v]) => [k, `${v}`])),
    };
    return only({ ...model, search: { ...search, sources: rest, problem } });
  }
  const kept = { source: 'kept', reached: null, more: true, loading: true } as const;
  const next: Search = { ...search, sources: [kept], hits: [] };
  return [{ ...model, search: next }, [request(next, 'kept', null, false)]];
}

/** Goes to a hit in its place. */
export function choose(model: Model, index: number): Step {
  const { search } = model;
  const hit = search === null ? undefined : shownHits(search)[index];
  if (search === null || hit === undefined) return only(model);
  const chosen: Model = { ...model, search: { ...search, chosen: hit.event.position }, overlay: null };
  return jumpTo(chosen, hit.key, hit.event.position);
}
