// A terminal in memory: what is written is kept, input and size come from the test.
import type { Colours } from './canvas.ts';
import type { Ending, Terminal } from './terminal.ts';

export interface MemoryTerminal extends Terminal {
  /** Everything written since the start, or since `take`. */
  readonly written: string;
  readonly closed: boolean;
  /** What was written, once. */
  take(): string;
  /** Types bytes, or a string as UTF-8. */
  input(data: string | Uint8Array): void;
  resize(width: number, height: number): void;
  end(ending: Ending): void;
}

export function memoryTerminal(width: number, height: number, colours: Colours = 'truecolor'): MemoryTerminal {
  const size = { width, height };
  const inputs: ((bytes: Uint8Array) => void)[] = [];
  const resizes: ((width: number, height: number) => void)[] = [];
  const ends: ((ending: Ending) => void)[] = [];
  let written = '';
  let closed = false;
  return {
    colours,
    get width() {
      return size.width;
    },
    get height() {
      return size.height;
    },
    get written() {
      return written;
    },
    get closed() {
      return closed;
    },
    write(data) {
      if (!closed) written += data;
    },
    onInput: listener => void inputs.push(listener),
    onResize: listener => void resizes.push(listener),
    onEnd: listener => void ends.push(listener),
    close() {
      closed = true;
    },
    take() {
      const all = written;
      written = '';
      return all;
    },
    input(data) {
      const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
      if (!closed) for (const listener of inputs) listener(bytes);
    },
    resize(newWidth, newHeight) {
      size.width = newWidth;
      size.height = newHeight;
      for (const listener of resizes) listener(newWidth, newHeight);
    },
    end(ending) {
      if (closed) return;
      closed = true;
      for (const listener of ends) listener(ending);
    },
  };
}
