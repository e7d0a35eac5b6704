import { expect } from "chai";
import { hostNameOf, judgeHost } from "../../../src/access/rules/host.ts";

const names = new Set(["phones.example.com", "pbx"]);
const judge = (...host: string[]) => judgeHost({ host, others: [] }, names);

describe("The host of a request", () => {
  it("is ours if it is a loopback name, an address, or a name from the settings, on any port", () => {
    const ours = [
      "localhost",
      "localhost:8080",
      "LOCALHOST",
      "localhost.",
      "phones.localhost:1",
      "127.0.0.1",
      "127.0.0.1:8080",
      "192.0.2.7:80",
      "[::1]",
      "[::1]:8080",
      "[2001:db8::7]:443",
      "phones.example.com",
      "Phones.Example.COM:443",
      "phones.example.com.",
      "pbx:8080",
    ];
    for (const host of ours) expect(judge(host), host).to.equal("ours");
  });

  it("is foreign if it is any other name, however similar", () => {
    const foreign = [
      "evil.example",
      "evil.example:8080",
      "localhost.evil.example",
      "notlocalhost",
      "127.0.0.1.evil.example",
      "127.0.0.1.nip.io",
      "phones.example.com.evil.example",
      "evil.phones.example.com",
      "xphones.example.com",
      "pbx.lan",
      "1e100.net",
    ];
    for (const host of foreign) expect(judge(host), host).to.equal("foreign");
  });

  it("is invalid if it is missing, sent twice, or not a host", () => {
    expect(judge()).to.equal("invalid");
    expect(judge("localhost", "localhost")).to.equal("invalid");
    expect(judge("localhost", "evil.example")).to.equal("invalid");
    const invalid = [
      "",
      " ",
      "localhost localhost",
      "evil.example@localhost",
      "localhost/evil.example",
      "localhost#evil",
      "localhost?evil",
      "localhost\\evil",
      "localhost:port",
      "localhost:99999",
      "[::1",
      "::1",
      "[evil.example]",
      "256.1.1.1",
      "evil.1",
      "local%68ost",
      "localhost,evil.example",
    ];
    for (const host of invalid) expect(judge(host), host).not.to.equal("ours");
    for (const host of invalid) expect(hostNameOf(host), host).not.to.equal("localhost");
  });

  it("must be ours everywhere in the request", () => {
    const others = (...list: string[]) => judgeHost({ host: ["localhost"], others: list }, names);
    expect(others("phones.example.com", "127.0.0.1")).to.equal("ours");
    expect(others("evil.example")).to.equal("foreign");
    expect(others("localhost", "evil.example")).to.equal("foreign");
    expect(others("")).to.equal("invalid");
  });
});
