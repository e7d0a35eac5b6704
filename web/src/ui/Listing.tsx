import type { ComponentChildren } from "preact";
import type { Resource } from "../net/resource.ts";
import { Loading, ProblemNotice } from "./feedback.tsx";
import { ListProblem } from "./paging.tsx";
import type { ListPage } from "./paging.tsx";

/** A list with its title and actions, in all states: loading, loaded, failed. */
export function Listing<Value>(props: {
  readonly id: string;
  readonly title: string;
  readonly note?: string;
  readonly actions?: ComponentChildren;
  readonly resource: Resource<Value>;
  /** Of a list in pages. */
  readonly page?: ListPage;
  readonly children: (value: Value) => ComponentChildren;
}) {
  const { id, title, note, actions, resource, page, children } = props;
  const { value, problem, loading } = resource.state.value;
  return (
    <>
      {problem !== null &&
        (page === undefined ? (
          <ProblemNotice problem={problem} retry={resource.reload} />
        ) : (
          <ListProblem problem={problem} page={page} retry={resource.reload} />
        ))}
      <section class="card" aria-labelledby={id} aria-busy={loading}>
        <div class="card-head">
          <h2 id={id}>{title}</h2>
          <div class="actions">{actions}</div>
        </div>
        {note !== undefined && <p class="card-note">{note}</p>}
        {value === null && problem === null && <Loading />}
        {value !== null && children(value)}
      </section>
    </>
  );
}

/** The column without a visible name contains the row's actions. */
export function Columns(props: { readonly names: readonly string[]; readonly actions?: string }) {
  return (
    <thead>
      <tr>
        {props.names.map((name) => (
          <th key={name} scope="col">
            {name}
          </th>
        ))}
        {props.actions !== undefined && (
          <th scope="col">
            <span class="visually-hidden">{props.actions}</span>
          </th>
        )}
      </tr>
    </thead>
  );
}
