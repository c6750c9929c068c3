// Checks that turn an unknown value into a type or throw: the words in which the gate (codec.ts) is written.

import { cleanLine, cleanText } from '../chat/text.ts';
import { TchatError } from '../errors.ts';

/** Gives the typed value or throws a TchatError `bad-packet` that names the place. */
export type Check<T> = (value: unknown, path: string) => T;
export type Checked<C> = C extends Check<infer T> ? T : never;

export function wrong(path: string): TchatError {
  return new TchatError('bad-packet', { what: path });
}

/** A string as it came; at most `most` UTF-16 units. */
export function raw(most: number): Check<string> {
  return (value, path) => {
    if (typeof value !== 'string' || value.length > most) throw wrong(path);
    return value;
  };
}

/** Text of one line, cleaned; at most `most` UTF-16 units. */
export function line(most: number): Check<string> {
  return (value, path) => {
    if (typeof value !== 'string' || value.length > most) throw wrong(path);
    return cleanLine(value);
  };
}

/** Text of several lines, cleaned. */
export function lines(most: number): Check<string> {
  return (value, path) => {
    if (typeof value !== 'string' || value.length > most) throw wrong(path);
    return cleanText(value);
  };
}

/** A string that a pattern describes wholly (anchor it). */
export function matching(pattern: RegExp, most: number): Check<string> {
  return (value, path) => {
    if (typeof value !== 'string' || value.length > most || !pattern.test(value)) throw wrong(path);
    return value;
  };
}

export const whole: Check<number> = (value, path) => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw wrong(path);
  // Minus zero passes as a number and prints as another.
  return value + 0;
};

/** The last millisecond that a Date can hold: beyond it, formatting a time throws. */
const LAST_MOMENT = 8.64e15;

/** Milliseconds since 1970. */
export const moment: Check<number> = (value, path) => {
  const time = whole(value, path);
  if (time > LAST_MOMENT) throw wrong(path);
  return time;
};

export const flag: Check<boolean> = (value, path) => {
  if (typeof value !== 'boolean') throw wrong(path);
  return value;
};

/** Binary of `least` to `most` bytes; a copy, since the frame's buffer is used again. */
export function binary(least: number, most: number): Check<Uint8Array> {
  return (value, path) => {
    if (!(value instanceof Uint8Array) || value.length < least || value.length > most) throw wrong(path);
    return Uint8Array.prototype.slice.call(value);
  };
}

export function oneOf<const T extends string>(...values: readonly T[]): Check<T> {
  return (value, path) => {
    if (!values.includes(value as T)) throw wrong(path);
    return value as T;
  };
}

export function list<T>(check: Check<T>, most: number): Check<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value) || value.length > most) throw wrong(path);
    return value.map((item, index) => check(item, `${path}[${index}]`));
  };
}

/** Nil and a missing field both mean null. */
export function maybe<T>(check: Check<T>): Check<T | null> {
  return (value, path) => (value === undefined || value === null ? null : check(value, path));
}

export function asRecord(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) {
    throw wrong(path);
  }
  return value as Record<string, unknown>;
}

/** A field of its own, or undefined. */
export function field(from: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(from, name) ? from[name] : undefined;
}

/** An object with these fields; fields that are not named are ignored. */
export function record<S extends Record<string, Check<unknown>>>(
  shape: S,
): Check<{ readonly [K in keyof S]: Checked<S[K]> }> {
  // Records at the top are checked for every packet: their paths are made once.
  const fields = Object.entries(shape).map(([name, check]) => ({ name, check, top: `.${name}` }));
  return (value, path) => {
    const from = asRecord(value, path);
    const result: Record<string, unknown> = {};
    for (const { name, check, top } of fields) {
      result[name] = check(field(from, name), path === '' ? top : path + top);
    }
    return result as { readonly [K in keyof S]: Checked<S[K]> };
  };
}

/** A map of short texts and numbers: the parameters of a refusal. */
export const params: Check<Readonly<Record<string, string | number>>> = (value, path) => {
  if (value === undefined || value === null) return {};
  const result: Record<string, string | number> = {};
  const entries = Object.entries(asRecord(value, path));
  if (entries.length > 16) throw wrong(path);
  for (const [name, each] of entries) {
    if (!/^[a-z][a-zA-Z]{0,31}$/.test(name)) throw wrong(path);
    result[name] = typeof each === 'number' && Number.isFinite(each) ? each : line(1024)(each, `${path}.${name}`);
  }
  return result;
};
