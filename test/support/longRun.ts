/** Whether this is `npm run test:long`, in which some suites of `npm test` run with more data. */
export const isLongRun = process.env["LONG"] === "1";
