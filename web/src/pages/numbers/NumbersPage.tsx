import "../../styles/numbers.css";
import type { PageProps } from "../pageProps.ts";
import { MappingView } from "./MappingView.tsx";
import { NumberList } from "./NumberList.tsx";

/** All mappings, and below `/app/numbers/` the page of each. */
export default function NumbersPage({ rest }: PageProps) {
  return rest === "" ? <NumberList /> : <MappingView key={rest} id={rest} />;
}
