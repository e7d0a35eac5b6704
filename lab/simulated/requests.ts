import type { Fault, Faults } from "./faults.ts";
import type { Range } from "./random.ts";
import type { Reply, RestRequest, Router } from "./router.ts";
import type { World } from "./world.ts";

/** Carries out REST requests, including faults on their way in. */
export class Requests {
  readonly #world: World;
  readonly #router: Router;
  readonly #faults: Faults;
  /** Requests carried out so far. */
  count = 0;

  constructor(world: World, router: Router, faults: Faults) {
    this.#world = world;
    this.#router = router;
    this.#faults = faults;
  }

  /** Until a response leaves, faults apart. */
  get responseMs(): Range {
    return this.#world.settings.timing.responseMs;
  }

  /**
   * @param answer gets the reply and its faults on the way back.
   * @param done means that the next request of the same socket may begin.
   */
  execute(request: RestRequest, answer: (reply: Reply, fault: Fault | null) => void, done: () => void): void {
    const path = request.path.startsWith("/") ? request.path : `/${request.path}`;
    const about = { method: request.method, path };
    const fault = this.#faults.for({ kind: "request", type: "RESTRequest", ...about });
    if (fault?.do === "drop") {
      done();
      return;
    }
    const { scheduler } = this.#world;
    const carryOut = (): void => {
      this.count++;
      let answered = false;
      this.#router.handle(this.#world, request, (reply) => {
        if (answered) throw new Error(`${request.method} ${path} was answered twice`);
        answered = true;
        answer(reply, this.#faults.for({ kind: "response", type: "RESTResponse", ...about }));
        done();
      });
    };
    const waitMs =
      scheduler.random.from(this.#faults.slowMs) +
      (fault?.do === "delay" ? scheduler.random.from(fault.ms) : 0);
    if (waitMs > 0) scheduler.after(waitMs, carryOut);
    else scheduler.run(carryOut);
  }
}
