import { tenantStub } from "../../actors/kernel/stubs.ts";
import { LinkAnswer } from "../../protocol/channels.ts";
import type { Locale } from "../../protocol/people.ts";
import { linkOf } from "../http/answer-link.ts";
import type { EdgeRequest } from "../http/edge-request.ts";
import { readAnyBytes } from "../http/read-body.ts";
import { askPage, gonePage, thanksPage, wrongPage } from "./page.ts";

/** A form of three short fields. */
const formBytes = 8 * 1024;

/**
 * Nothing may be loaded, run or framed; the form goes here and nowhere else. The address is the key to the answer: no cache may
 * keep the page, no link may carry the address on, no search engine may list it.
 */
const headers = (nonce: string): Record<string, string> => ({
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
  "Cache-Control": "no-store",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Robots-Tag": "noindex",
});

type Make = (nonce: string) => string | { toString(): string } | Promise<{ toString(): string }>;

const page = async (status: number, make: Make): Promise<Response> => {
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
  return new Response(String(await make(nonce)), { status, headers: headers(nonce) });
};

/** The first language that a browser asks for and we have. */
const preferred = (request: Request): Locale => {
  const asked = (request.headers.get("Accept-Language") ?? "").toLowerCase().split(",");
  const found = asked.map((part) => part.trim().slice(0, 2)).find((language) => language === "nl" || language === "en");
  return found === "en" ? "en" : "nl";
};

const gone = (request: Request): Promise<Response> => page(410, (nonce) => gonePage(preferred(request), nonce));

/** Looking uses nothing up and counts as nothing: mail scanners look at every link before a person does. */
export const showAnswerPage = async (edge: EdgeRequest): Promise<Response> => {
  const link = await linkOf(edge);
  const shown = link === undefined ? undefined : await tenantStub(edge.env, link.tenantId).answerLink(link.sendId);
  if (shown === undefined || !shown.ok) return gone(edge.request);
  return page(200, (nonce) => askPage(shown.value, nonce));
};

/** What a form sends: empty fields are fields that were left out. */
const decodeForm = (bytes: Uint8Array): LinkAnswer | undefined => {
  const form = new URLSearchParams(new TextDecoder().decode(bytes));
  const eta = form.get("etaMinutes")?.trim() ?? "";
  const text = form.get("text")?.trim() ?? "";
  const answer = LinkAnswer.safeParse({
    response: form.get("response"),
    ...(eta === "" ? {} : { etaMinutes: /^\d{1,3}$/.test(eta) ? Number(eta) : eta }),
    ...(text === "" ? {} : { text }),
  });
  return answer.success ? answer.data : undefined;
};

export const takeAnswerForm = async (edge: EdgeRequest): Promise<Response> => {
  const link = await linkOf(edge);
  if (link === undefined) return gone(edge.request);
  const tenant = tenantStub(edge.env, link.tenantId);
  const bytes = await readAnyBytes(edge.request, formBytes);
  const answer = bytes.ok ? decodeForm(bytes.value) : undefined;
  if (answer === undefined) {
    const shown = await tenant.answerLink(link.sendId);
    if (!shown.ok) return gone(edge.request);
    return page(422, (nonce) => wrongPage(shown.value.locale, shown.value.kind, nonce));
  }
  const answered = await tenant.answerByLink(link.sendId, answer);
  if (!answered.ok) return gone(edge.request);
  const { locale, kind, response } = answered.value;
  return page(200, (nonce) => thanksPage(locale, kind, response, nonce));
};
