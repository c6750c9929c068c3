// All that is set, each with what it means; changed here, at once and for good.
import { isWordKey, say } from '../../../words/words.ts';
import { formatBytes, formatCount, formatDuration } from '../../kit/format.ts';
import type { Settings } from '../facts.ts';
import type { Model } from '../model.ts';
import { changeForm } from '../open.ts';
import { still } from '../send.ts';
import { steer } from '../steer.ts';
import type { ListSpec } from './list.ts';

export const SETTINGS_LIST: ListSpec = {
  title: 'dashboard.settings',
  none: 'dashboard.settings.none',
  columns: [
    { id: 'name', least: 28 },
    { id: 'value', least: 6, widest: 30 },
    { id: 'what', least: 20, widest: 90, last: true },
  ],
  titles: { name: 'dashboard.settings.name', value: 'dashboard.settings.value', what: 'dashboard.settings.what' },
  ranked: ['name', 'value', 'what'],
  rows: ({ known }) =>
    known.settings &&
    rowsOf(known.settings).map(({ key, name = key, value, what }) => ({
      key,
      text: () => `${key} ${value} ${what}`,
      cell: (column: string) => {
        if (column === 'name') return [{ text: name, token: 'text' } as const];
        return [
          column === 'value' ? ({ text: value, token: 'accent' } as const) : ({ text: what, token: 'dim' } as const),
        ];
      },
    })),
  actions: [
    {
      letter: 'c',
      key: 'Enter',
      words: 'dashboard.settings.change',
      run: (model, overlay, key) => {
        const row = rowOf(model, key);
        return row?.line === undefined
          ? null
          : still({ ...model, overlay: changeForm(row.line, key, row.written ?? row.value, overlay) });
      },
    },
    {
      letter: 'c',
      key: 'Enter',
      words: 'dashboard.settings.confirm',
      run: (model, overlay, key) =>
        rowOf(model, key)?.confirms ? steer(model, { kind: 'confirm-clock' }, overlay) : null,
    },
    {
      letter: 'u',
      key: 'Delete',
      words: 'dashboard.settings.remove',
      run: (model, overlay, key) => {
        const network = rowOf(model, key)?.network;
        return network === undefined ? null : steer(model, { kind: 'exempt', network, on: false }, overlay);
      },
    },
  ],
};

interface Row {
  readonly key: string;
  /** What is shown of the key. */
  readonly name?: string;
  readonly value: string;
  readonly what: string;
  /** The command that changes it, without its value; absent: it is not changed, but taken away. */
  readonly line?: string;
  /** The value as that command takes it, where it is shown otherwise. */
  readonly written?: string;
  readonly network?: string;
  /** It is in doubt: Enter says that it is right. */
  readonly confirms?: true;
}

function rowsOf({ connections, settings, retention, door, motd, exempt, clockOff }: Settings): readonly Row[] {
  const { days, bytes } = retention;
  const kept = [
    days === null ? say('dashboard.for-good') : say('unit.days', { n: days }),
    bytes === null ? '' : formatBytes(bytes),
  ];
  const networks = exempt.map(
    (network): Row => ({
      key: `exempt ${network}`,
      name: 'exempt',
      value: network,
      what: whatOf('exempt-one'),
      network,
    }),
  );
  const changed: readonly (Omit<Row, 'what'> & Partial<Row>)[] = [
    { key: 'connections', value: formatCount(connections), line: 'limit', written: String(connections) },
    ...Object.entries(settings).map(([name, value]) => ({
      ...{ key: name, value: formatCount(value), line: `set ${name}` },
      written: String(value),
    })),
    { key: 'door', value: door, line: 'door' },
    { key: 'motd', value: motd === '' ? '–' : motd, line: 'motd', written: motd },
    { key: 'retain', value: kept.filter(Boolean).join(', '), line: 'retain', written: writtenRetention(days, bytes) },
    clockRow(clockOff),
    { key: 'exempt', value: formatCount(exempt.length), line: 'exempt', written: '' },
  ];
  return [...changed.map(row => ({ what: whatOf(row.key), ...row })), ...networks];
}

/** Whether what is too old may go: not while the clock is in doubt. */
function clockRow(off: number | null): Omit<Row, 'what'> & Partial<Row> {
  if (off === null) return { key: 'clock', value: say('dashboard.clock.right') };
  const time = formatDuration(Math.abs(off));
  const what = say(off > 0 ? 'dashboard.clock.ahead' : 'dashboard.clock.back', { time });
  return { key: 'clock', value: say('dashboard.clock.doubted'), what, confirms: true };
}

/** As the command takes it: `365 2g`, in whole units. */
function writtenRetention(days: number | null, bytes: number | null): string {
  const time = days === null ? 'all' : String(days);
  if (bytes === null) return time;
  const [unit, size] = UNITS.find(([, each]) => bytes % each === 0) ?? ['k', 1024];
  return `${time} ${Math.ceil(bytes / size)}${unit}`;
}

const UNITS: readonly (readonly [string, number])[] = [
  ['t', 2 ** 40],
  ['g', 2 ** 30],
  ['m', 2 ** 20],
  ['k', 2 ** 10],
];

/** What a setting means; one that this screen does not know goes by its name alone. */
export function whatOf(name: string): string {
  const key = `dashboard.setting.${name}`;
  return isWordKey(key) ? say(key) : '';
}

function rowOf({ known }: Model, key: string): Row | undefined {
  return known.settings ? rowsOf(known.settings).find(row => row.key === key) : undefined;
}
