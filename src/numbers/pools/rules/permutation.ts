/**
 * A keyed permutation of the integers from 0 to size − 1: every position occurs once, in an order that cannot be
 * predicted without the key, and each position can be computed on its own.
 *
 * A Feistel network over the smallest power of two that contains the range. Results beyond the range are permuted
 * again until they are within it (cycle walking, fewer than two rounds on average). See Black and Rogaway, "Ciphers
 * with Arbitrary Finite Domains", 2002. The round function is HalfSipHash-2-4.
 */
export type Permutation = (index: number) => number;

/** Halves of 25 bits; products and sums stay well below 2^53. */
export const maxPermutationSize = 10 ** 15;

const rounds = 8;
const wordsPerRound = 2;

/** Characters of a key in hexadecimal: 64 bits for each round. */
export const permutationKeyLength = rounds * wordsPerRound * 8;

/** `key`: hexadecimal, `permutationKeyLength` characters, random and secret. Throws a RangeError for anything else. */
export function permutation(size: number, key: string): Permutation {
  if (!Number.isSafeInteger(size) || size < 1 || size > maxPermutationSize) {
    throw new RangeError("The size of a permutation must be 1 to 10^15.");
  }
  if (key.length !== permutationKeyLength || !/^[0-9a-f]+$/.test(key)) {
    throw new RangeError(`The key of a permutation must have ${permutationKeyLength} hexadecimal digits.`);
  }
  const words = new Uint32Array(rounds * wordsPerRound);
  for (let index = 0; index < words.length; index += 1) {
    words[index] = Number.parseInt(key.slice(index * 8, index * 8 + 8), 16);
  }
  const bits = Math.max(2, Math.ceil(Math.log2(size)));
  const rightBits = bits >> 1;
  const rightSize = 2 ** rightBits;
  const rightMask = rightSize - 1;
  const leftMask = 2 ** (bits - rightBits) - 1;

  const permuteOnce = (value: number): number => {
    let left = Math.floor(value / rightSize);
    let right = value % rightSize;
    for (let round = 0; round < rounds; round += 2) {
      left ^= halfSipHash(right, words, round * wordsPerRound) & leftMask;
      right ^= halfSipHash(left, words, (round + 1) * wordsPerRound) & rightMask;
    }
    return left * rightSize + right;
  };

  return (index) => {
    if (!Number.isSafeInteger(index) || index < 0 || index >= size) {
      throw new RangeError("The index is outside the permutation.");
    }
    let value = permuteOnce(index);
    while (value >= size) value = permuteOnce(value);
    return value;
  };
}

/** The final word of HalfSipHash: no bytes left of four. */
const lengthWord = 4 << 24;

/** HalfSipHash-2-4 of one 32-bit word under the 64-bit key at `offset`. */
function halfSipHash(message: number, keys: Uint32Array, offset: number): number {
  let v0 = (keys[offset] ?? 0) | 0;
  let v1 = (keys[offset + 1] ?? 0) | 0;
  let v2 = v0 ^ 0x6c796765;
  let v3 = v1 ^ 0x74656462 ^ message;
  for (let step = 0; step < 8; step += 1) {
    if (step === 2) {
      v0 ^= message;
      v3 ^= lengthWord;
    } else if (step === 4) {
      v0 ^= lengthWord;
      v2 ^= 0xff;
    }
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
  }
  return v1 ^ v3;
}
