import type { CalendarFailure } from "../../../protocol/availability.ts";
import { limits } from "../../../protocol/limits.ts";
import type { Ways } from "../channels/adapters/outgoing.ts";
import { wayOut } from "../channels/way-out.ts";

/** What an address answered. */
export type Fetched =
  | { is: "text"; text: string; etag?: string }
  | { is: "unchanged" }
  | { is: "failed"; failure: CalendarFailure };

const failed = (failure: CalendarFailure): Fetched => ({ is: "failed", failure });

/** The text, or undefined when it is longer than a calendar may be. */
const textOf = async (response: Response): Promise<string | undefined> => {
  if (response.body === null) return "";
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > limits.calendarBytes) {
      await reader.cancel().catch(() => undefined);
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
};

const failureOf = (status: number): CalendarFailure => {
  if (status === 401 || status === 403) return "notAuthorized";
  if (status === 404 || status === 410) return "notFound";
  return status >= 500 || status === 429 ? "serverDown" : "refused";
};

/**
 * Reads a calendar's address. T19: it was typed in by a person, so it goes to public names and to hosts named for calendars and nowhere else,
 * each time and after each redirect; nothing of the answer but its calendar comes back. Never throws.
 */
export const fetchCalendar = async (ways: Ways, url: string, etag: string | undefined): Promise<Fetched> => {
  const signal = AbortSignal.timeout(limits.calendarTimeoutMs);
  let address = url;
  try {
    for (let turn = 0; turn <= limits.calendarRedirects; turn += 1) {
      const { way } = wayOut(address, ways.privateHosts);
      const line = way === "public" ? ways.public : way === "private" ? ways.private : undefined;
      if (line === undefined) return failed("addressRefused");
      const response = await line(address, {
        method: "GET",
        redirect: "manual",
        signal,
        headers: { Accept: "text/calendar", ...(etag === undefined ? {} : { "If-None-Match": etag }) },
      });
      const next = response.headers.get("location");
      if (response.status === 304) {
        await response.body?.cancel();
        return { is: "unchanged" };
      }
      if (response.status >= 300 && response.status < 400) {
        await response.body?.cancel();
        if (next === null || !URL.canParse(next, address)) return failed("redirected");
        address = new URL(next, address).href;
        continue;
      }
      if (response.status !== 200) {
        await response.body?.cancel();
        return failed(failureOf(response.status));
      }
      const text = await textOf(response);
      if (text === undefined) return failed("tooLarge");
      const tag = response.headers.get("etag");
      return { is: "text", text, ...(tag === null || tag.length > 500 ? {} : { etag: tag }) };
    }
    return failed("redirected");
  } catch {
    // What the line says of the failure may hold the address, which is a secret (T22).
    return failed(signal.aborted ? "timeout" : "unreachable");
  }
};
