import { benchmarkNumbers } from "./numbers.ts";

export const variantNames = [
  "plain",
  "dialplan",
  "fallback",
  "ariClient",
  "dial",
  "bridge",
  "connect",
] as const;
/** One way to connect the same calls. */
export type VariantName = (typeof variantNames)[number];

export const variantTitles: Readonly<Record<VariantName, string>> = {
  plain: "plain Dial(), number fixed",
  dialplan: "dialplan, ODBC lookup and record",
  fallback: "our fallback, no controller",
  ariClient: "ari-client, originate and bridge",
  dial: "phone-proxy, CONNECT=dial",
  bridge: "phone-proxy, CONNECT=bridge",
  connect: "our [connect] alone, number fixed",
};

export const trunkKinds = ["whole", "split"] as const;
/** One endpoint for each trunk, or ten. */
export type Trunks = (typeof trunkKinds)[number];

/** One variant on one kind of trunks. */
export interface Case {
  readonly variant: VariantName;
  readonly trunks: Trunks;
}

export const caseName = ({ variant, trunks }: Case): string => `${variant} ${trunks}`;

/** Whether each call leaves a record. */
export const hasRecords = (variant: VariantName): boolean => variant !== "plain" && variant !== "connect";

/** The endpoint of the outbound trunk in the lab's dialplan: `trunk-out-w` is whole, `trunk-out-0` to `-9` are split. */
const wayOf = (trunks: Trunks, number: string): string => (trunks === "whole" ? "w" : number.slice(-1));

/** The dialled numbers, whose prefix selects the variant in the lab's `incoming`. Ours have none. */
export const dialledNumbers = ({ variant, trunks }: Case): readonly string[] =>
  benchmarkNumbers.map(({ proxy, real }) => {
    switch (variant) {
      case "plain":
        return `*1${wayOf(trunks, real)}${real}`;
      case "dialplan":
        return `*2${wayOf(trunks, proxy)}${proxy}`;
      case "ariClient":
        return `*3${wayOf(trunks, proxy)}${proxy}`;
      case "connect":
        return `*4${wayOf(trunks, proxy)}${proxy}`;
      case "fallback":
      case "dial":
      case "bridge":
        return proxy;
    }
  });
