import { nanoid } from "nanoid";

/** A new id: `<prefix>_` and 96 random bits. The prefix is for people who read logs; nothing may parse it. */
export const newId = (
  prefix:
    | "tnt"
    | "usr"
    | "rol"
    | "sit"
    | "zon"
    | "scn"
    | "int"
    | "alm"
    | "ses"
    | "dev"
    | "evt"
    | "snd"
    | "con"
    | "lws"
    | "tpl"
    | "inc"
    | "not"
    | "mus"
    | "rcl"
    | "shf"
    | "ofr"
    | "wkt"
    | "ksk"
    | "stf"
    | "cov"
    | "axc"
    | "cal"
    | "cfd"
    | "cnv"
    | "msg"
    | "pho",
): string => `${prefix}_${nanoid(16)}`;

/** A secret of 192 random bits in url-safe characters. */
export const newSecret = (): string => nanoid(32);
