import { html, raw } from "hono/html";
import type { AnswerLink } from "../../protocol/channels.ts";
import type { Locale } from "../../protocol/people.ts";
import { Response as Answer, type Kind } from "../../protocol/terms.ts";
import { pageWords } from "./words.ts";

type Markup = ReturnType<typeof html>;

/** Large targets and strong contrast: it is read in a hurry, on a small screen, perhaps outdoors. Nothing is loaded. */
const style = `
:root { color-scheme: light dark; font: 1.125rem/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 34rem; padding: 1rem; color: #111; background: #fff; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0.5rem 0; overflow-wrap: anywhere; }
p, li { overflow-wrap: anywhere; white-space: pre-line; }
.mark { background: #ffd500; color: #111; border: 4px solid #111; font-weight: 700; font-size: 1.5rem; padding: 0.5rem 1rem; text-align: center; }
.exercise body, .test body { border: 8px dashed #b38600; min-height: 90vh; }
fieldset { border: 0; margin: 0; padding: 0; }
legend, label { font-weight: 700; }
button { display: block; width: 100%; min-height: 3.5rem; margin: 0.75rem 0; font: inherit; font-weight: 700; border: 2px solid #111; border-radius: 0.5rem; background: #fff; color: #111; }
button[value="coming"] { background: #0a5c2b; color: #fff; }
button[value="notComing"] { background: #8c1c13; color: #fff; }
input { display: block; box-sizing: border-box; width: 100%; min-height: 3rem; margin: 0.25rem 0 1rem; padding: 0 0.5rem; font: inherit; border: 2px solid #555; border-radius: 0.5rem; background: #fff; color: #111; }
[hidden] { display: none !important; }
:focus-visible { outline: 4px solid #0b57d0; outline-offset: 2px; }
small { font-weight: 400; }
@media (prefers-color-scheme: dark) { body { background: #111; color: #eee; } :focus-visible { outline-color: #8ab4f8; } }
`;

const document = (
  locale: Locale,
  title: string,
  kind: Kind,
  nonce: string,
  body: Markup,
): Markup => html`<!doctype html>
<html lang="${locale}" class="${kind}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="robots" content="noindex">
    <title>${title}</title>
    <style nonce="${nonce}">${raw(style)}</style>
  </head>
  <body>
    <main>${body}</main>
  </body>
</html>`;

/** The mark of what is not real comes before everything else, for eyes and for screen readers (I9). */
const marked = (locale: Locale, kind: Kind): Markup | string =>
  kind === "actual" ? "" : html`<p class="mark">${pageWords[locale].mark[kind]}</p>`;

const titled = (locale: Locale, kind: Kind, title: string): string =>
  kind === "actual" ? title : `${pageWords[locale].mark[kind]}: ${title}`;

/** The first button is what the Enter key in a field presses: it must not answer for the person. */
const noDefault = "<button disabled hidden></button>";

/** What the link asks: a form that works without any script. */
export const askPage = (link: AnswerLink, nonce: string): Markup => {
  const { locale, kind } = link;
  const words = pageWords[locale];
  const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", timeZone: link.timeZone });
  const tasks =
    link.instructions === undefined
      ? ""
      : html`<h2>${words.tasks}</h2><ul>${link.instructions.map((text) => html`<li>${text}</li>`)}</ul>`;
  return document(
    locale,
    titled(locale, kind, link.title),
    kind,
    nonce,
    html`${marked(locale, kind)}
      <p>${link.organisation} · ${words.raised} <time datetime="${link.raisedAt}">${clock.format(new Date(link.raisedAt))}</time></p>
      <h1>${link.title}</h1>
      ${link.message === undefined ? "" : html`<p>${link.message}</p>`}
      ${tasks}
      <form method="post">
        <fieldset>
          <legend>${words.question}</legend>
          ${raw(noDefault)}
          ${Answer.options.map((response) => html`<button name="response" value="${response}">${words.responses[response]}</button>`)}
        </fieldset>
        <label for="eta">${words.eta} <small>(${words.optional})</small></label>
        <input id="eta" name="etaMinutes" inputmode="numeric" pattern="[0-9]{1,3}" maxlength="3" autocomplete="off">
        <label for="text">${words.text} <small>(${words.optional})</small></label>
        <input id="text" name="text" maxlength="500" autocomplete="off">
      </form>
      <p>${words.once}</p>`,
  );
};

export const thanksPage = (locale: Locale, kind: Kind, response: Answer, nonce: string): Markup => {
  const words = pageWords[locale];
  const title = titled(locale, kind, words.thanks);
  return document(
    locale,
    title,
    kind,
    nonce,
    html`${marked(locale, kind)}<h1>${words.thanks}</h1><p role="status">${words.noted(response)}</p><p>${words.open}</p>`,
  );
};

/** Nothing is known of whoever holds a dead link, not even a language: it says so in both. */
export const gonePage = (first: Locale, nonce: string): Markup => {
  const second: Locale = first === "nl" ? "en" : "nl";
  const part = (locale: Locale) =>
    html`<section lang="${locale}"><h1>${pageWords[locale].goneTitle}</h1><p>${pageWords[locale].gone}</p></section>`;
  return document(first, pageWords[first].goneTitle, "actual", nonce, html`${part(first)}${part(second)}`);
};

export const wrongPage = (locale: Locale, kind: Kind, nonce: string): Markup => {
  const words = pageWords[locale];
  return document(
    locale,
    titled(locale, kind, words.wrongTitle),
    kind,
    nonce,
    html`${marked(locale, kind)}<h1>${words.wrongTitle}</h1><p role="alert">${words.wrong}</p><p><a href="">${words.back}</a></p>`,
  );
};
