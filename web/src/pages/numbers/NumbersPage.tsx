import type { PageProps } from "../pageProps.ts";
import { MappingView } from "./MappingView.tsx";
import { NumberList } from "./NumberList.tsx";

/** All mappings, and the page of each one at `/app/numbers/{id}`. */
export default function NumbersPage({ rest }: PageProps) {
  return rest === "" ? <NumberList /> : <MappingView key={rest} id={rest} />;
}
