// From any name that a peer gives a file to one that is harmless here and still says what it is. Pure.
// A harmless name is one component that every file system takes: it leads nowhere, hides nothing, is no option of a command and
// no device, and prints as what it is.
import { cleanLine, upright, utf8Length } from '../chat/text.ts';
import { FILE_NAME_BYTES } from '../limits.ts';

/** What a file is called of whose name nothing is left. */
const NAMELESS = 'unnamed';
/** UTF-16 units of a name that are looked at, from its end, where the extension is. */
const LOOKED_AT = 4_096;
/** What Windows or a shell takes for something else, and U+FFFD: what cleaning put in the place of a character. */
const UNSAFE = /[<>:"|?*\\/\ufffd]/g;
const SPACES = /\p{Zs}/gu;
/** Joiners that join nothing: beside ASCII no script needs them, and nobody sees them. */
const LOOSE = /(?<=^|[\0-\x7f])[\u200c\u200d]+|[\u200c\u200d]+(?=[\0-\x7f]|$)/g;
const ENDS = /^ +|[ .]+$/g;
const DEVICE = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3]) *(?=\.|$)/i;
/** An extension, with the one before it that says what is packed. */
const EXTENSION = /(?:\.tar)?\.[\p{L}\p{N}_-]{1,16}$/iu;

/**
 * One harmless component of at most FILE_NAME_BYTES: of a path its last part. What comes out stays as it is when it is given
 * again.
 */
export function safeName(given: string): string {
  const parts = given.slice(-LOOKED_AT).split(/[/\\]/).map(harmless);
  return fitted(parts.findLast(part => part !== '') ?? NAMELESS, '');
}

/** '' where there is nothing in it to call a file by. */
function harmless(part: string): string {
  const clean = cleanLine(part.normalize('NFC'));
  const plain = clean.replace(UNSAFE, '_').replace(SPACES, ' ').replace(LOOSE, '').replace(ENDS, '').normalize('NFC');
  if (plain === '') return '';
  const open = upright(plain)
    .replace(/^\ufffd|^[.\-~]+/, '_')
    .replace(/\.part$/i, found => `_${found.slice(1)}`);
  return DEVICE.test(open) ? `_${open}` : open;
}

/** The name for where it is taken already: `a.pdf` becomes `a (1).pdf`. With 0 the name itself. */
export function numbered(name: string, number: number): string {
  return number === 0 ? name : fitted(name, ` (${number})`);
}

/** Names of one form are one file on some file system: case, composition and width make no difference there. */
export function formOf(name: string): string {
  return name.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFC');
}

/** As much of the name as fits in so many bytes, with its extension. */
export function shortened(name: string, bytes: number): string {
  return fitted(name, '', bytes);
}

/** With an addition before the extension, and of what stands before that as much as fits. */
function fitted(name: string, addition: string, bytes = FILE_NAME_BYTES): string {
  const extension = EXTENSION.exec(name)?.[0] ?? '';
  const stem = name.slice(0, name.length - extension.length);
  const room = bytes - utf8Length(addition + extension);
  if (utf8Length(stem) <= room) return stem + addition + extension;
  return harmless(begun(stem, room) + addition + extension);
}

/** As many code points from its start as fit in so many bytes. */
function begun(text: string, bytes: number): string {
  let left = bytes;
  let end = 0;
  for (const character of text) {
    left -= utf8Length(character);
    if (left < 0) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** A folder of the paths that are made harmless. */
interface Branch {
  readonly name: string;
  readonly folders: Map<string, Branch>;
  /** By the form of a name, how many bear it. */
  readonly taken: Map<string, number>;
}

/**
 * Harmless paths for the files of one folder, in the same order: what shared a folder still does, and no two are one on any
 * file system. Each path has one component or more.
 */
export function safePaths(paths: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const root = branch('');
  return paths.map(path => {
    const safe: string[] = [];
    let at = root;
    for (const component of path.slice(0, -1)) {
      const found = at.folders.get(component) ?? branch(free(at, component));
      at.folders.set(component, found);
      safe.push(found.name);
      at = found;
    }
    return [...safe, free(at, path.at(-1) ?? '')];
  });
}

function branch(name: string): Branch {
  return { name, folders: new Map(), taken: new Map() };
}

function free({ taken }: Branch, component: string): string {
  const name = safeName(component);
  for (let number = taken.get(formOf(name)) ?? 0; ; number++) {
    const candidate = numbered(name, number);
    taken.set(formOf(name), number + 1);
    if (number === 0 || !taken.has(formOf(candidate))) {
      if (number > 0) taken.set(formOf(candidate), 1);
      return candidate;
    }
  }
}
