import { z } from "zod";
import { json, named, oneOf, plainText, urlOf, wholeNumber } from "../fields.ts";
import { optional, setting } from "../setting.ts";

const asteriskUrl = urlOf("http", "https");

export const asteriskSettings = {
  ASTERISK_URL: setting(asteriskUrl, {
    section: "Asterisk",
    about: "HTTP URL of Asterisk. For several Asterisks, use `ASTERISKS`.",
    form: "`http://host:8088`",
    fallback: "http://127.0.0.1:8088",
  }),
  ASTERISK_USER: setting(plainText, {
    section: "Asterisk",
    about: "ARI user (`ari.conf`).",
    form: "a name",
    fallback: "phone-proxy",
  }),
  ASTERISK_PASSWORD: optional(plainText, {
    section: "Asterisk",
    about: "Password of the ARI user. Without it, the application starts but takes no calls.",
    form: "a password",
    secret: true,
  }),
  ASTERISK_APPLICATION: setting(
    z.string().regex(/^[\w-]{1,64}$/, "must be 1–64 letters, digits, `-`, or `_`"),
    {
      section: "Asterisk",
      about: "Name of the Stasis application, as in the dialplan.",
      form: "1–64 letters, digits, `-`, or `_`",
      fallback: "phone-proxy",
    },
  ),
  ASTERISKS: optional(
    json(
      named(
        z.strictObject({
          name: z.string().regex(/^[\w.-]{1,64}$/, "must be 1–64 letters, digits, `.`, `-`, or `_`"),
          url: asteriskUrl,
          username: plainText.default("phone-proxy"),
          password: plainText,
          application: plainText.default("phone-proxy"),
        }),
        100,
      ),
    ),
    {
      section: "Asterisk",
      about:
        "Several Asterisks, in place of the four settings above. `username` and `application` are optional.",
      form: '`[{"name":"asterisk-1","url":"http://10.0.0.5:8088","username":"phone-proxy","password":"…","application":"phone-proxy"}]`',
      secret: true,
    },
  ),
  ARI_TRANSPORT: setting(oneOf(["auto", "websocket", "http"]), {
    section: "Asterisk",
    about:
      "How ARI commands are sent: over WebSocket (Asterisk 20.14, 22.4, or later), over HTTP, or by version. Lists are always read over HTTP.",
    form: "`auto`, `websocket` or `http`",
    fallback: "auto",
  }),
  ARI_COMMAND_SOCKETS: setting(wholeNumber(1, 64), {
    section: "Asterisk",
    about: "WebSocket connections for requests to each Asterisk. Calls are spread over them.",
    form: "a whole number from 1 to 64",
    fallback: "4",
  }),
  ARI_REQUEST_TIMEOUT_MS: setting(wholeNumber(100, 60_000), {
    section: "Asterisk",
    about: "Time limit for a response from Asterisk, in milliseconds.",
    form: "a whole number from 100 to 60000",
    fallback: "5000",
  }),
};
