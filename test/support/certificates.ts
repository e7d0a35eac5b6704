import { execFileSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Certificates {
  /** Certificate of the authority. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Makes an authority in `folder` and its certificate for host names and addresses, e.g. `DNS:localhost,IP:127.0.0.1`. */
export function makeCertificates(folder: string, names: string): Certificates {
  const file = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void =>
    void execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl(
    "req",
    "-x509",
    ...newKey,
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
    "-days",
    "2",
    "-subj",
    "/CN=Test CA",
  );
  openssl("req", ...newKey, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=phone-proxy test");
  writeFileSync(file("names"), `subjectAltName=${names}\n`);
  const signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "names", "-days", "2"];
  openssl("x509", "-req", "-in", "server.csr", "-out", "server.pem", ...signed);
  // Servers read it as their own users.
  chmodSync(file("server.key"), 0o644);
  return { ca: file("ca.pem"), cert: file("server.pem"), key: file("server.key") };
}
