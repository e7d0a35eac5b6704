export const readinessStates = ["starting", "ready", "stopping"] as const;
type ReadinessState = (typeof readinessStates)[number];

/**
 * Whether a load balancer should send requests to this instance: from the first connection to the database until the
 * stop. A later outage of the database does not count. It concerns all instances alike, lookups continue from the
 * cache, and the pages say what is wrong; without any instance, the load balancer would only have a generic error.
 */
export class Readiness {
  #state: ReadinessState = "starting";

  get state(): ReadinessState {
    return this.#state;
  }

  started(): void {
    if (this.#state === "starting") this.#state = "ready";
  }

  stopping(): void {
    this.#state = "stopping";
  }
}
