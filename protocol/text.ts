import * as z from "zod";

const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** One line a person reads: not blank, no control characters. */
export const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((s) => s.trim() !== "" && !control.test(s) && !/[\r\n]/.test(s), "must be one line of text");

/** Several lines a person reads. */
export const paragraph = (max: number) =>
  z
    .string()
    .max(max)
    .refine((s) => !control.test(s), "must not hold control characters");
