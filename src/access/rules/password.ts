export const passwordMinLength = 12;
export const passwordMaxLength = 200;

/** Why a password is rejected. */
export type PasswordFault = "too short" | "too long" | "too uniform" | "too common" | "too like the name";

/** Words common in lists of stolen passwords; with digits around them they are guessed first. */
const commonWords =
  "password passwort qwerty qwertyuiop asdfghjkl zxcvbnm letmein welcome administrator admin iloveyou " +
  "monkey dragon football baseball sunshine princess master login changeme secret asterisk phoneproxy " +
  "пароль йцукен";
const common = commonWords.split(" ").sort((one, other) => other.length - one.length);

/**
 * Length matters most (NIST SP 800-63B), so there are no rules about kinds of characters. Rejects passwords
 * that are guessed first despite their length.
 */
export function passwordFault(password: string, username: string): PasswordFault | null {
  const characters = Array.from(password.normalize("NFC"));
  if (characters.length < passwordMinLength) return "too short";
  if (characters.length > passwordMaxLength) return "too long";
  if (new Set(characters).size < 5 || isRun(characters)) return "too uniform";
  const lower = password.toLowerCase();
  if (username.length >= 4 && lower.includes(username.toLowerCase())) return "too like the name";
  let rest = lower;
  for (const word of common) rest = rest.replaceAll(word, "");
  if (rest.length < lower.length && rest.replaceAll(/[^\p{L}]/gu, "").length < 4) return "too common";
  return null;
}

/** `abcdefghijkl`, `123456789012`: each character follows the one before it. */
function isRun(characters: readonly string[]): boolean {
  let steps = 0;
  for (const [index, character] of characters.entries()) {
    const before = characters[index - 1];
    if (before === undefined) continue;
    const step = (character.codePointAt(0) ?? 0) - (before.codePointAt(0) ?? 0);
    if (Math.abs(step) <= 1 || Math.abs(step) === 9) steps += 1;
  }
  return steps >= characters.length - 2;
}
