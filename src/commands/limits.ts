// An administrator's limits: those of the configuration (`limits` in config.json) in place of the defaults, in one list.
import { TchatError } from '../errors.ts';
import { DEFAULT_RATES, type Rates } from '../server/desk.ts';
import { type AdmissionLimits, defaultAdmission } from '../session/admission.ts';

export interface ServerLimits {
  readonly admission: AdmissionLimits;
  readonly rates: Rates;
}

/** What each name sets. */
const SETTERS: Readonly<Record<string, (limits: ServerLimits, value: number) => ServerLimits>> = {
  connections: (limits, value) => admitting(limits, { connections: value }),
  unauthenticated: (limits, value) => admitting(limits, { unauthenticated: value }),
  perAddress: (limits, value) => admitting(limits, { perAddress: value }),
  unauthenticatedPerAddress: (limits, value) => admitting(limits, { unauthenticatedPerAddress: value }),
  perMinute: (limits, value) => admitting(limits, { perMinute: value }),
  commandsBurst: (limits, value) => pacing(limits, 'commands', { burst: value }),
  commandsPerSecond: (limits, value) => pacing(limits, 'commands', { perSecond: value }),
  queriesBurst: (limits, value) => pacing(limits, 'queries', { burst: value }),
  queriesPerSecond: (limits, value) => pacing(limits, 'queries', { perSecond: value }),
};

function admitting(limits: ServerLimits, change: Partial<AdmissionLimits>): ServerLimits {
  return { ...limits, admission: { ...limits.admission, ...change } };
}

function pacing(limits: ServerLimits, of: keyof Rates, change: Partial<Rates[keyof Rates]>): ServerLimits {
  return { ...limits, rates: { ...limits.rates, [of]: { ...limits.rates[of], ...change } } };
}

/** The limits of a server with these settings. Throws a TchatError `limit-setting` that names what is wrong. */
export function limitsWith(settings: Readonly<Record<string, number>>): ServerLimits {
  let limits: ServerLimits = { admission: defaultAdmission(), rates: DEFAULT_RATES };
  for (const [name, value] of Object.entries(settings)) {
    const set = Object.hasOwn(SETTERS, name) ? SETTERS[name] : undefined;
    if (!set || !(value >= 1 && value <= 1_000_000)) {
      throw new TchatError('limit-setting', { name, value, names: Object.keys(SETTERS).join(', ') });
    }
    limits = set(limits, value);
  }
  return limits;
}
