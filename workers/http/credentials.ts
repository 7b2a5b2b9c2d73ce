import { hashSecret, sameText } from "../../actors/kernel/hashes.ts";
import { cookieToken } from "./session-cookie.ts";

export interface GivenToken {
  token: string;
  byCookie: boolean;
}

const bearer = /^Bearer +([^\s]+) *$/i;

/** The token of a request. The header counts before the cookie: whoever sets it means it. */
export const givenToken = (headers: Headers): GivenToken | undefined => {
  const authorization = headers.get("Authorization");
  if (authorization !== null) {
    const token = bearer.exec(authorization)?.[1];
    return token === undefined ? undefined : { token, byCookie: false };
  }
  const token = cookieToken(headers);
  return token === undefined ? undefined : { token, byCookie: true };
};

/** Compared as hashes, so that the time tells neither content nor length of the operator's token. */
export const isOperator = (headers: Headers, operatorToken: string): boolean => {
  const given = givenToken(headers);
  return given !== undefined && !given.byCookie && sameText(hashSecret(given.token), hashSecret(operatorToken));
};
