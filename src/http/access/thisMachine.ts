import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";
import type { ClientAddress } from "../server/clientAddress.ts";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** With these, a reverse proxy that is not in `TRUSTED_PROXIES` names the client that it forwards for. */
const forwarding = ["x-forwarded-for", "forwarded", "x-real-ip"];

/** Whether the request comes from this machine itself, not through a proxy on it. */
export function isFromThisMachine(request: IncomingMessage, clientAddress: ClientAddress): boolean {
  if (forwarding.some((name) => request.headers[name] !== undefined)) return false;
  const address = clientAddress(request);
  const family = isIP(address);
  return family !== 0 && loopback.check(address, family === 6 ? "ipv6" : "ipv4");
}
