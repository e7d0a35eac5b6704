import type { IncomingMessage } from "node:http";
import type { Context, Middleware } from "koa";
import type { Access } from "../../access/access.ts";
import { actorOf } from "../../access/auditLog.ts";
import type { AuditAction, AuditTarget } from "../../access/types.ts";
import { may } from "../../access/rules/rights.ts";
import type { Viewer } from "../../access/rules/rights.ts";
import type { Gate } from "./gate.ts";
import { ruleFor } from "./matching.ts";
import type { MatchedRule } from "./matching.ts";
import { auditNoteOf, setViewer, viewerOf } from "./viewer.ts";
import type { ClientAddress } from "../server/clientAddress.ts";
import { problemOf } from "../server/problemOf.ts";

export interface AccessMiddlewareOptions {
  readonly access: { readonly audit: Pick<Access["audit"], "record"> };
  readonly gate: Gate;
  readonly clientAddress: ClientAddress;
}

/** Lets through who may, and writes down what is to be written down before the answer leaves. */
export function accessMiddleware({ access, gate, clientAddress }: AccessMiddlewareOptions): Middleware {
  return async (ctx, next) => {
    const rule = ruleFor(ctx.method, ctx.path);
    try {
      setViewer(
        ctx,
        await gate.admit(ctx.req, rule && { may: rule.requires, guessable: rule.guessable === true }),
      );
    } catch (error) {
      closeUnread(ctx);
      throw error;
    }
    if (rule === null || rule.audit === null) {
      await next();
      return;
    }
    await audited(ctx, next, { ...rule, audit: rule.audit });
  };

  async function audited(
    ctx: Context,
    next: () => Promise<void>,
    rule: MatchedRule & { readonly audit: AuditAction },
  ): Promise<void> {
    const write = (
      outcome: "done" | "failed",
      more: Readonly<Record<string, string | number>>,
    ): Promise<void> => {
      const { target, details } = auditNoteOf(ctx);
      return access.audit.record({
        action: rule.audit,
        outcome,
        actor: actorOf(viewerOf(ctx)),
        target: target ?? targetOf(rule),
        address: clientAddress(ctx.req),
        details: { route: rule.route, ...details, ...more },
      });
    };
    try {
      await next();
    } catch (error) {
      const code = problemOf(error)?.code ?? "INTERNAL";
      // The failure is what the client has to hear of, whether or not it could be written down.
      await write("failed", { code }).catch(() => undefined);
      throw error;
    }
    const written = write(ctx.status < 400 ? "done" : "failed", { status: ctx.status });
    // Nothing is given away that is not written down. What is changed already stays so, whatever is answered, and is
    // written down later.
    await (givesAway.has(rule.audit) ? written : written.catch(() => undefined));
  }
}

const givesAway: ReadonlySet<AuditAction> = new Set<AuditAction>(["export", "reveal"]);

/** By the id in the path. Phone numbers stand in paths of lookups only, which are not audited. */
function targetOf({ route, parameters }: MatchedRule): AuditTarget | null {
  const id = parameters["id"] ?? parameters["callId"];
  const kind = /^\w+ \/([\w-]+)/.exec(route)?.[1];
  return id === undefined || kind === undefined ? null : { kind, id };
}

/** Whoever is refused has his body not read; the connection ends with the answer instead of waiting for it. */
function closeUnread(ctx: Context): void {
  if (ctx.req.headers["content-length"] !== undefined || ctx.req.headers["transfer-encoding"] !== undefined)
    ctx.set("Connection", "close");
}

/** For the live board's WebSocket: who may watch, and what of it. */
export function createLiveAdmission(gate: Gate) {
  return async (request: IncomingMessage) => {
    const { viewer, watch } = await gate.admitUpgrade(request, { may: "live.watch", guessable: false });
    return { seesRealNumbers: may(viewer, "numbers.real"), who: nameOf(viewer), watch };
  };
}

/** Whose connections are counted together; null: nobody's, since nobody is known. */
function nameOf(viewer: Viewer): string | null {
  if (viewer.kind === "user") return `user:${viewer.userId}`;
  return viewer.kind === "key" ? `key:${viewer.keyId}` : null;
}
