import { computed } from "@preact/signals";
import { fill, locale, texts } from "../i18n/index.ts";

const dateTime = computed(
  () => new Intl.DateTimeFormat(locale.value, { dateStyle: "short", timeStyle: "medium" }),
);
const minute = computed(
  () => new Intl.DateTimeFormat(locale.value, { dateStyle: "short", timeStyle: "short" }),
);

const date = computed(() => new Intl.DateTimeFormat(locale.value, { dateStyle: "short", timeZone: "UTC" }));

/** A date such as `2027-02-01`, which is the same in every time zone. */
export function formatDate(day: string): string {
  return date.value.format(new Date(day));
}

/** In the viewer's time zone. */
export function formatDateTime(at: string | number): string {
  return dateTime.value.format(new Date(at));
}

const day = computed(() => new Intl.DateTimeFormat(locale.value, { dateStyle: "short" }));
const timeOfDay = computed(() => new Intl.DateTimeFormat(locale.value, { timeStyle: "medium" }));

/** Day and time of `formatDateTime` on their own. */
export const formatDay = (at: string): string => day.value.format(new Date(at));
export const formatTimeOfDay = (at: string): string => timeOfDay.value.format(new Date(at));

/** Like `formatDateTime`, without seconds. */
export function formatMinute(at: string | number): string {
  return minute.value.format(new Date(at));
}

const two = (n: number): string => String(n).padStart(2, "0");

/** `0:07`, `12:34`, `1:02:03`; never below zero. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

export function formatAgo(ms: number): string {
  if (ms < 2000) return texts.value.common.justNow;
  return fill(texts.value.common.ago, { time: formatDuration(ms) });
}
