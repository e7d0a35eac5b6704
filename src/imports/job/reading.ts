/** The part of the file reader that jobs use. */
export type { FileDescription, FileReading, ReadingChoices as InspectChoices } from "../reading/types.ts";
