import type { IncomingMessage } from "node:http";
import type { Access } from "../../access/access.ts";
import type { Credential } from "../../access/authenticator.ts";
import { visitorNetwork } from "../../access/networks.ts";
import { mayUpgrade, isOwnPage } from "../../access/rules/origin.ts";
import { addressViewer, anonymousViewer, machineViewer, may } from "../../access/rules/rights.ts";
import type { Viewer } from "../../access/rules/rights.ts";
import { StoreAwayError } from "../../store/errors.ts";
import { credentialOf } from "./credentials.ts";
import { hasOneHost, requireOneHost } from "./host.ts";
import { isChanging, originOf } from "./origin.ts";
import { addressNotAllowed, foreignOrigin, notAllowed, signInRequired, tooManyRequests } from "./problems.ts";
import type { Requirement, RouteRule } from "../server/route.ts";
import { isFromThisMachine } from "./thisMachine.ts";
import type { ClientAddress } from "../server/clientAddress.ts";
import type { HttpProblem } from "../server/problems.ts";

interface GateOptions {
  readonly access: Access;
  readonly clientAddress: ClientAddress;
  readonly isHttps: (request: IncomingMessage) => boolean;
  /** The public URL, if a reverse proxy changes `Host`. */
  readonly publicUrl: string | null;
}

interface Admitted {
  readonly viewer: Viewer;
  /** Calls `ended` once, when the viewer has signed out, or lost the right; returns a function that stops listening. */
  readonly onRevoked: (ended: () => void) => () => void;
}

/** The part of a route rule that the gate uses. */
export type GateRule = Pick<RouteRule, "may" | "confirmsNumbers" | "signsIn">;

/** Admits requests by viewer, address, and rate. */
export interface Gate {
  /**
   * The viewer, if the address, the credential, and the rate can be checked without waiting. null: call `admit`.
   * This is the cheapest path, for routes with hundreds of requests a second.
   */
  recognise(request: IncomingMessage, rule: GateRule): Viewer | null;
  /** `rule` is null for a path without a route. Rejects with an `HttpProblem`. */
  admit(request: IncomingMessage, rule: GateRule | null): Promise<Viewer>;
  /** The same for an upgrade to a WebSocket. */
  admitUpgrade(request: IncomingMessage, rule: GateRule): Promise<Admitted>;
}

