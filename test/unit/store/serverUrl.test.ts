import { expect } from "chai";
import { fileURLToPath } from "node:url";
import { mistakeInServerUrl, schemeOf, serverAddressOf } from "../../../src/store/serverUrl.ts";

const noCertificate = fileURLToPath(import.meta.url);

describe("The URL of a server", () => {
  const refused: [text: string, server: "mysql" | "redis", words: string][] = [
    ["host/db", "mysql", "is not a URL that starts with mysql://"],
    ["mysql:host/db", "mysql", "is not a URL that starts with mysql://"],
    ["postgres://u:hunter2@h/d", "mysql", "has the unknown scheme postgres; use mysql://"],
    ["mariadb://u@h/d", "mysql", "has the unknown scheme mariadb; use mysql://"],
    ["redis+tls://h", "redis", "has the unknown scheme redis+tls; use redis:// or rediss://"],
    ["mysql://u:hun#ter2@h/d", "mysql", "is not a valid URL"],
    ["mysql://u:hunter2@h/d#x", "mysql", "write it as %23"],
    ["mysql://u:100%@h/d", "mysql", "contains a % that encodes nothing; write it as %25"],
    ["mysql://u@h", "mysql", "names no database"],
    ["mysql://u@h/", "mysql", "names no database"],
    ["mysql://u@h/d?ssl=true", "mysql", "has the unknown parameter ssl; only tls and ca exist"],
    ["mysql://u@h/d?sslmode=require", "mysql", "has the unknown parameter sslmode"],
    ["mysql://u@h/d?tls=yes", "mysql", "has an unknown value of the parameter tls; use verify or require"],
    ["mysql://u@h/d?tls=verify&tls=require", "mysql", "has the parameter tls twice"],
    ["mysql://u@h/d?ca=/x", "mysql", "names a ca file that cannot be read (ENOENT)"],
    [`mysql://u@h/d?tls=verify&ca=${noCertificate}`, "mysql", "no certificate in PEM form"],
    [`mysql://u@h/d?tls=require&ca=${noCertificate}`, "mysql", "no effect with tls=require"],
    ["mysql://u@10.0.0.5/d?tls=verify", "mysql", "use the host name that the certificate is issued for"],
    ["mysql://u:1?hunter2@h/d", "mysql", "names no database"],
    ["redis://h/0?tls=verify", "redis", "has the parameter tls, which needs rediss://"],
    ["redis://h/0?db=3", "redis", "has the unknown parameter db"],
    ["redis://h/cache", "redis", "has a database that is not a number"],
  ];
  for (const [text, server, words] of refused)
    it(`is refused with the reason, without repeating a password: ${text.replace(noCertificate, "FILE")}`, () => {
      const mistake = mistakeInServerUrl(text, server);

      expect(mistake).to.include(words);
      expect(mistake ?? "").not.to.match(/hun|ter2|\b100\b/);
    });

  it("says how the connection is encrypted", () => {
    const tlsOf = (text: string, server: "mysql" | "redis") => {
      expect(mistakeInServerUrl(text, server), text).to.equal(null);
      return serverAddressOf(text).tls;
    };
    expect(tlsOf("mysql://u@h/d", "mysql")).to.equal(null);
    expect(tlsOf("mysql://u@10.0.0.5/d?tls=require", "mysql")).to.deep.equal({ verify: false, ca: null });
    expect(tlsOf("mysql://u@h/d?tls=verify", "mysql")).to.deep.equal({ verify: true, ca: null });
    expect(tlsOf("redis://h", "redis")).to.equal(null);
    expect(tlsOf("rediss://h/3", "redis")).to.deep.equal({ verify: true, ca: null });
    expect(tlsOf("rediss://10.0.0.5?tls=require", "redis")).to.deep.equal({ verify: false, ca: null });
  });

  it("is told from a path, on Windows too", () => {
    expect(["data/x.sqlite", "/srv/x.db", "C:\\x.db", "./a:b", "12:00.db"].map(schemeOf)).to.deep.equal(
      Array.from({ length: 5 }, () => null),
    );
    expect(["sqlite:x", "SQLITE:///x", "file:x"].map(schemeOf)).to.deep.equal(["sqlite", "sqlite", "file"]);
  });
});
