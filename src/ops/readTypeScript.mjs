/**
 * Lets a thread read TypeScript, for `startThread`. It is JavaScript because it runs before anything can read TypeScript.
 * The compiled application does not need it.
 */
import { register } from "tsx/esm/api";

register();