export function createGate({ access, clientAddress, isHttps, publicUrl }: GateOptions): Gate {
  const { authenticator, limits, rules } = access;

  /** Applies the IP rules; true if the address alone permits lookups. */
  async function judgeAddress(address: string, requires: Requirement | null): Promise<boolean> {
    const book = await rules.current();
    const mayLookUp = requires === "lookups.read" && book.lookups.has(address);
    if (book.access.size > 0 && !book.access.has(address) && !mayLookUp) throw addressNotAllowed();
    return mayLookUp;
  }

  async function identify(
    credential: Credential | null,
    network: string,
    requires: Requirement | null,
  ): Promise<Viewer | null> {
    if (credential === null) return null;
    if (!authenticator.knows(credential)) {
      // Guessing clients are stopped before the database is asked. A known client behind the same address is not.
      const waitMs = limits.blockedForMs("address", network);
      if (waitMs !== null) throw tooManyRequests(waitMs);
    }
    return authenticator.resolve(credential, requires === "lookups.read");
  }

  async function limit(viewer: Viewer, network: string): Promise<void> {
    const waitMs = await (viewer.kind === "user"
      ? limits.take("user", String(viewer.userId))
      : viewer.kind === "key"
        ? limits.take("key", String(viewer.keyId))
        : limits.take(viewer.kind === "address" ? "key" : "address", network));
    if (waitMs !== null) throw tooManyRequests(waitMs);
  }

  /** Health is public, whatever else is wrong; the viewer determines the level of detail. */
  async function viewerOfHealth(request: IncomingMessage, address: string): Promise<Viewer> {
    if (isFromThisMachine(request, clientAddress)) return machineViewer;
    const credential = credentialOf(request, isHttps(request));
    if (credential === null) return anonymousViewer;
    try {
      await judgeAddress(address, "system.read");
      const network = visitorNetwork(address);
      if ((await limits.take("address", network)) !== null) return anonymousViewer;
      return (await identify(credential, network, "system.read")) ?? anonymousViewer;
    } catch (error) {
      // With the database down, operators still need to see what is down.
      const last = error instanceof StoreAwayError ? authenticator.lastKnown(credential) : null;
      return last ?? anonymousViewer;
    }
  }

  /** Whether a page of another site may have sent the request with a user's cookie. */
  const isForged = (viewer: Viewer, request: IncomingMessage): boolean =>
    (viewer.kind === "user" || viewer.kind === "anonymous") &&
    isChanging(request.method) &&
    !isOwnPage(originOf(request, publicUrl));

  return {
    recognise(request, rule) {
      if (rule.signsIn || rule.may === "probe" || !hasOneHost(request)) return null;
      const book = rules.known();
      if (book === null) return null;
      const address = clientAddress(request);
      const mayLookUp = rule.may === "lookups.read" && book.lookups.has(address);
      if (book.access.size > 0 && !book.access.has(address) && !mayLookUp) return null;
      const credential = credentialOf(request, isHttps(request));
      if (credential === null) {
        return mayLookUp && limits.spend("key", visitorNetwork(address)) ? addressViewer : null;
      }
      const viewer = authenticator.known(credential);
      if (viewer === null || refusalOf(viewer, rule) !== null || isForged(viewer, request)) return null;
      if (viewer.kind === "user") return limits.spend("user", String(viewer.userId)) ? viewer : null;
      if (viewer.kind === "key") return limits.spend("key", String(viewer.keyId)) ? viewer : null;
      return null;
    },

    async admit(request, rule) {
      requireOneHost(request);
      const address = clientAddress(request);
      if (rule?.may === "probe") return viewerOfHealth(request, address);
      const network = visitorNetwork(address);
      const known = await judgeAddress(address, rule?.may ?? null);
      const credential = credentialOf(request, isHttps(request));
      if (rule?.signsIn === true && credential?.kind !== "key") {
        if (isForged(anonymousViewer, request)) throw foreignOrigin();
        return anonymousViewer;
      }
      const viewer =
        (await identify(credential, network, rule?.may ?? null)) ?? (known ? addressViewer : anonymousViewer);
      await limit(viewer, network);
      if (rule === null) {
        if (viewer.kind === "anonymous") throw signInRequired();
        return viewer;
      }
      judgeRight(viewer, rule);
      if (isForged(viewer, request)) throw foreignOrigin();
      return viewer;
    },

    async admitUpgrade(request, rule) {
      const { may: permission } = rule;
      requireOneHost(request);
      const address = clientAddress(request);
      const network = visitorNetwork(address);
      await judgeAddress(address, permission);
      const credential = credentialOf(request, isHttps(request));
      // A browser sends its cookie from any page, and never an API key.
      if (credential?.kind !== "key" && !mayUpgrade(originOf(request, publicUrl))) throw foreignOrigin();
      const viewer = (await identify(credential, network, permission)) ?? anonymousViewer;
      await limit(viewer, network);
      judgeRight(viewer, rule);
      return {
        viewer,
        onRevoked: (ended) =>
          credential === null ? () => undefined : authenticator.onRevoked(credential, ended),
      };
    },
  };
}

type Rights = Pick<RouteRule, "may" | "confirmsNumbers">;

function judgeRight(viewer: Viewer, rights: Rights): void {
  const refusal = refusalOf(viewer, rights);
  if (refusal !== null) throw refusal();
}

/** null: the viewer has permission. */
function refusalOf(viewer: Viewer, { may: requires, confirmsNumbers }: Rights): (() => HttpProblem) | null {
  if (requires === "public" || requires === "probe") return null;
  if (viewer.kind === "anonymous") return signInRequired;
  if (requires === "signedIn") return viewer.kind === "address" ? signInRequired : null;
  if (requires === "person") return viewer.kind === "user" ? null : () => notAllowed(null);
  if (!may(viewer, requires)) return () => notAllowed(requires);
  return confirmsNumbers && !may(viewer, "numbers.real") ? () => notAllowed("numbers.real") : null;
}
