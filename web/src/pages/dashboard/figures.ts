import { formatDuration } from "../../format/time.ts";
import { fill, formatCount, language, texts } from "../../i18n/index.ts";

/** The share of answered calls. */
export function shareInWords(answered: number, calls: number): string {
  if (calls === 0) return texts.value.common.none;
  return new Intl.NumberFormat(language.value, { style: "percent", maximumFractionDigits: 1 }).format(
    answered / calls,
  );
}

/** Seconds to a tenth; a minute or more as minutes and seconds. */
export function secondsInWords(seconds: number | null): string {
  if (seconds === null) return texts.value.common.none;
  if (seconds >= 60) return formatDuration(seconds * 1000);
  return fill(texts.value.common.seconds, { n: formatCount(Math.round(seconds * 10) / 10) });
}

export const countInWords = (count: number | null): string =>
  count === null ? texts.value.common.none : formatCount(count);
