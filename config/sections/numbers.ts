import { z } from "zod";
import { numberRanges, secondsAsMs, timeZone, wholeNumber, yesOrNo } from "../fields.ts";
import { setting } from "../setting.ts";

export const numbersSettings = {
  DEFAULT_COUNTRY: setting(z.string().regex(/^[A-Z]{2}$/, "is not a country code"), {
    section: "Numbers",
    about: "Country of phone numbers written without a country code.",
    form: "two capital letters, e.g. `RU`",
    fallback: "RU",
  }),
  ALLOW_PREMIUM_NUMBERS: setting(yesOrNo, {
    section: "Numbers",
    about:
      "Accept premium-rate, shared-cost, and satellite numbers as real numbers. A call to them can cost a hundred times the usual.",
    form: "`true` or `false`",
    fallback: "false",
  }),
  TIME_ZONE: setting(
    timeZone,
    {
      section: "Numbers",
      about:
        "Time zone of dates without an offset. A number with an expiry date works until the end of that day in this zone.",
      form: "the name of a time zone, e.g. `Europe/Moscow`",
      fallback: "the machine's time zone",
    },
    Intl.DateTimeFormat().resolvedOptions().timeZone,
  ),
  DEFAULT_POOL: setting(numberRanges, {
    section: "Numbers",
    about: "Proxy numbers that your trunk routes here and that may be allocated.",
    form: "`FIRST-LAST` ranges separated by commas, e.g. `70001000000-70001999999`",
    fallback: "",
  }),
  CACHE_LOCAL_TTL_MS: setting(wholeNumber(0, 60_000), {
    section: "Numbers",
    about:
      "How long an instance caches a mapping in memory, and so how late it may see a change while Redis is down.",
    form: "a whole number from 0 to 60000",
    fallback: "500",
  }),
  CACHE_LOCAL_ENTRIES: setting(wholeNumber(0, 10_000_000), {
    section: "Numbers",
    about: "How many mappings an instance caches in memory.",
    form: "a whole number from 0 to 10000000",
    fallback: "50000",
  }),
  CACHE_REDIS_TTL_SECONDS: setting(secondsAsMs(1, 86_400), {
    section: "Numbers",
    about: "How long Redis caches a mapping.",
    form: "a whole number from 1 to 86400",
    fallback: "300",
  }),
  CACHE_UNKNOWN_TTL_MS: setting(wholeNumber(0, 60_000), {
    section: "Numbers",
    about: "How long an unknown number is cached as unknown.",
    form: "a whole number from 0 to 60000",
    fallback: "500",
  }),
};
