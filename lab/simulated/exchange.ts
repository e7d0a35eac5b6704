import type { CallOptions } from "./call.ts";
import { SimulatedCall } from "./call.ts";
import { CallerDialplan } from "./dialplan/callerDialplan.ts";
import type { Dialplan } from "./dialplan/plan.ts";
import { CalleeLeg } from "./leg.ts";
import type { CalleeScript, CallStep } from "./scripts.ts";
import type { Channel, Network, Party } from "./state.ts";
import type { World } from "./world.ts";

interface ExchangeOptions {
  readonly dialplan: Dialplan;
  /** What a callee without a script does. */
  readonly unscripted: (number: string, call: SimulatedCall | null) => CalleeScript;
  /** Whether ended calls are remembered; not under load. */
  readonly keepCalls: boolean;
}

/** The provider ends loops that Asterisk does not end. */
const mostForwards = 20;

/** The two trunks and the parties behind them. */
export class Exchange implements Network {
  /** Calls from the inbound trunk, in order of arrival. */
  readonly calls: SimulatedCall[] = [];
  readonly callees = new Map<string, CalleeScript>();
  /** Endpoints that Asterisk knows, and whether it can reach them. */
  readonly trunks = new Map<string, boolean>();
  onCallEnded: ((call: SimulatedCall) => void) | null = null;
  readonly #options: ExchangeOptions;
  readonly #open = new Map<string, SimulatedCall>();
  /** A leg created without an originator belongs to a call once it is bridged with it. */
  readonly #legs = new Map<string, { readonly leg: CalleeLeg; call: SimulatedCall | null }>();
  #world: World | null = null;

  constructor(options: ExchangeOptions) {
    this.#options = options;
  }

  attach(world: World): void {
    this.#world = world;
  }

  get openCalls(): number {
    return this.#open.size;
  }

  /** A call comes in. */
  place(options: CallOptions): SimulatedCall {
    const world = this.#required();
    let call: SimulatedCall | undefined;
    const channel = world.newChannel(
      {
        endpoint: options.trunk ?? "trunk-in",
        inbound: true,
        callerNumber: options.from,
        context: "incoming",
        extension: options.to,
      },
      (made) => (call = new SimulatedCall(world, made, options, this.#ended)),
    );
    const placed = call;
    if (!placed) throw new Error("The channel was made without its caller");
    if (this.#options.keepCalls) this.calls.push(placed);
    this.#open.set(channel.id, placed);
    placed.dials(() => {
      if (world.channels.get(channel.id) === channel && !channel.hungUp)
        new CallerDialplan(world, channel, placed, this.#options.dialplan).start();
    });
    placed.reached("arrived");
    return placed;
  }

  far(trunk: string, number: string, originator: Channel | null): ((channel: Channel) => Party) | null {
    if (number === "" || !this.trunks.get(trunk)) return null;
    const world = this.#required();
    const call = originator ? (this.#open.get(originator.id) ?? null) : null;
    const script =
      this.callees.get(number) ??
      this.callees.get(number.replace(/^\+/u, "")) ??
      this.#options.unscripted(number, call);
    const { forwardsTo } = script;
    const forward = forwardsTo === undefined ? null : this.#forwarder(forwardsTo, call?.forwards ?? 0);
    return (channel) => {
      const leg = new CalleeLeg(world, channel, { trunk, number }, script, forward);
      this.#legs.set(channel.id, { leg, call });
      call?.legs.push(leg);
      return leg;
    };
  }

  reached(channel: Channel, step: CallStep): void {
    if (!channel.inbound) {
      this.#legs.get(channel.id)?.call?.reached(step);
      return;
    }
    const call = this.#open.get(channel.id);
    if (step === "bridged" && call) this.#adoptLegs(channel, call);
    call?.reached(step);
  }

  gone(channel: Channel): void {
    this.#legs.delete(channel.id);
  }

  endpoints(): readonly string[] {
    return [...this.trunks.keys()];
  }

  /** Asterisk died with all calls. */
  crash(): void {
    for (const call of this.#open.values()) call.crash();
    this.#open.clear();
    this.#legs.clear();
  }

  readonly #ended = (call: SimulatedCall): void => {
    this.#open.delete(call.id);
    this.onCallEnded?.(call);
  };

  #adoptLegs(caller: Channel, call: SimulatedCall): void {
    for (const other of caller.bridge?.channels ?? []) {
      const found = this.#legs.get(other.id);
      if (!found || found.call) continue;
      found.call = call;
      call.legs.push(found.leg);
    }
  }

  /** The provider behind a leg sends its call back to us, and passes on the responses. */
  #forwarder(to: string, forwards: number): (leg: CalleeLeg) => void {
    return (leg) => {
      if (forwards >= mostForwards) {
        leg.does({ does: "refuses", code: 483 });
        return;
      }
      const { from, headers } = leg.invitation ?? { from: "anonymous", headers: {} };
      const again = this.place({ from, to, headers, forwards: forwards + 1 });
      again.onResponse = (code) => {
        if (code === 180) leg.does({ does: "rings" });
        else if (code === 183) leg.does({ does: "progresses" });
        else if (code === 200) leg.does({ does: "answers" });
        else if (code >= 300) leg.does({ does: "refuses", code });
      };
      leg.onReleased = () => again.hangUp();
      void again.whenEnded().then(({ callerGotBye }) => {
        if (callerGotBye) leg.does({ does: "hangsUp" });
        return again;
      });
    };
  }

  #required(): World {
    if (!this.#world) throw new Error("The exchange was not attached to an Asterisk");
    return this.#world;
  }
}
