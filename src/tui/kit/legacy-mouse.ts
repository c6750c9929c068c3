// A mouse report of the old modes while it comes in: three numbers, each one byte, or two where the terminal writes them
// as UTF-8 (mode 1005). Never asked for, only understood, so that none of it is typed.

export interface LegacyMouse {
  readonly button: number;
  readonly x: number;
  readonly y: number;
  /** A byte that came after the report and is none of it. */
  readonly rest?: number;
}

export class LegacyMouseReport {
  private readonly numbers: number[] = [];
  private lead = 0;

  /** Takes a byte (0x20 and up); gives the report once it is complete. */
  push(byte: number): LegacyMouse | undefined {
    const { lead } = this;
    this.lead = 0;
    if (lead !== 0) {
      if (byte >= 0x80 && byte <= 0xbf) return this.number(((lead & 0x1f) << 6) | (byte & 0x3f));
      const report = this.number(lead);
      if (report !== undefined) return { ...report, rest: byte };
    }
    if (byte < 0xc2 || byte > 0xdf) return this.number(byte);
    this.lead = byte;
    return undefined;
  }

  private number(value: number): LegacyMouse | undefined {
    this.numbers.push(value);
    const [button, x, y] = this.numbers;
    return button === undefined || x === undefined || y === undefined ? undefined : { button, x, y };
  }
}
