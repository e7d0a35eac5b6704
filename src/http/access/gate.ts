import type { IncomingMessage } from "node:http";
import type { Access } from "../../access/access.ts";
import type { Credential } from "../../access/authenticator.ts";
import { visitorNetwork } from "../../access/networks.ts";
import { mayUpgrade, isOwnPage } from "../../domain/accessOrigin.ts";
import { addressViewer, anonymousViewer, machineViewer, may } from "../../domain/accessRights.ts";
import type { Permission, Viewer } from "../../domain/accessRights.ts";
import { credentialOf } from "./credentials.ts";
import { requireOneHost } from "./host.ts";
import type { MatchedRule } from "./matching.ts";
import { isChanging, originOf } from "./origin.ts";
import {
  addressNotAllowed,
  foreignOrigin,
  notAllowed,
  nothingHere,
  signInRequired,
  tooManyRequests,
} from "./problems.ts";
import type { Requirement } from "./table.ts";
import { isFromThisMachine } from "./thisMachine.ts";
import type { ClientAddress } from "../server/clientAddress.ts";

export interface GateOptions {
  readonly access: Access;
  readonly clientAddress: ClientAddress;
  readonly isHttps: (request: IncomingMessage) => boolean;
  /** Where people reach us when a reverse proxy changes `Host`. */
  readonly publicUrl: string | null;
}

export interface Admitted {
  readonly viewer: Viewer;
  /** Calls `ended` once, when the viewer has signed out, or lost the right; returns the way to stop watching. */
  readonly watch: (ended: () => void) => () => void;
}

/** Judges requests by who sends them, from where, and how often. Rejects with an `HttpProblem`. */
export interface Gate {
  /** `rule` is null for what is in no table. */
  admit(request: IncomingMessage, rule: MatchedRule | null): Promise<Viewer>;
  /** The same for an upgrade to a WebSocket. */
  admitUpgrade(request: IncomingMessage, permission: Permission): Promise<Admitted>;
}

export function createGate({ access, clientAddress, isHttps, publicUrl }: GateOptions): Gate {
  const { authenticator, limits, rules } = access;

  /** By the rules of addresses; true when the address alone is enough for lookups. */
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
      // Whoever guesses is stopped before the database is asked; whoever is known is not, behind one address with him.
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

  /** Nobody is refused to hear whether we live, whatever fares ill; who he is decides how much he hears. */
  async function viewerOfHealth(request: IncomingMessage, address: string): Promise<Viewer> {
    if (isFromThisMachine(request, clientAddress)) return machineViewer;
    const credential = credentialOf(request, isHttps(request));
    if (credential === null) return anonymousViewer;
    try {
      await judgeAddress(address, "system.read");
      const network = visitorNetwork(address);
      if ((await limits.take("address", network)) !== null) return anonymousViewer;
      return (await identify(credential, network, "system.read")) ?? anonymousViewer;
    } catch {
      return anonymousViewer;
    }
  }

  return {
    async admit(request, rule) {
      requireOneHost(request);
      const address = clientAddress(request);
      // Whether this instance lives is for whoever watches over it to ask, from wherever he does.
      if (rule?.route === "GET /health") return viewerOfHealth(request, address);
      const network = visitorNetwork(address);
      const known = await judgeAddress(address, rule?.requires ?? null);
      const credential = credentialOf(request, isHttps(request));
      const viewer =
        (await identify(credential, network, rule?.requires ?? null)) ??
        (known ? addressViewer : anonymousViewer);
      await limit(viewer, network);
      const asPerson = viewer.kind === "user" || viewer.kind === "anonymous";
      if (rule === null) throw viewer.kind === "anonymous" ? signInRequired() : nothingHere();
      judgeRight(viewer, rule.requires);
      if (asPerson && isChanging(request.method) && !isOwnPage(originOf(request, publicUrl)))
        throw foreignOrigin();
      if (rule.guessable === true) {
        const waitMs = await limits.take("signIn", network);
        if (waitMs !== null) throw tooManyRequests(waitMs);
      }
      return viewer;
    },

    async admitUpgrade(request, permission) {
      requireOneHost(request);
      const address = clientAddress(request);
      const network = visitorNetwork(address);
      await judgeAddress(address, permission);
      const credential = credentialOf(request, isHttps(request));
      // A browser sends its cookie from any page; nobody's browser sends a key.
      if (credential?.kind !== "key" && !mayUpgrade(originOf(request, publicUrl))) throw foreignOrigin();
      const viewer = (await identify(credential, network, permission)) ?? anonymousViewer;
      await limit(viewer, network);
      judgeRight(viewer, permission);
      return {
        viewer,
        watch: (ended) => (credential === null ? () => undefined : authenticator.watch(credential, ended)),
      };
    },
  };
}

function judgeRight(viewer: Viewer, requires: Requirement): void {
  if (requires === "public") return;
  if (viewer.kind === "anonymous") throw signInRequired();
  if (requires === "signedIn") {
    if (viewer.kind === "address") throw signInRequired();
    return;
  }
  if (requires === "person") {
    if (viewer.kind !== "user") throw notAllowed(null);
    return;
  }
  if (!may(viewer, requires)) throw notAllowed(requires);
}
