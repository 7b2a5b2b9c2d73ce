/** What a browser says about where a request comes from; null where it (or another program) says nothing. */
export interface Provenance {
  /** `Sec-Fetch-Site`: the browser's own judgement, which no page can forge. */
  fetchSite: string | null;
  /** `Origin`. Never equal to one of ours when it is the opaque `null`. */
  origin: string | null;
}

export const provenanceOf = (headers: Headers): Provenance => ({
  fetchSite: headers.get("Sec-Fetch-Site"),
  origin: headers.get("Origin"),
});

/** Origins that pages of this installation have: the address it is known by, and the one it was reached by. */
export const ownOrigins = (publicUrl: string, requestUrl: string): readonly string[] => [
  new URL(publicUrl).origin,
  new URL(requestUrl).origin,
];

const safeMethods = new Set(["GET", "HEAD"]);

/**
 * Whether a request may use the session cookie, which browsers send along by themselves (T11, CSRF): reading always, since
 * other origins cannot read the answer; changing only from our own pages.
 */
export const mayUseCookie = (method: string, from: Provenance, own: readonly string[]): boolean =>
  safeMethods.has(method) || from.fetchSite === "same-origin" || (from.origin !== null && own.includes(from.origin));

/**
 * Whether a WebSocket may be opened from there (T11, CSWSH). The same-origin policy does not hold for WebSockets, and
 * browsers always send Origin with them: without one it is another kind of client, and those do not live off the cookie.
 */
export const mayOpenSocket = (origin: string | null, byCookie: boolean, own: readonly string[]): boolean =>
  origin === null ? !byCookie : own.includes(origin);
