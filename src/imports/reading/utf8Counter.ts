import { isAscii } from "node:buffer";

/** Of a whole file: characters of several bytes, and bytes above ASCII that belong to none. */
export interface Utf8Counts {
  readonly good: number;
  readonly bad: number;
}

/** Counts how much of a file is UTF-8, in pieces of any size: the counts do not depend on where it was cut. */
export class Utf8Counter {
  /** Of a character that may go on with the next piece; good until then. */
  #tail: Uint8Array = new Uint8Array();
  #good = 0;
  #bad = 0;

  add(bytes: Uint8Array): void {
    if (this.#tail.length === 0 && isAscii(bytes)) return;
    const all = this.#tail.length === 0 ? bytes : Buffer.concat([this.#tail, bytes]);
    const whole = wholeCharacters(all);
    this.#count(all.subarray(0, whole));
    this.#tail = Uint8Array.from(all.subarray(whole));
  }

  end(): Utf8Counts {
    this.#count(this.#tail);
    this.#tail = new Uint8Array();
    return { good: this.#good, bad: this.#bad };
  }

  #count(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const byte = bytes[at] ?? 0;
      if (byte < 0x80) {
        at += 1;
        continue;
      }
      const length = lengthOf(byte);
      if (length > 1 && isCharacter(bytes, at, length)) {
        this.#good += 1;
        at += length;
      } else {
        this.#bad += 1;
        at += 1;
      }
    }
  }
}

/** Of the character that begins with this byte above ASCII; 0: none does. */
const lengthOf = (byte: number): number =>
  byte < 0xc2 ? 0 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : byte < 0xf5 ? 4 : 0;

/** Table 3-7 of the Unicode Standard: the second byte has bounds of its own behind some first bytes. */
function isCharacter(bytes: Uint8Array, at: number, length: number): boolean {
  const first = bytes[at] ?? 0;
  const second = bytes[at + 1] ?? 0;
  const from = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const to = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < from || second > to) return false;
  for (let place = at + 2; place < at + length; place += 1) {
    const byte = bytes[place] ?? 0;
    if (byte < 0x80 || byte > 0xbf) return false;
  }
  return true;
}

/** Length without a character that is cut off at the end. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc0) return lengthOf(byte) > back ? bytes.length - back : bytes.length;
    if (byte < 0x80) break;
  }
  return bytes.length;
}
