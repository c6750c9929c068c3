// offer, receive, decline, withdraw, stop-file: files, as far as the chat knows of them. Their bytes go another way.
import { FILE_MIB, FILE_NAME_UNITS, FILES_PER_FOLDER, OFFERS_HELD, OFFERS_PER_ACCOUNT } from '../../limits.ts';
import { type Offer, offerOf, offersOf } from '../offers.ts';
import { settingOf } from '../state.ts';
import { cleanShort, isVisible } from '../text.ts';
import { type Decision, type MessageRef, type OfferBody, type Peer, reject, type WithdrawnWhy } from '../vocabulary.ts';
import { sayTo, sizeOf } from './post.ts';
import { type CommandRow, type Deciding, draft, refused, USAGE, written } from './row.ts';

const MIB = 1024 * 1024;

export const offer: CommandRow<'offer'> = {
  needs: 'member',
  lines: [],
  decide: ({ target, size, body }, deciding) => {
    const { state, actor } = deciding;
    const fault = faultOfOffer(body);
    if (fault) return fault;
    const limit = settingOf(state, 'file-mib', FILE_MIB);
    if (size > limit * MIB) return reject('file-too-large', { limit });
    const own = offersOf(state.offers, actor.account);
    const most = settingOf(state, 'offers-per-account', OFFERS_PER_ACCOUNT);
    if (own.filter(each => !deciding.inSpool(each)).length >= most) return reject('too-many-offers', { limit: most });
    if (own.length >= Math.max(OFFERS_HELD, most)) return reject('too-many-offers', { limit: OFFERS_HELD });
    return sayTo(target, deciding, { detail: { kind: 'offered', size, body }, bytes: sizeOf(body) });
  },
};

export const receive: CommandRow<'receive'> = {
  needs: 'guest',
  lines: [],
  decide: ({ about }, deciding) => {
    const found = standing(deciding, about);
    if (!found) return reject('no-such-offer');
    // Said again after a cut, from another device: it is there, and nothing has changed.
    if (found.received.has(deciding.actor.account)) return { ok: true, events: [] };
    return become(deciding, found, { kind: 'received', about });
  },
};

export const decline: CommandRow<'decline'> = {
  needs: 'guest',
  lines: [],
  decide: ({ about }, deciding) => {
    const found = standing(deciding, about);
    if (!found?.to || found.account === deciding.actor.account) return reject('no-such-offer');
    return become(deciding, found, { kind: 'declined', about });
  },
};

export const withdraw: CommandRow<'withdraw'> = {
  needs: 'guest',
  lines: [],
  decide: ({ about }, deciding) => {
    const found = offerOf(deciding.state.offers, about);
    if (found?.account !== deciding.actor.account) return reject('no-such-offer');
    return become(deciding, found, { kind: 'withdrawn', about, why: 'withdrawn' });
  },
};

export const stopFile: CommandRow<'stop-file'> = {
  needs: 'operator',
  lines: [
    {
      name: 'stop-file',
      aliases: [],
      args: 'ACCOUNT/ID',
      help: 'help.stop-file',
      parse: rest => {
        const [, account = '', id = ''] = /^([A-Za-z0-9_-]{22})\/([0-9a-f-]{36})$/.exec(rest.trim()) ?? [];
        if (account === '') return rest.trim() === '' ? USAGE : refused('no-such-offer');
        return written({ kind: 'stop-file', about: { account, id } });
      },
    },
  ],
  decide: ({ about }, deciding) => {
    const found = offerOf(deciding.state.offers, about);
    return found ? become(deciding, found, { kind: 'withdrawn', about, why: 'stopped' }) : reject('no-such-offer');
  },
};

/** An offer that the actor may answer: of their own talk, or of a room whose offer they can see. */
function standing(deciding: Deciding, about: MessageRef): Offer | null {
  const found = offerOf(deciding.state.offers, about);
  return found && deciding.maySee(found) ? found : null;
}

/** In private talk the event names the one who is not its actor. */
function become(
  deciding: Pick<Deciding, 'actor' | 'now' | 'id'>,
  { account, from, conversation, to }: Offer,
  detail:
    | { kind: 'received' | 'declined'; about: MessageRef }
    | { kind: 'withdrawn'; about: MessageRef; why: WithdrawnWhy },
): Decision {
  const peer: Peer | undefined = to && (deciding.actor.account === to.account ? { account, name: from } : to);
  return { ok: true, events: [draft(deciding, conversation, { ...detail, ...(peer ? { to: peer } : {}) }, true)] };
}

function faultOfOffer(body: OfferBody): Decision | null {
  if (body.kind === 'sealed') return null;
  const { name, files, folder } = body.file;
  if (!isVisible(name) || cleanShort(name, FILE_NAME_UNITS) !== name) return reject('file-name-invalid');
  return files > FILES_PER_FOLDER || (!folder && files !== 1) ? reject('file-name-invalid') : null;
}
