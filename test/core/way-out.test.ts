// Which way an outgoing request takes (T19): decided by the address alone. What a public name resolves to is held back by
// the network itself (workerd-config.test.ts has its rule), which is not tried here.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readPrivateHosts, wayOut } from "../../actors/tenant/channels/way-out.ts";

const none: ReadonlySet<string> = new Set();

describe("T19: an address that somebody typed in", () => {
  test.each([
    "https://fcm.googleapis.com/fcm/send/abc:def",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
    "https://web.push.apple.com/QGb",
    "https://wns2-par02p.notify.windows.com/w/?token=BQYA",
    "https://push.example.org:8443/up",
    "https://PUSH.example.org/",
  ])("%s goes out", (address) => {
    expect(wayOut(address, none)).toEqual({ way: "public" });
  });

  test.each([
    ["http://push.example.org/", "notHttps"],
    ["ftp://push.example.org/", "notHttps"],
    ["javascript:alert(1)", "notHttps"],
    ["file:///etc/passwd", "notHttps"],
    ["https://127.0.0.1/", "ipAddress"],
    ["https://2130706433/", "ipAddress"],
    ["https://0x7f.1/", "ipAddress"],
    ["https://0177.0.0.1/", "ipAddress"],
    ["https://169.254.169.254/latest/meta-data/", "ipAddress"],
    ["https://8.8.8.8/", "ipAddress"],
    ["https://8.8.8.8./", "ipAddress"],
    ["https://[::1]/", "ipAddress"],
    ["https://[::ffff:10.0.0.1]/", "ipAddress"],
    ["https://１２７.0.0.1/", "ipAddress"],
    ["https://localhost/", "privateName"],
    ["https://LOCALHOST./", "privateName"],
    ["https://sqld/", "privateName"],
    ["https://printer.local/", "privateName"],
    ["https://metadata.google.internal/", "privateName"],
    ["https://metadata.google.internal./", "privateName"],
    ["https://router.home.arpa/", "privateName"],
    ["https://a.localhost/", "privateName"],
    ["https://intranet.corp/", "privateName"],
    ["https://user:secret@push.example.org/", "credentials"],
    ["https://push.example.org@10.0.0.1/", "credentials"],
    ["push.example.org", "notAnAddress"],
    ["", "notAnAddress"],
  ])("%s does not, because: %s", (address, reason) => {
    expect(wayOut(address, none)).toEqual({ way: "none", reason });
  });

  test("no four numbers in any notation go out, nor any name without a dot", () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const written = fc.constantFrom(
      (n: number) => String(n),
      (n: number) => `0x${n.toString(16)}`,
      (n: number) => `0${n.toString(8)}`,
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(octet, written), { minLength: 1, maxLength: 4 }), (parts) => {
        const host = parts.map(([value, write]) => write(value)).join(".");
        expect(wayOut(`https://${host}/`, none).way).toBe("none");
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9-]{1,30}$/), (label) => {
        expect(wayOut(`https://${label}/`, none).way).toBe("none");
      }),
    );
  });
});

describe("hosts that the operator named", () => {
  const hosts = readPrivateHosts(" 127.0.0.1:9099 , SMS.intern:443,[fd00::1]:8080 ,") ?? none;

  test("are read as a list", () => {
    expect([...hosts]).toEqual(["127.0.0.1:9099", "sms.intern:443", "[fd00::1]:8080"]);
    expect(readPrivateHosts("")).toEqual(new Set());
  });

  test.each([
    "http://127.0.0.1:9099/send",
    "https://127.0.0.1:9099/send?a=b",
    "https://sms.intern/",
    "https://SMS.INTERN:443/",
    "http://[fd00::1]:8080/",
  ])("%s has its own way", (address) => {
    expect(wayOut(address, hosts)).toEqual({ way: "private" });
  });

  test.each([
    "http://127.0.0.1:9098/",
    "http://127.0.0.1/",
    "http://sms.intern/",
    "https://sms.intern:8443/",
    "https://sms.intern./",
    "https://not-sms.intern.example:443@127.0.0.1:9099/",
  ])("%s has not: another port, name or a user is another host", (address) => {
    expect(wayOut(address, hosts).way).not.toBe("private");
  });

  test.each([
    "localhost",
    "localhost:0",
    "localhost:70000",
    "http://localhost:80",
    "localhost:80/path",
    "u@localhost:80",
    "127.1:80",
    "*:80",
    "::1:80",
  ])("%j is refused", (text) => {
    expect(readPrivateHosts(text)).toBeUndefined();
  });
});
