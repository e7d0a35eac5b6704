import { oneOf, urlOf, wholeNumber } from "../fields.ts";
import { optional, setting } from "../setting.ts";

export const accessSettings = {
  ACCESS: setting(oneOf(["open", "required"]), {
    section: "Access",
    about:
      "Whether users have to sign in and programs need a key. Use `open` only in a network you trust. " +
      "With `required`, the log shows a link for creating the first administrator.",
    form: "`open` or `required`",
    fallback: "open",
  }),
  PUBLIC_URL: optional(urlOf("http", "https"), {
    section: "Access",
    about:
      "The address that people use, if it has a host name. With `ACCESS=open`, requests for other host names are " +
      "refused, except `HTTP_HOST`, `localhost`, and IP addresses.",
    form: "`https://phones.example.com`",
  }),
  USER_REQUESTS_PER_MINUTE: setting(wholeNumber(0, 1_000_000), {
    section: "Access",
    about: "Requests per user. `0` means no limit.",
    form: "a whole number from 0 to 1000000",
    fallback: "1200",
  }),
  KEY_REQUESTS_PER_MINUTE: setting(wholeNumber(0, 10_000_000), {
    section: "Access",
    about: "Requests per API key, or per Asterisk that is identified by its address. `0` means no limit.",
    form: "a whole number from 0 to 10000000",
    fallback: "120000",
  }),
  ADDRESS_REQUESTS_PER_MINUTE: setting(wholeNumber(0, 1_000_000), {
    section: "Access",
    about: "Requests without sign-in per address. `0` means no limit.",
    form: "a whole number from 0 to 1000000",
    fallback: "1200",
  }),
  SIGN_INS_PER_FIVE_MINUTES: setting(wholeNumber(0, 100_000), {
    section: "Access",
    about:
      "Failed sign-ins per address. Users who signed in there within the last 90 days are not counted. `0` means no limit.",
    form: "a whole number from 0 to 100000",
    fallback: "30",
  }),
  LIVE_SOCKETS_PER_USER: setting(wholeNumber(0, 100_000), {
    section: "Access",
    about: "Live boards that one user or API key may have open on an instance. `0` means no limit.",
    form: "a whole number from 0 to 100000",
    fallback: "20",
  }),
};
