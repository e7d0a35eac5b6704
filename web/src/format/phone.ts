/**
 * Formats an E.164 number (without plus sign) in the notation of its country, if that is simple. Masked numbers and
 * other texts stay unchanged.
 */
export function formatPhone(number: string): string {
  if (!/^\d{8,15}$/.test(number)) return number;
  const russian = /^7(\d{3})(\d{3})(\d{2})(\d{2})$/.exec(number);
  if (russian !== null) return `+7 ${russian[1]} ${russian[2]}-${russian[3]}-${russian[4]}`;
  const american = /^1(\d{3})(\d{3})(\d{4})$/.exec(number);
  if (american !== null) return `+1 ${american[1]} ${american[2]}-${american[3]}`;
  return `+${number}`;
}
