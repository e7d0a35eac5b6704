/** What every page gets. */
export interface PageProps {
  /** The rest of the address after the page's own path, decoded; e.g. the ID in `/app/calls/{id}`. */
  readonly rest: string;
}
