/** Load balancers and monitors ask these every few seconds. */
export const healthPaths: ReadonlySet<string> = new Set(["/health", "/health/live", "/health/ready"]);
