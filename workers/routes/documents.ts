import { asyncApiDocument } from "../../protocol/documents/asyncapi.ts";
import { openApiDocument } from "../../protocol/documents/openapi.ts";
import { sessionCookieName } from "../http/session-cookie.ts";

const makers: Readonly<Record<string, (serverUrl: string) => object>> = {
  "/v1/openapi.json": (serverUrl) => openApiDocument({ serverUrl, sessionCookie: sessionCookieName }),
  "/v1/asyncapi.json": (serverUrl) => asyncApiDocument({ serverUrl }),
};

export const documentPaths: readonly string[] = Object.keys(makers);

const texts = new Map<string, string>();

/**
 * The API's own description, generated from the schemas that requests are checked with. Made when it is first asked for: it
 * takes longer than anything else here, and most isolates never need it.
 */
export const serveDocument = (path: string, publicUrl: string): Response => {
  const key = `${publicUrl} ${path}`;
  const text = texts.get(key) ?? JSON.stringify(makers[path]?.(publicUrl.replace(/\/+$/, "")), null, 2);
  texts.set(key, text);
  return new Response(text, {
    headers: { "Content-Type": "application/json", "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff" },
  });
};
