import { describe, expect, test } from "vitest";
import { mayOpenSocket, mayUseCookie, ownOrigins } from "../../workers/http/own-origins.ts";
import { offeredProtocols } from "../../workers/routes/socket.ts";

const own = ownOrigins("https://standby.example/", "http://10.0.0.5:8787/v1/acme/roles");
const ours = "https://standby.example";
const reached = "http://10.0.0.5:8787";

describe("the session cookie (T11, CSRF)", () => {
  test.each([
    ["GET", null, null, true],
    ["GET", "https://evil.example", "cross-site", true],
    ["POST", null, null, false],
    ["POST", ours, null, true],
    ["POST", reached, null, true],
    ["POST", null, "same-origin", true],
    ["POST", "null", null, false],
    ["POST", "https://evil.example", "cross-site", false],
    ["POST", "https://evil.standby.example", "same-site", false],
    ["POST", "http://standby.example", null, false],
    ["POST", "https://standby.example.evil.example", null, false],
    ["POST", null, "none", false],
    ["PUT", "https://evil.example", null, false],
    ["PATCH", null, "same-site", false],
    ["DELETE", null, "cross-site", false],
  ])("%s from Origin %s, Sec-Fetch-Site %s: %s", (method, origin, fetchSite, may) => {
    expect(mayUseCookie(method, { origin, fetchSite }, own)).toBe(may);
  });
});

describe("sockets (T11, CSWSH)", () => {
  test.each([
    [null, false, true],
    [null, true, false],
    [ours, true, true],
    [ours, false, true],
    [reached, true, true],
    ["null", false, false],
    ["null", true, false],
    ["https://evil.example", false, false],
    ["https://evil.example", true, false],
  ])("Origin %s, by cookie %s: %s", (origin, byCookie, may) => {
    expect(mayOpenSocket(origin, byCookie, own)).toBe(may);
  });
});

test.each([
  [null, { standby: false }],
  ["standby.v1", { standby: true }],
  ["standby.v1, ticket.abc.def", { standby: true, ticket: "abc.def" }],
  ["ticket.abc,standby.v1", { standby: true, ticket: "abc" }],
  ["graphql-ws", { standby: false }],
])("subprotocols %s", (header, offered) => expect(offeredProtocols(header)).toEqual(offered));
