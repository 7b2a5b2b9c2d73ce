import { z } from "zod";

/**
 * zod tries `new Function` when the first schema is made; the Content-Security-Policy refuses it and browsers report that.
 * So this is imported before any module that makes a schema.
 */
z.config({ jitless: true });
