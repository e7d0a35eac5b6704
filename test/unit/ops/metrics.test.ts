import { expect } from "chai";
import { createMetrics } from "../../../src/ops/metrics.ts";

describe("metrics", () => {
  it("count calls by status", async () => {
    const metrics = createMetrics({ node: "n1", processMetrics: false });
    metrics.callEnded("busy");
    metrics.callSetUp(30);
    const { body, contentType } = await metrics.expose();
    expect(contentType).to.contain("text/plain");
    expect(body).to.contain('phone_proxy_calls_total{status="busy",node="n1"} 1');
    expect(body).to.contain('phone_proxy_calls_total{status="answered",node="n1"} 0');
    expect(body).to.contain('phone_proxy_call_setup_seconds_bucket{le="0.05",node="n1"} 1');
    expect(body).to.contain('phone_proxy_call_setup_seconds_bucket{le="0.025",node="n1"} 0');
  });

  it("count Asterisk requests, lookups, and HTTP by closed label sets", async () => {
    const metrics = createMetrics({ node: "n1", processMetrics: false });
    metrics.ariRequest("a", "timeout", 5000);
    metrics.ariIncident("a", "late_answer");
    metrics.lookup("redis", "found");
    metrics.httpAnswered("GET", "/lookup/real/:number", 200, 2);
    metrics.httpAnswered("79001112233", "unmatched", 404, 2);
    const { body } = await metrics.expose();
    expect(body).to.contain(
      'phone_proxy_ari_request_seconds_count{node="n1",asterisk="a",outcome="timeout"} 1',
    );
    expect(body).to.contain('phone_proxy_ari_incidents_total{asterisk="a",what="late_answer",node="n1"} 1');
    expect(body).to.contain('phone_proxy_lookups_total{source="redis",kind="found",node="n1"} 1');
    expect(body).to.contain('{node="n1",method="GET",route="/lookup/real/:number",status="200"} 1');
    expect(body).to.contain('method="other"').and.not.contain("79001112233");
  });

  it("read gauges and totals when scraped", async () => {
    const metrics = createMetrics({ node: "n1", processMetrics: false });
    let pending = 1;
    metrics.gauge("spool_pending", "Records that wait.", () => pending);
    metrics.total("spool_rejected_total", "Records refused.", () => 4);
    pending = 7;
    await metrics.expose();
    const { body } = await metrics.expose();
    expect(body).to.contain('phone_proxy_spool_pending{node="n1"} 7');
    expect(body).to.contain('phone_proxy_spool_rejected_total{node="n1"} 4');
  });

  it("have no figure where there is none, and no phone number of a trunk's name in a label", async () => {
    const metrics = createMetrics({ node: "n1", processMetrics: false });
    let age: number | null = 5;
    metrics.gauge("backup_age_seconds", "Age.", () => age);
    const trunks = ["main", "79001112233", "+7 900 111-22-44"];
    metrics.gauges("trunk_reachable", "Trunks.", "trunk", () => trunks.map((trunk) => [trunk, 1] as const));
    expect((await metrics.expose()).body).to.contain('phone_proxy_backup_age_seconds{node="n1"} 5');
    age = null;
    await metrics.expose();
    const { body } = await metrics.expose();
    expect(body)
      .to.contain("phone_proxy_backup_age_seconds")
      .and.not.contain("phone_proxy_backup_age_seconds{");
    expect([...body.matchAll(/trunk="([^"]*)"/g)].map(([, label]) => label)).to.deep.equal([
      "main",
      "[number] 2",
      "[number] 3",
    ]);
  });

  it("include process metrics if enabled", async () => {
    expect((await createMetrics({ node: "n1" }).expose()).body).to.contain("process_cpu_seconds_total");
  });
});
