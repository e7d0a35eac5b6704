import type { Endpoint } from "../../ari/generated/models.ts";
import { operation } from "../../ari/operation.ts";
import type { AriRequester } from "../../ari/types.ts";
import type { Logger, SteadyClock } from "../../ops/types.ts";
import { endpointsIn } from "../endpoints.ts";
import { readVariable, timeoutMs, writeVariable } from "./dialplan.ts";
import {
  changedSettings,
  type DialplanSettings,
  dialplanValues,
  settingsText,
  waysOf,
} from "./rules/dialplanSettings.ts";

/** `[settings]` in `asterisk/extensions.conf` unpacks the text, keeps it in AstDB, and marks it as loaded. */
const text = "PP_SETTINGS";
const loaded = "PP_LOADED";

const compareEveryMs = 5_000;

interface Ports {
  /** Works without a connection. */
  readonly request: AriRequester;
  readonly settings: DialplanSettings;
  readonly clock: SteadyClock;
  readonly logger: Logger;
}

/** Gives the dialplan of one Asterisk the settings of the active controller. A standby only compares its own with them. */
export class SettingsKeeper {
  readonly #ports: Ports;
  /** A call may have been unpacking the earlier settings, and have marked these as loaded. */
  #mayBeUnread = false;
  #comparedMs = Number.NEGATIVE_INFINITY;
  #differing: readonly string[] = [];

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** As a standby: names of the dialplan whose values differ from those of the active controller. */
  get differing(): readonly string[] {
    return this.#differing;
  }

  /** Writes them if the dialplan has others, which unpacks them on the next call. */
  async write(): Promise<void> {
    const { request, settings, logger } = this.#ports;
    this.#differing = [];
    const endpoints = endpointsIn(
      await request<readonly Endpoint[]>(operation("endpoints.listByTech", { tech: "PJSIP" }), {
        timeoutMs,
      }),
    );
    const values = dialplanValues(
      settings,
      new Map(settings.trunks.map(({ name }) => [name, waysOf(name, endpoints)])),
    );
    const there = await readVariable(request, text);
    const changed = changedSettings(values, there);
    if (changed.length === 0) return;
    await writeVariable(request, text, settingsText(values));
    await writeVariable(request, loaded, "");
    this.#mayBeUnread = true;
    // Only the names: a value may be a phone number.
    logger.info("Settings written to Asterisk", { settings: there === "" ? "all" : changed.join(" ") });
  }

  /** Call a second after `write()`: by then, every call that was unpacking the earlier settings has marked them as loaded. */
  async haveRead(): Promise<void> {
    if (!this.#mayBeUnread) return;
    await writeVariable(this.#ports.request, loaded, "");
    this.#mayBeUnread = false;
  }

  /** As a standby, as often as you like. Never rejects. */
  async compare(): Promise<void> {
    const { clock, request, settings } = this.#ports;
    if (clock.steadyMs() - this.#comparedMs < compareEveryMs) return;
    this.#comparedMs = clock.steadyMs();
    try {
      const there = await readVariable(request, text);
      // The number of endpoints is Asterisk's own, and asking for it is expensive.
      this.#differing =
        there === ""
          ? []
          : changedSettings(dialplanValues(settings, new Map()), there).filter(
              (name) => !name.endsWith("_WAYS"),
            );
    } catch {
      // The lease cannot be read either, and says so.
    }
  }
}
