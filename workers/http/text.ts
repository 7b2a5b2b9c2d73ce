import { common } from "./answers.ts";

interface TextOptions {
  /** The browser keeps it as a file of this name. */
  fileName?: string;
  /** A page with a style sheet of its own in it. Nothing else of a page may come along: no script, no frame, no form. */
  inlineStyle?: true;
}

const policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** A 200 that is no JSON. */
export const text = (type: string, body: string, { fileName, inlineStyle }: TextOptions = {}): Response =>
  new Response(body, {
    headers: {
      "Content-Type": type,
      "Content-Security-Policy": inlineStyle === true ? `${policy}; style-src 'unsafe-inline'` : policy,
      ...(fileName === undefined ? {} : { "Content-Disposition": `attachment; filename="${fileName}"` }),
      ...common,
    },
  });
