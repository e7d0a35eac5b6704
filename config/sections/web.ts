import { networks, plainText, wholeNumber } from "../fields.ts";
import { setting } from "../setting.ts";

export const webSettings = {
  HTTP_HOST: setting(plainText, {
    section: "Web",
    about: "Address the API and the pages listen on.",
    form: "an IP address or host name",
    fallback: "127.0.0.1",
  }),
  HTTP_PORT: setting(wholeNumber(0, 65_535), {
    section: "Web",
    about: "Port of the API and the pages. `0` picks a free port.",
    form: "a whole number from 0 to 65535",
    fallback: "8080",
  }),
  TRUSTED_PROXIES: setting(networks, {
    section: "Web",
    about: "Reverse proxies whose `X-Forwarded-For` is trusted. If empty, none is.",
    form: "IP addresses or networks separated by commas, e.g. `127.0.0.1,10.0.0.0/8`",
    fallback: "",
  }),
  HTTP_CONNECTIONS: setting(wholeNumber(0, 1_000_000), {
    section: "Web",
    about:
      "Connections that clients may have open at a time, live boards included. `0`: as many as there are file descriptors for. At the limit, the connection that has been idle longest is closed.",
    form: "a whole number from 0 to 1000000",
    fallback: "4000",
  }),
  HTTP_CONNECTIONS_PER_ADDRESS: setting(wholeNumber(0, 1_000_000), {
    section: "Web",
    about:
      "Connections from one IPv4 address or IPv6 /64 network. `0`: any number. Addresses in `TRUSTED_PROXIES` are not limited.",
    form: "a whole number from 0 to 1000000",
    fallback: "400",
  }),
  UPLOAD_MAX_BYTES: setting(wholeNumber(1024, 10_737_418_240), {
    section: "Web",
    about: "Largest upload, in bytes.",
    form: "a whole number from 1024 to 10737418240",
    fallback: "104857600",
  }),
  UPLOAD_DIR: setting(plainText, {
    section: "Web",
    about:
      "Folder for uploaded files until their import is done. Instances that share it can resume each other's imports.",
    form: "the path of a folder",
    fallback: "data/uploads",
  }),
};
