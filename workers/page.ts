import type { Settings } from "../actors/kernel/environment.ts";
import { problem } from "./http/answers.ts";
import { contentType } from "./http/content-type.ts";

const shell = "/index.html";

/** Nothing from elsewhere runs, and nobody may put the page into a frame of theirs (T11). */
const policy =
  "default-src 'self'; connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/** Names that vite gives to built files; anything else (dot files, escapes, `..`) is not asked for. */
const filePath = /^(?:\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+$/;

/** The file that a path means: itself when it has an extension, else the app, which has addresses of its own. */
export const fileOf = (path: string): string | undefined => {
  const last = path.slice(path.lastIndexOf("/") + 1);
  if (!last.includes(".")) return shell;
  return filePath.test(path) ? path : undefined;
};

const headersOf = (file: string, settings: Settings): Headers => {
  const headers = new Headers({
    "Content-Type": contentType(file),
    // Files under /assets/ carry a hash of their content in their names.
    "Cache-Control": file.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
    "Content-Security-Policy": policy,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
  });
  if (settings.PUBLIC_URL.startsWith("https:")) headers.set("Strict-Transport-Security", "max-age=31536000");
  return headers;
};

/** The app: its files, and `index.html` for the addresses it makes up itself. */
export const servePage = async (
  request: Request,
  assets: Fetcher | undefined,
  settings: Settings,
): Promise<Response> => {
  const file = fileOf(new URL(request.url).pathname);
  if (assets === undefined || file === undefined) return problem({ code: "not_found" });
  const ask = (path: string) =>
    assets.fetch(new Request(new URL(path, request.url), { method: request.method, redirect: "manual" }));
  let found = await ask(file);
  // Cloudflare's static files answer /index.html with a redirect to /; workerd's disk service has no index for a folder.
  if (file === shell && found.status >= 300 && found.status < 400) found = await ask("/");
  if (!found.ok) return problem({ code: "not_found" });
  return new Response(found.body, { status: 200, headers: headersOf(file, settings) });
};
