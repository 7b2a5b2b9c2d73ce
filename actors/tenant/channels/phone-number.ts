/** Countries whose national numbers begin with a 0 that falls away, by the tenant's time zone. */
const countryOf: Readonly<Record<string, string>> = {
  "Europe/Amsterdam": "31",
  "Europe/Brussels": "32",
  "Europe/Berlin": "49",
  "Europe/Paris": "33",
};

/**
 * A telephone number as providers take it: E.164, `+` and 8 to 15 digits. Undefined when that cannot be told without guessing:
 * a national number in a country that we do not know must not reach a stranger.
 */
export const toE164 = (written: string, timeZone: string): string | undefined => {
  // "(0)" is how national and international form are written in one.
  const digits = written.replace(/\(0\)/, "").replace(/[ ().-]/g, "");
  const country = countryOf[timeZone];
  let number: string | undefined;
  if (digits.startsWith("+")) number = digits.slice(1);
  else if (digits.startsWith("00")) number = digits.slice(2);
  else if (digits.startsWith("0") && country !== undefined) number = country + digits.slice(1);
  return number !== undefined && /^[1-9][0-9]{7,14}$/.test(number) ? `+${number}` : undefined;
};
