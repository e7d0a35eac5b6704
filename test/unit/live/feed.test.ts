import { expect } from "chai";
import type { Call } from "../../../src/calls/bridge/machine/call.ts";
import { createLocalBus } from "../../../src/bus/localBus.ts";
import { LiveBoard } from "../../../src/live/board.ts";
import { LiveFeed } from "../../../src/live/feed.ts";
import type { FeedSocket } from "../../../src/live/feed.ts";
import type { SharedText } from "../../../src/live/snapshots.ts";
import type { LiveMessage } from "../../../src/live/browserMessages.ts";
import { LiveSource } from "../../../src/live/source.ts";
import { systemClock } from "../../../src/ops/clock.ts";
import { anIncomingCall, Story } from "../../support/calls.ts";
import { silentLogger } from "../../support/silentLogger.ts";
import { until } from "../../support/until.ts";

class Browser implements FeedSocket {
  readonly texts: SharedText[] = [];
  waitingBytes = 0;
  send(text: SharedText): void {
    this.texts.push(text);
  }
  get messages(): LiveMessage[] {
    return this.texts.map(({ text }) => JSON.parse(text) as LiveMessage);
  }
  of<Type extends LiveMessage["type"]>(type: Type): (LiveMessage & { type: Type })[] {
    return this.messages.filter((message): message is LiveMessage & { type: Type } => message.type === type);
  }
}

