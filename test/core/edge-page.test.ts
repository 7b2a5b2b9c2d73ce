import { describe, expect, it, test } from "vitest";
import { contentType } from "../../workers/http/content-type.ts";
import { fileOf, servePage } from "../../workers/page.ts";

test.each([
  ["/index.html", "text/html; charset=utf-8"],
  ["/assets/app-1a2b.js", "text/javascript; charset=utf-8"],
  ["/assets/app-1a2b.css", "text/css; charset=utf-8"],
  ["/icon.svg", "image/svg+xml"],
  ["/manifest.webmanifest", "application/manifest+json"],
  ["/assets/font.woff2", "font/woff2"],
  ["/ALARM.MP3", "audio/mpeg"],
  ["/unknown.xyz", "application/octet-stream"],
  ["/none", "application/octet-stream"],
])("%s is %s", (path, type) => expect(contentType(path)).toBe(type));

test.each([
  ["/", "/index.html"],
  ["/alarms/alm_1", "/index.html"],
  ["/assets/app-1a2b.js", "/assets/app-1a2b.js"],
  ["/sw.js", "/sw.js"],
  ["/.env", undefined],
  ["/assets/.env", undefined],
  ["/a/../b.js", undefined],
  ["/%2e%2e/secret.txt", undefined],
  ["//host/x.js", undefined],
])("the path %s means the file %s", (path, file) => expect(fileOf(path)).toBe(file));

const settings = {
  OPERATOR_TOKEN: "",
  PASSWORD_PEPPER: "",
  PUBLIC_URL: "https://standby.example",
  JURISDICTION: "",
} as const;

/** Static files as Cloudflare serves them: no /index.html, but a redirect from it. */
const cloudflare = {
  fetch: async (input: Request | URL | string): Promise<Response> => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    if (pathname === "/index.html") return new Response(null, { status: 307, headers: { Location: "/" } });
    if (pathname === "/") return new Response("the app");
    if (pathname === "/sw.js") return new Response("self");
    return pathname === "/assets/a.js" ? new Response("let a") : new Response(null, { status: 404 });
  },
};

const get = (path: string): Promise<Response> =>
  servePage(new Request(`https://standby.example${path}`), cloudflare, settings);

describe("servePage", () => {
  it("gives the app at every address of its own, never kept unasked, never in a frame", async () => {
    const answer = await get("/alarms/alm_1");
    expect([answer.status, await answer.text()]).toEqual([200, "the app"]);
    expect(answer.headers.get("Cache-Control")).toBe("no-cache");
    expect(answer.headers.get("Content-Security-Policy")).toContain("frame-ancestors 'none'");
    expect(answer.headers.get("Content-Security-Policy")).toContain("default-src 'self'");
    expect(answer.headers.get("Strict-Transport-Security")).toMatch(/max-age=/);
    expect(answer.headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(answer.headers.get("Referrer-Policy")).toBe("no-referrer");
  });

  it("lets files with a hash in their name be kept forever", async () => {
    const answer = await get("/assets/a.js");
    expect(answer.headers.get("Content-Type")).toBe("text/javascript; charset=utf-8");
    expect(answer.headers.get("Cache-Control")).toContain("immutable");
  });

  it("gives the service worker at the root, as a script, and asks for it anew each time", async () => {
    const answer = await get("/sw.js");
    expect(answer.status).toBe(200);
    // A browser takes no worker of another type, and would hold on to an old one for as long as it may be kept.
    expect(answer.headers.get("Content-Type")).toBe("text/javascript; charset=utf-8");
    expect(answer.headers.get("Cache-Control")).toBe("no-cache");
  });

  it("answers a missing file with the same 404 as any missing thing", async () => {
    const answer = await get("/assets/b.js");
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code: "not_found" });
  });
});
