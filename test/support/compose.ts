import { readFileSync } from "node:fs";
import { parse as parseDotenv } from "dotenv";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

const root = fileURLToPath(new URL("../../", import.meta.url));

type Values = Readonly<Record<string, string>>;

interface Service {
  readonly build?: string;
  readonly image?: string;
  readonly environment?: Values;
  readonly env_file?: string | readonly { readonly path: string; readonly required: boolean }[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly secrets?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly stop_grace_period?: string;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly user?: string;
  readonly command?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly read_only?: boolean;
  readonly privileged?: boolean;
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<"app" | "asterisk" | "mysql" | "redis", Service>>;
  readonly volumes: Readonly<Record<string, null>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

export const composeFile = (): Compose =>
  parse(readFileSync(join(root, "docker-compose.yml"), "utf8"), { merge: true }) as Compose;

/** Expands `${NAME}`, `${NAME-default}`, `${NAME:-default}`, and `${NAME:?message}` like Compose, also when nested. */
export function interpolated(text: string, env: Values): string {
  let result = "";
  for (let at = 0; at < text.length;) {
    if (!text.startsWith("${", at)) {
      result += text[at];
      at += 1;
      continue;
    }
    let depth = 1;
    let end = at + 2;
    for (; end < text.length && depth > 0; end += 1) {
      if (text.startsWith("${", end)) depth += 1;
      else if (text[end] === "}") depth -= 1;
    }
    const [, name = "", kind, rest = ""] =
      /^(\w+)(?:(-|:[-?])([\s\S]*))?$/.exec(text.slice(at + 2, end - 1)) ?? [];
    const value = kind === "-" ? env[name] : env[name] || undefined;
    if (value === undefined && kind?.endsWith("-") !== true) throw new Error(`${name} is not set`);
    result += value ?? interpolated(rest, env);
    at = end;
  }
  return result;
}

/**
 * The environment of a service's container with this content of `.env`. Compose reads that file twice: to expand
 * `${NAME}`, and, if it is the service's `env_file`, for the container, with lower precedence than `environment`.
 */
export function environmentOf(service: Service, dotEnv: string, others: Values = {}): Record<string, string> {
  const fromDotEnv = parseDotenv(dotEnv);
  const { env_file: files } = service;
  const passed = Array.isArray(files) && files.some(({ path }: { path: string }) => path === ".env");
  return {
    ...others,
    ...(passed ? fromDotEnv : {}),
    ...Object.fromEntries(
      Object.entries(service.environment ?? {}).map(([name, text]) => [name, interpolated(text, fromDotEnv)]),
    ),
  };
}
