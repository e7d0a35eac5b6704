import type { ComponentChildren } from "preact";
import { fill, texts } from "../../i18n/index.ts";
import { Chart } from "../../ui/Chart.tsx";
import type { ChartProps } from "../../ui/Chart.tsx";

/** A chart over time, with its figures as a table. */
export function ChartCard(
  props: Omit<ChartProps, "label"> & {
    readonly id: string;
    readonly title: string;
    /** After the column of times. */
    readonly columns: readonly string[];
    readonly rows: readonly (readonly [time: ComponentChildren, ...figures: ComponentChildren[]])[];
  },
) {
  const { id, title, columns, rows, ...chart } = props;
  const words = texts.value.dashboard;
  return (
    <section class="card" aria-labelledby={id}>
      <div class="card-head">
        <h2 id={id}>{title}</h2>
      </div>
      <div class="card-body">
        <Chart {...chart} label={fill(words.chartLabel, { title })} />
        <details>
          <summary>{words.asTable}</summary>
          <div class="table-scroll short" role="region" aria-labelledby={id} tabIndex={0}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{words.period}</th>
                  {columns.map((name) => (
                    <th key={name} scope="col" class="end">
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map(([time, ...figures], row) => (
                  // oxlint-disable-next-line react/no-array-index-key -- rows have no other name, and no state
                  <tr key={row}>
                    <td class="number">{time}</td>
                    {figures.map((figure, index) => (
                      <td key={columns[index]} class="end number">
                        {figure}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      </div>
    </section>
  );
}
