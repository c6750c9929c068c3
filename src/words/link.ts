// The link that an invite is given away with: the server's own, with the invite's token behind its fingerprint.
import { cleanLine, upright } from '../chat/text.ts';
import type { WordParams } from './words.ts';

/** The parameters of an answer, with the link where it brings a token. */
export function withLink(params: WordParams, link: string | undefined): WordParams {
  const { token } = params;
  if (token === undefined) return params;
  if (link === undefined) return { ...params, link: token };
  // Cleaned first: what is left out of it may not let the rest lean on the dot.
  return { ...params, link: `${link}${link.includes('#') ? '' : '#'}.${upright(cleanLine(String(token)))}` };
}
