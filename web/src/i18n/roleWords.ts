import { roles } from "../../../src/access/rules/rights.ts";
import type { Role } from "../../../src/access/rules/rights.ts";
import { accessTexts } from "./access.ts";

/** Whether this version knows a stored role. */
export const isRole = (role: string): role is Role => roles.some((one) => one === role);

/** Permissions of a role, in words. */
export const roleInWords = (role: string): string =>
  isRole(role) ? accessTexts.value.rolesSay[role] : accessTexts.value.roleUnknown;