describe("The feed of the live board", () => {
  const bus = createLocalBus({ logger: silentLogger });
  let source: LiveSource;
  let board: LiveBoard;
  let feed: LiveFeed;

  beforeEach(() => {
    board = new LiveBoard({ bus, clock: systemClock });
    source = new LiveSource({ bus, clock: systemClock, node: "one", gatherMs: 1 });
    feed = new LiveFeed({
      board,
      clock: systemClock,
      today: async () => ({ calls: 4, answered: 3, successRate: 0.75 }),
      betweenDeltasMs: 1,
      maxWaitingBytes: 100,
      perTurn: 2,
    });
    board.open();
    source.open();
    feed.open();
  });
  afterEach(() => {
    feed.close();
    source.close();
    board.close();
  });

  /** The call in each of the states it passes through. */
  function place(callId: string, tell: (story: Story) => void = () => undefined): Call {
    const story = new Story(undefined, anIncomingCall({ callId }));
    source.observe(null, story.call);
    const before = story.call;
    tell(story);
    if (story.call !== before) source.observe(before, story.call);
    return story.call;
  }
  const watch = (seesRealNumbers = true) => {
    const browser = new Browser();
    const viewer = feed.join(browser, { zone: "UTC", seesRealNumbers });
    return { browser, viewer };
  };

  it("starts with a snapshot followed by deltas, each numbered one higher", async () => {
    place("1");
    await until(() => board.size === 1);
    const { browser } = watch();
    expect(browser.messages).to.have.length(1);
    expect(browser.of("snapshot")[0]).to.have.nested.property("calls[0].callId", "1");
    for (const callId of ["2", "3", "4"]) {
      place(callId);
      await until(() => board.size === Number(callId) && browser.of("delta").length === Number(callId) - 1);
    }
    const first = browser.of("snapshot")[0]?.seq ?? Number.NaN;
    expect(browser.of("delta").map(({ seq }) => seq - first)).to.deep.equal([1, 2, 3]);
    expect(browser.of("delta").map(({ calls }) => calls[0]?.callId)).to.deep.equal(["2", "3", "4"]);
  });

  it("encodes a delta once for all browsers", async () => {
    const browsers = Array.from({ length: 7 }, () => watch().browser);
    place("1");
    await until(() => browsers.every((browser) => browser.of("delta").length === 1));
    const texts = browsers.map(({ texts }) => texts.find(({ text }) => text.includes('"delta"')));
    expect(new Set(texts).size).to.equal(1);
  });

  it("encodes a snapshot once for all browsers that need one before something changes", async () => {
    place("1");
    await until(() => board.size === 1);
    const snapshots = (browsers: readonly Browser[]) => new Set(browsers.map(({ texts }) => texts[0]?.text));
    const [one, other] = [watch().browser, watch().browser];
    expect(one.texts[0]).to.equal(other.texts[0]);
    expect(watch(false).browser.texts[0]).not.to.equal(one.texts[0]);
    place("2");
    await until(() => one.of("delta").length === 1);
    const late = watch().browser;
    expect(snapshots([one, late]).size).to.equal(2);
    expect(late.of("snapshot")[0]?.calls).to.have.length(2);
  });

  it("reports how a call ended, and keeps it in the next snapshot", async () => {
    const { browser } = watch();
    place("1", (story) => {
      story.dialled().tell({ type: "calleeLeft", cause: 17, sipCode: 486 });
    });
    await until(() => browser.of("delta").length === 1);
    const ended = browser.of("delta")[0]?.calls[0];
    expect(ended).to.deep.include({ callId: "1", state: "ended", real: "79001112233" });
    expect(ended?.outcome).to.deep.equal({ status: "busy", reason: null, sipCode: 486, cause: 17 });
    expect(ended?.endedAtMs).to.be.a("number");
    expect(board.size).to.equal(0);
  });

  it("masks real numbers for viewers without permission, in snapshots and deltas", async () => {
    const { browser: before } = watch(false);
    place("1", (story) => story.dialled());
    await until(() => before.of("delta").length === 1);
    const { browser: after } = watch(false);
    expect(before.of("delta")[0]?.calls[0]?.real).to.equal("+7 900 ••• 22 33");
    expect(after.of("snapshot")[0]?.calls[0]?.real).to.equal("+7 900 ••• 22 33");
    expect(JSON.stringify([...before.messages, ...after.messages])).not.to.contain("79001112233");
  });

  it("skips deltas for a browser that does not read, without delaying others, and sends it a snapshot later", async () => {
    const [slow, quick] = [watch().browser, watch().browser];
    slow.waitingBytes = 101;
    for (const callId of ["1", "2", "3"]) {
      place(callId);
      await until(() => quick.of("delta").length === Number(callId));
    }
    expect(slow.of("delta")).to.have.length(0);
    slow.waitingBytes = 0;
    place("4");
    await until(() => slow.of("snapshot").length === 2);
    expect(slow.of("snapshot")[1]?.calls.map(({ callId }) => callId)).to.deep.equal(["1", "2", "3", "4"]);
    place("5");
    await until(() => slow.of("delta").length === 1);
    expect(slow.of("delta")[0]?.seq).to.equal((slow.of("snapshot")[1]?.seq ?? Number.NaN) + 1);
    expect(quick.of("snapshot")).to.have.length(1);
  });

  it("sends a new snapshot on request, but not faster than its figures and than the browser reads", async () => {
    const { browser, viewer } = watch();
    const { browser: other } = watch();
    for (let n = 0; n < 100; n += 1) viewer.resync();
    expect(browser.of("snapshot")).to.have.length(1);
    await until(() => browser.of("snapshot").length === 2);
    browser.waitingBytes = 1;
    const counters = other.of("counters").length;
    await until(() => {
      viewer.resync();
      return other.of("counters").length > counters + 1;
    });
    expect(browser.of("snapshot")).to.have.length(2);
  });

  it("sends counters regularly, with today's calls in the browser's time zone", async () => {
    const { browser } = watch();
    place("1");
    await until(() =>
      browser.of("counters").some(({ figures }) => figures.today !== null && figures.now === 1),
    );
    const figures = browser.of("counters").at(-1)?.figures;
    expect(figures).to.deep.include({
      now: 1,
      today: { calls: 4, answered: 3, successRate: 0.75 },
      nodes: ["one"],
      complete: true,
    });
  });

  it("sends nothing to browsers that have left", async () => {
    const [gone, stays] = [watch(), watch()];
    gone.viewer.leave();
    place("1");
    await until(() => stays.browser.of("delta").length === 1);
    expect(gone.browser.messages).to.have.length(1);
    gone.viewer.resync();
    expect(gone.browser.messages).to.have.length(1);
  });
});
