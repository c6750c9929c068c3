// What an answer of the server says to a person: its notes, one sentence after the other.
import type { Note } from '../chat/vocabulary.ts';
import { formatLink, type Link } from '../session/address.ts';
import { withLink } from '../words/link.ts';
import { sentence } from '../words/sentence.ts';
import { knownFingerprint } from './server-trust.ts';

/** All notes as one. `server`: where they come from, for the link that an invite is given away with. */
export function told(notes: readonly Note[], server: Link): Note {
  const fingerprint = server.fingerprint ?? knownFingerprint(server.address);
  const link = formatLink({ address: server.address, fingerprint, invite: null });
  const text = notes.map(({ code, params }) => sentence(code, withLink(params, link))).join(' · ');
  return { code: 'answer', params: { text } };
}

/** The same as lines, for whoever prints them; `link`: as the server is joined. */
export function sayAnswer(notes: readonly Note[], link: string): readonly string[] {
  return notes.map(({ code, params }) => sentence(code, withLink(params, link)));
}
