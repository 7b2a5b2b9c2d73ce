/**
 * How much fits into a text message: 160 characters of the GSM alphabet, 153 a part when there are several; one character
 * outside of it makes all of them 16 bits wide, 70 and 67 (3GPP TS 23.038, 6.2.1 and 23.040, 9.2.3.24.1).
 */
const basic = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
/** These take two places. */
const extended = new Set("^{}\\[~]|€\f");

export const mostSegments = 3;

/** Typography that phones' keyboards put in by themselves, as the GSM alphabet has it. */
const plain: Readonly<Record<string, string>> = {
  "‘": "'",
  "’": "'",
  "“": '"',
  "”": '"',
  "–": "-",
  "—": "-",
  "…": "...",
  "\u00a0": " ",
};

/** The number of parts that a text is sent in, and billed as. */
export const segmentsOf = (text: string): number => {
  let places = 0;
  for (const letter of text) {
    if (basic.has(letter)) places += 1;
    else if (extended.has(letter)) places += 2;
    else return text.length <= 70 ? 1 : Math.ceil(text.length / 67);
  }
  return places <= 160 ? 1 : Math.ceil(places / 153);
};

const fits = (text: string): boolean => segmentsOf(text) <= mostSegments;

/** Letters without the accents that the GSM alphabet does not have: a longer text in plain letters is worth more. */
const withoutAccents = (text: string): string =>
  Array.from(text, (letter) =>
    basic.has(letter) || extended.has(letter) ? letter : letter.normalize("NFD").replace(/\p{M}/gu, ""),
  ).join("");

/**
 * A text message of at most three parts. What does not fit is taken from `middle`; `before` and `after` (the mark of an
 * exercise, the link) stay whole.
 */
export const fitSms = (before: string, middle: string, after: string): string => {
  const tidy = (text: string) =>
    text.replace(/[‘’“”–—…\u00a0]/g, (letter) => plain[letter] ?? letter).replace(/\s+/g, " ");
  const parts = [before, middle, after].map(tidy);
  const whole = parts.join("");
  if (fits(whole)) return whole;
  const [head = "", body = "", tail = ""] = parts.map(withoutAccents);
  if (fits(head + body + tail)) return head + body + tail;
  const letters = [...body];
  // Parts grow with the text, so halving finds the longest beginning that fits.
  let least = 0;
  let most = letters.length;
  const cut = (length: number) => `${head}${letters.slice(0, length).join("").trimEnd()}...${tail}`;
  while (least < most) {
    const middleOf = Math.ceil((least + most) / 2);
    if (fits(cut(middleOf))) least = middleOf;
    else most = middleOf - 1;
  }
  return cut(least);
};
