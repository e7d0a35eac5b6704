export interface SettingProblem {
  /** e.g. `HTTP_PORT` or `ASTERISKS[0].url`. */
  readonly setting: string;
  readonly problem: string;
  /** What a valid value looks like. */
  readonly expected: string;
}

/** Lists every mistake at once. Never repeats a value: it may be a password or a phone number. */
export class SettingsError extends Error {
  readonly code = "SETTINGS_INVALID";
  readonly problems: readonly SettingProblem[];

  constructor(problems: readonly SettingProblem[]) {
    const lines = problems.map(
      ({ setting, problem, expected }) => `${setting} ${problem}; expected ${expected}`,
    );
    super(
      lines.length === 1
        ? `${lines[0]}.`
        : `${lines.length} settings are invalid:${lines.map((line) => `\n  ${line}`).join("")}`,
    );
    this.name = "SettingsError";
    this.problems = problems;
  }
}
