import type { PageProps } from "../pageProps.ts";
import { ImportJobView } from "./ImportJobView.tsx";
import { ImportStart } from "./ImportStart.tsx";

/** Uploads a file. Each import has its own page below `/app/import/`, which can be reloaded. */
export default function ImportPage({ rest }: PageProps) {
  return rest === "" ? <ImportStart /> : <ImportJobView key={rest} id={rest} />;
}
