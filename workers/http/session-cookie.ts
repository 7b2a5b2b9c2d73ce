import { parse, serialize } from "hono/utils/cookie";

/** `__Host-`: only this host over a secure connection can have set it (threats.md 1). */
export const sessionCookieName = "__Host-standby";

const attributes = { path: "/", secure: true, httpOnly: true, sameSite: "Strict" } as const;

/** The token that came in the cookie. */
export const cookieToken = (headers: Headers): string | undefined => {
  const given = headers.get("Cookie");
  return given === null ? undefined : parse(given, sessionCookieName)[sessionCookieName];
};

/** @param expiresAt milliseconds since 1970 */
export const sessionCookie = (token: string, expiresAt: number): string =>
  serialize(sessionCookieName, token, { ...attributes, expires: new Date(expiresAt) });

export const endedCookie = (): string => serialize(sessionCookieName, "", { ...attributes, maxAge: 0 });
