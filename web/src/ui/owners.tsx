import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { api } from "../api/client.ts";
import type { Owners } from "../api/client.ts";
import { formatPhone } from "../format/phone.ts";
import { fill, texts } from "../i18n/index.ts";
import { may } from "../session.ts";
import { CopyNumber, Phone } from "./controls.tsx";

export type Owner = Owners["items"][number];

/** By proxy number; null: it has no owner. */
const known = signal<ReadonlyMap<string, Owner | null>>(new Map());
const askedAtMs = new Map<string, number>();

/** A label may change while a list is open. */
const validMs = 30_000;
/** As many as the server answers at once. */
const most = 1000;
/** More than the longest list, the live board, has; older ones are asked for again. */
const mostKnown = 5000;

async function ask(numbers: readonly string[]): Promise<void> {
  const nowMs = Date.now();
  const due = [...new Set(numbers)].filter(
    (number) => (askedAtMs.get(number) ?? Number.NEGATIVE_INFINITY) < nowMs - validMs,
  );
  for (let from = 0; from < due.length; from += most) await askFor(due.slice(from, from + most), nowMs);
}

async function askFor(missing: readonly string[], nowMs: number): Promise<void> {
  for (const number of missing) askedAtMs.set(number, nowMs);
  try {
    const { items } = await api.findOwners({ proxyNumbers: missing });
    const next = new Map(known.peek().size > mostKnown ? [] : known.peek());
    for (const number of missing) next.set(number, null);
    for (const owner of items) next.set(owner.proxyNumber, owner);
    known.value = next;
  } catch {
    // The list works without it; try again at its next change.
    for (const number of missing) askedAtMs.delete(number);
  }
}

/** Loads the owners of these proxy numbers, if the viewer may see them. */
export function useOwners(proxyNumbers: readonly string[]): void {
  const mayAsk = may.value("numbers.read");
  const key = proxyNumbers.join(" ");
  useEffect(() => {
    if (mayAsk) void ask(proxyNumbers);
  }, [key, mayAsk]);
}

/** The mapping that a call at this time went to, if the viewer may see it; a later mapping of the same number is not it. */
export function ownerOf(proxyNumber: string, startedAt: number | string): Owner | null {
  // Another user may have loaded it.
  const owner = may.value("numbers.read") ? (known.value.get(proxyNumber) ?? null) : null;
  const startedAtMs = typeof startedAt === "number" ? startedAt : Date.parse(startedAt);
  return owner !== null && Date.parse(owner.createdAt) <= startedAtMs ? owner : null;
}

/** The label of the client who has the number now. */
export function OwnerLabel({ number }: { readonly number: string }) {
  const label = ownerOf(number, Number.POSITIVE_INFINITY)?.label ?? null;
  return label === null ? null : <span class="second-line">{label}</span>;
}

/** A proxy number with the client's label, which leads to the number's page. */
export function CalledNumber(props: { readonly number: string; readonly startedAt: number | string }) {
  const { number, startedAt } = props;
  const owner = ownerOf(number, startedAt);
  if (owner === null) return <Phone number={number} />;
  const shown = formatPhone(number);
  return (
    <>
      <span class="copyable">
        <a
          class="number"
          href={`/app/numbers/${owner.id}`}
          aria-label={fill(texts.value.numbers.open, { number: shown })}
        >
          {shown}
        </a>
        <CopyNumber number={number} />
      </span>
      {owner.label !== null && (
        <span class="second-line one-line" title={owner.label}>
          {owner.label}
        </span>
      )}
    </>
  );
}
