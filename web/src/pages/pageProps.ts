/** Properties of every page. */
export interface PageProps {
  /** The rest of the path after the page's own, decoded; e.g. the ID in `/app/calls/{id}`. */
  readonly rest: string;
}
