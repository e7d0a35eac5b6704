/** What jobs use of the file reader. */
export type { FileDescription, FileReading, ReadingChoices as InspectChoices } from "../reading/types.ts";
