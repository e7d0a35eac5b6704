import { createSimulatedAsterisk } from "../../lab/simulated/index.ts";
import type { SimulatedCall } from "../../lab/simulated/index.ts";
import type { LoadAnswer, LoadRequest, Ready } from "./messages.ts";

/** The simulated Asterisk in its own process, with callers and callees. */

const asterisk = await createSimulatedAsterisk({
  systemName: "bench",
  keepCalls: false,
  // The same as those declined in the configuration we ship.
  varsets: false,
  races: false,
  // A busy machine makes the figures worse; it should not make calls fail.
  globals: { CONNECT: process.env["CONNECT"] ?? "dial", DEADLINE: "60" },
  unscripted: () => ({ steps: [{ does: "rings" }, { does: "answers" }] }),
});

let serial = 0;
const place = (hangsUp: boolean): SimulatedCall => {
  serial += 1;
  const digits = String(serial % 10_000_000).padStart(7, "0");
  return asterisk.call({
    from: `7916${digits}`,
    to: `7955${digits}`,
    caller: hangsUp ? { hangsUp: { on: 200 } } : {},
  });
};

let onEnded: (call: SimulatedCall) => void = () => undefined;
asterisk.onCallEnded((call) => onEnded(call));

/** A closed loop: each call that ends starts the next. Resolves with the number of unanswered calls. */
const run = (calls: number, atOnce: number): Promise<number> =>
  new Promise((resolve) => {
    let placed = 0;
    let ended = 0;
    let failed = 0;
    const placeNext = (): void => {
      placed += 1;
      place(true);
    };
    onEnded = (call) => {
      if (call.answeredAtMs === null) failed += 1;
      ended += 1;
      if (ended === calls) resolve(failed);
      // In a separate turn of the event loop, so that the ended call is gone before the next one starts.
      else if (placed < calls) setImmediate(placeNext);
    };
    for (let first = Math.min(atOnce, calls); first > 0; first--) placeNext();
  });

const held = new Set<SimulatedCall>();

/** Starts or ends calls until there are `wanted`; resolves with the number of unanswered calls. */
const hold = async (wanted: number): Promise<number> => {
  let failed = 0;
  onEnded = () => undefined;
  const surplus = [...held].slice(0, Math.max(0, held.size - wanted));
  await Promise.all(
    surplus.map((call) => {
      held.delete(call);
      call.hangUp();
      return call.whenEnded();
    }),
  );
  while (held.size < wanted) {
    const group = Array.from({ length: Math.min(100, wanted - held.size) }, () => place(false));
    await Promise.all(
      group.map(async (call) => {
        held.add(call);
        while (call.answeredAtMs === null && !call.ended)
          await new Promise((resolve) => {
            setTimeout(resolve, 5);
          });
        if (call.answeredAtMs === null) failed += 1;
      }),
    );
  }
  return failed;
};

process.on("message", (request: LoadRequest) => {
  void (async () => {
    const before = process.cpuUsage();
    const startedAt = performance.now();
    const failed =
      (request.hold === undefined ? 0 : await hold(request.hold)) +
      (request.run === undefined ? 0 : await run(request.run.calls, request.run.atOnce));
    const elapsedMs = performance.now() - startedAt;
    const { user, system } = process.cpuUsage(before);
    process.send?.({ done: true, elapsedMs, failed, cpuMs: (user + system) / 1000 } satisfies LoadAnswer);
  })();
});

process.send?.({ ready: true, url: asterisk.url } satisfies Ready);
