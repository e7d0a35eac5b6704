import "../../styles/numbers.css";
import type { PageProps } from "../pageProps.ts";
import { ImportJobView } from "./ImportJobView.tsx";
import { ImportStart } from "./ImportStart.tsx";

/** A file goes in; below `/app/import/` is the page of each import, which survives a reload. */
export default function ImportPage({ rest }: PageProps) {
  return rest === "" ? <ImportStart /> : <ImportJobView key={rest} id={rest} />;
}
