import { expect } from "chai";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { endAll } from "../../../lab/strays.ts";

describe("Processes left running by an interrupted lab command", () => {
  it("are ended, and no others", async () => {
    const mark = `/nowhere/${randomUUID()}`;
    const start = (name: string) =>
      spawn("sh", ["-c", "read line", "sh", name], { stdio: ["pipe", "ignore", "ignore"] });
    const left = start(`${mark}/usr`);
    const other = start(`${mark}-other/usr`);
    const ended = once(left, "exit");
    await endAll(({ args }) => args.some((arg) => arg.startsWith(`${mark}/`)));
    await ended;
    expect(left.signalCode).to.equal("SIGKILL");
    expect(other.exitCode ?? other.signalCode).to.equal(null);
    const otherEnded = once(other, "exit");
    other.stdin.end();
    await otherEnded;
    expect(other.signalCode).to.equal(null);
  });
});
