import { expect } from "chai";
import { QueryFailedError } from "typeorm";
import {
  duplicateKey,
  isAway,
  isRetryable,
  StoreAwayError,
  StoreQueryError,
  translate,
} from "../../../src/store/errors.ts";

const driver = (code: string, message = "something about 79001112233"): Error =>
  Object.assign(new Error(message), { code });
const failed = (code: string, message?: string): QueryFailedError =>
  new QueryFailedError("SELECT ?", ["79001112233"], driver(code, message));

describe("A database error", () => {
  it("means an outage if the server, the network, or the file is unavailable", () => {
    for (const code of [
      "ECONNREFUSED",
      "ETIMEDOUT",
      "PROTOCOL_CONNECTION_LOST",
      "ER_CON_COUNT_ERROR",
      "ER_SERVER_SHUTDOWN",
      "ER_ACCESS_DENIED_ERROR",
      "ER_UNKNOWN_COM_ERROR",
      "ER_OPTION_PREVENTS_STATEMENT",
      "SQLITE_CANTOPEN",
      "SQLITE_IOERR_WRITE",
      "SQLITE_FULL",
    ]) {
      expect(isAway(driver(code)), code).to.equal(true);
      expect(isAway(failed(code)), code).to.equal(true);
      expect(translate(failed(code)), code).to.be.instanceOf(StoreAwayError);
    }
    expect(isAway(new Error('ConnectionFailed("Unable to open connection to local database")'))).to.equal(
      true,
    );
  });

  it("means a bug or a violated constraint if the server rejected the statement", () => {
    for (const code of [
      "ER_BAD_FIELD_ERROR",
      "ER_PARSE_ERROR",
      "SQLITE_ERROR",
      "SQLITE_CONSTRAINT_NOTNULL",
    ]) {
      expect(isAway(failed(code)), code).to.equal(false);
      expect(isRetryable(failed(code)), code).to.equal(false);
      expect(translate(failed(code)), code)
        .to.be.instanceOf(StoreQueryError)
        .and.to.include({ driverCode: code });
    }
  });

  it("is retryable if it is a lock", () => {
    for (const code of ["ER_LOCK_DEADLOCK", "ER_LOCK_WAIT_TIMEOUT", "SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT"]) {
      expect(isRetryable(failed(code)), code).to.equal(true);
      expect(isAway(failed(code)), code).to.equal(false);
    }
  });

  it("names the unique key, whatever the driver", () => {
    const cases = [
      [
        "ER_DUP_ENTRY",
        "Duplicate entry '7' for key 'phone_mappings.uq_phone_mappings__real_phone'",
        "real_phone",
      ],
      ["ER_DUP_ENTRY", "Duplicate entry 'x' for key 'uq_call_logs__call_id'", "call_id"],
      ["ER_DUP_ENTRY", "Duplicate entry 'for key 'a'' for key 'locks.PRIMARY'", "PRIMARY"],
      ["SQLITE_CONSTRAINT_UNIQUE", "UNIQUE constraint failed: phone_mappings.fake_phone", "fake_phone"],
      ["SQLITE_CONSTRAINT_PRIMARYKEY", "UNIQUE constraint failed: locks.name", "name"],
    ] as const;
    for (const [code, message, key] of cases) {
      expect(duplicateKey(failed(code, message))).to.equal(key);
      expect(duplicateKey(translate(failed(code, message)))).to.equal(key);
    }
    expect(duplicateKey(failed("ER_PARSE_ERROR"))).to.equal(null);
    expect(duplicateKey(new Error("other"))).to.equal(null);
  });

  it("says what is wrong with a certificate", () => {
    for (const [message, words] of [
      ["certificate has expired", "its certificate has expired"],
      [
        "Hostname/IP does not match certificate's altnames: Host: db.",
        "its certificate is for another host name",
      ],
      [
        "self-signed certificate in certificate chain",
        "its certificate is from an unknown authority: name it with ca=",
      ],
    ] as const)
      expect(translate(Object.assign(new Error(message), { code: "HANDSHAKE_SSL_ERROR" })))
        .to.have.property("message")
        .that.equals(`The database is unavailable (HANDSHAKE_SSL_ERROR: ${words}).`);
  });

  it("never contains a phone number", () => {
    for (const code of ["ER_DUP_ENTRY", "ECONNRESET", "ER_PARSE_ERROR"]) {
      const told = translate(failed(code));
      expect(JSON.stringify(told, Object.getOwnPropertyNames(told))).not.to.contain("7900111");
    }
  });

  it("is passed through if it is not a database error", () => {
    const error = new TypeError("a defect");
    expect(translate(error)).to.equal(error);
  });
});
