import { BlockList, isIP } from "node:net";

/** A set of networks. */
export interface Networks {
  readonly size: number;
  has(address: string): boolean;
}

/** IPv4 networks may also be written as IPv6; both are the same. */
const mapped = /^::ffff:(?=\d+\.)/i;

/** Normalizes `10.0.0.0/8`, `fd00::/8`, or a single address; null if invalid. */
export function parseNetwork(text: string): string | null {
  const [rawAddress = "", prefixText, ...rest] = text.trim().toLowerCase().split("/");
  const address = rawAddress.replace(mapped, "");
  const family = isIP(address);
  if (family === 0 || rest.length > 0 || address.includes("%")) return null;
  const longest = family === 4 ? 32 : 128;
  if (prefixText === undefined) return address;
  if (!/^\d{1,3}$/.test(prefixText)) return null;
  // Written as IPv6, the prefix of an IPv4 network includes the 96 bits before it.
  const prefix = Number(prefixText) - (address === rawAddress ? 0 : 96);
  if (prefix < 0 || prefix > longest) return null;
  return prefix === longest ? address : `${address}/${prefix}`;
}

/** `texts` must come from `parseNetwork`. */
export function networksOf(texts: readonly string[]): Networks {
  const list = new BlockList();
  for (const text of texts) {
    const [address = "", prefix] = text.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return {
    size: texts.length,
    has(address) {
      // Called for every request but rarely needed; a block list creates an object for each address.
      if (texts.length === 0) return false;
      const family = isIP(address);
      return family !== 0 && list.check(address, family === 6 ? "ipv6" : "ipv4");
    },
  };
}

/** The unit of rate limits: an IPv4 address or an IPv6 /64, all addresses of which a client can use. */
export function visitorNetwork(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = "", tail] = address.split("::");
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - front.length - back.length;
  const groups = [...front, ...Array.from({ length: Math.max(0, zeros) }, () => "0"), ...back];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}
