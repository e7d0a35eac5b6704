/** What jobs know of the reading of files. */
export type {
  FileDescription,
  FileReading,
  PreviewRow,
  ReadingChoices as InspectChoices,
} from "../reading/types.ts";
