import { useEffect, useRef } from "preact/hooks";
import { callStatuses } from "../../../../src/values/callRecord.ts";
import type { CallStatus } from "../../../../src/values/callRecord.ts";
import { fill, formatCount, texts } from "../../i18n/index.ts";

/** Any number of outcomes, in a list that opens below its button. */
export function OutcomeFilter(props: {
  readonly chosen: readonly CallStatus[];
  readonly onChange: (chosen: readonly CallStatus[]) => void;
}) {
  const { chosen, onChange } = props;
  const { calls: words, statuses } = texts.value;
  const ref = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (event: Event): void => {
      const list = ref.current;
      if (list?.open !== true) return;
      if (event instanceof KeyboardEvent) {
        if (event.key !== "Escape") return;
        // The focus would vanish with a focused choice.
        if (isIn(document.activeElement)) list.querySelector("summary")?.focus();
        list.open = false;
      } else if (!isIn(event.target)) list.open = false;
    };
    const isIn = (target: EventTarget | null): boolean =>
      target instanceof Node && ref.current?.contains(target) === true;
    addEventListener("pointerdown", close);
    addEventListener("keydown", close);
    return () => {
      removeEventListener("pointerdown", close);
      removeEventListener("keydown", close);
    };
  }, []);
  const [only] = chosen;
  const said =
    only === undefined
      ? words.anyStatus
      : chosen.length === 1
        ? statuses[only]
        : fill(words.outcomes, { n: formatCount(chosen.length) });
  return (
    <details
      class="choice-list"
      ref={ref}
      onToggle={({ currentTarget }) => {
        // The list is wider than its button, and the button may be at the edge.
        delete currentTarget.dataset["side"];
        const list = currentTarget.querySelector("fieldset");
        if (list !== null && list.getBoundingClientRect().right > innerWidth - 8)
          currentTarget.dataset["side"] = "right";
      }}
    >
      <summary class="input" aria-label={`${words.status}: ${said}`}>
        {said}
      </summary>
      <fieldset>
        <legend class="visually-hidden">{words.status}</legend>
        {callStatuses.map((status) => (
          <label key={status}>
            <input
              type="checkbox"
              checked={chosen.includes(status)}
              onChange={({ currentTarget }) =>
                onChange(
                  callStatuses.filter((one) =>
                    one === status ? currentTarget.checked : chosen.includes(one),
                  ),
                )
              }
            />
            {statuses[status]}
          </label>
        ))}
      </fieldset>
    </details>
  );
}
