import type { Outage } from "./outage.ts";

/** The active controller is frozen; incoming data waits in the kernel. */
export const controllerFrozen: Outage = {
  name: "controller frozen",
  async begin({ controllers }) {
    const controller = controllers.process(await controllers.active());
    controller.freeze();
    return async () => controller.thaw();
  },
};

const ended = (name: string, signal: "SIGTERM" | "SIGKILL"): Outage => ({
  name,
  async begin({ controllers }) {
    const index = await controllers.active();
    await controllers.end(index, signal);
    return () => controllers.start(index);
  },
});

export const controllerKilled = ended("controller killed", "SIGKILL");
export const controllerStopped = ended("controller stopped by SIGTERM", "SIGTERM");

/** Nothing passes between the active controller and Asterisk, and neither notices. */
export const controllerCutOff: Outage = {
  name: "controller cut off without a FIN",
  async begin({ controllers }) {
    const index = await controllers.active();
    controllers.cutOff(index);
    return async () => controllers.reconnect(index);
  },
};

/** Of the active controller alone: Asterisk, MySQL, and the parties keep the true time. */
const clockSet = (name: string, aheadMs: number): Outage => ({
  name,
  async begin({ controllers }) {
    const index = await controllers.active();
    controllers.setClock(index, aheadMs);
    return async () => controllers.setClock(index, 0);
  },
});

export const clockAhead = clockSet("controller's clock an hour ahead", 3_600_000);
export const clockBehind = clockSet("controller's clock an hour behind", -3_600_000);

/** The disk below the spool of the active controller. */
export const spoolFull: Outage = {
  name: "disk full under the spool",
  async begin({ controllers }) {
    const disk = controllers.disk(await controllers.active());
    disk.fill();
    return async () => disk.free();
  },
};

/** The disk to which Asterisk's handler writes the line of each call. */
export const callFileFull: Outage = {
  name: "disk full under Asterisk's call file",
  async begin(system) {
    const free = system.fillCallDisk();
    return async () => free();
  },
};
