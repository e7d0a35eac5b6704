import { expect } from "chai";
import { auditActions } from "../../../src/access/types.ts";
import { permissions, permissionsOf, roles } from "../../../src/access/rules/rights.ts";
import { nameOf, routeRules } from "../../support/routeRules.ts";

const reading = /^GET |\/(?:search|simulate|owners|read)$|^POST \/lookup$/;

describe("The requirements of routes", () => {
  it("audit everything that changes or exports data", () => {
    const selfWritten = ["POST /session", "POST /set-up", "POST /invitations"];
    // Asterisk's own account of calls: the records are its trace.
    const ofAsterisk = ["POST /calls/lines"];
    const silent = routeRules
      .filter(({ audit }) => audit === null)
      .map(nameOf)
      .filter((route) => !reading.test(route) || route.includes("/export"))
      .filter((route) => !selfWritten.includes(route) && !ofAsterisk.includes(route));
    expect(silent).to.deep.equal([]);
  });

  it("make only pages, health, and sign-in public", () => {
    const open = routeRules.filter(({ may }) => may === "public" || may === "probe").map(nameOf);
    expect(open).to.have.members([
      "GET /",
      "GET /app",
      "GET /app/*rest",
      "GET /assets/:name",
      "GET /icon.svg",
      "GET /theme.js",
      "GET /health",
      "GET /health/live",
      "GET /health/ready",
      "GET /session",
      "POST /session",
      "POST /set-up",
      "POST /invitations",
      "POST /invitations/read",
    ]);
  });

  it("let only those see imports who see real numbers: cells, headers, and results are never masked", () => {
    const masked = routeRules
      .filter(({ path }) => path.startsWith("/imports") || path === "/upload")
      .filter(({ may, confirmsNumbers }) => may !== "numbers.real" && !confirmsNumbers)
      .map(nameOf);
    // Names and counts only.
    expect(masked).to.deep.equal(["GET /imports"]);
  });

  it("use every permission and every action", () => {
    const unused = permissions.filter((right) => !routeRules.some(({ may }) => may === right));
    expect(unused).to.deep.equal([]);
    const written = new Set<string | null>(routeRules.map(({ audit }) => audit));
    expect(auditActions.filter((action) => !written.has(action))).to.deep.equal(["sign-in", "set-up"]);
  });

  it("give each role what it needs, and only administrators permission to manage access", () => {
    expect([...permissionsOf("administrator")]).to.have.members([...permissions]);
    for (const role of roles.filter((one) => one !== "administrator"))
      expect([...permissionsOf(role)].filter((right) => right.startsWith("access."))).to.deep.equal([]);
    expect(permissionsOf("supervisor").has("numbers.real")).to.equal(false);
    expect(permissionsOf("supervisor").has("calls.hangup")).to.equal(true);
    expect(permissionsOf("auditor").has("numbers.reveal")).to.equal(false);
    expect(permissionsOf("auditor").has("audit.read")).to.equal(true);
    expect(permissionsOf("operator").has("numbers.write")).to.equal(true);
    expect(permissionsOf("operator").has("audit.read")).to.equal(false);
  });
});
