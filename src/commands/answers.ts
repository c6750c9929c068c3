// What an answer of the server says to a person: its notes, one sentence after the other.
import type { Note } from '../chat/vocabulary.ts';
import { withLink } from '../words/link.ts';
import { sentence } from '../words/sentence.ts';

/** All notes as one. `address`: where the server is, for the link that an invite is given away with. */
export function told(notes: readonly Note[], address: string): Note {
  const link = `tchat://${address}/`;
  const text = notes.map(({ code, params }) => sentence(code, withLink(params, link))).join(' · ');
  return { code: 'answer', params: { text } };
}
