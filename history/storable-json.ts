/**
 * JSON that libSQL can store. Half a surrogate pair (a text cut in the middle of an emoji) has no UTF-8: sqld refuses the
 * whole request, or, when it comes in by an escape, can never read the row again. It becomes U+FFFD.
 */
export const storableJson = (value: unknown): string => {
  const json = JSON.stringify(value);
  // JSON.stringify escapes lone surrogates and nothing else beyond ASCII's control characters; they are rare.
  if (!/\\ud[89a-f]/.test(json)) return json;
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === "string" ? inner.toWellFormed() : inner));
};
