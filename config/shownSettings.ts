import type { SettingOrigin, ShownSetting } from "../src/values/shownSetting.ts";
import { environmentSchema } from "./schema.ts";
import { fileSuffix } from "./secretFiles.ts";
import { descriptions } from "./setting.ts";

type Given = Readonly<Record<string, string | undefined>>;

/** Every setting with its value and where it comes from; of a secret only whether it is set. */
export function shownSettings({
  environment,
  envFile,
  given: all,
}: {
  readonly environment: Given;
  readonly envFile: Given;
  /** Of both, and the files with secrets that systemd has loaded. */
  readonly given: Given;
}): readonly ShownSetting[] {
  const textOf = (given: Given, name: string): string | null => {
    const text = given[name]?.trim() ?? "";
    return text === "" ? null : text;
  };
  return Object.entries(environmentSchema.shape).map(([name, schema]): ShownSetting => {
    const description = descriptions.get(schema);
    if (description === undefined) throw new Error(`The setting ${name} has no description.`);
    const { section, about, fallback = null, secret = false } = description;
    const own = textOf(environment, name);
    const given = own ?? textOf(envFile, name);
    const file = name + fileSuffix;
    const fromFile = secret && given === null && textOf(all, file) !== null;
    const origin: SettingOrigin = fromFile
      ? "secretFile"
      : given === null
        ? "default"
        : own === null
          ? "envFile"
          : "environment";
    const value = secret ? null : (given ?? fallback);
    return { name, section, value, isSet: origin !== "default", secret, origin, about, fallback };
  });
}
