/**
 * The part of `node:crypto` that server code may use, all of it present on workerd (nodejs_compat) and on Deno: scrypt, which
 * has no web-standard counterpart (design §8), and the hashes, which `crypto.subtle` offers only asynchronously.
 */
declare module "node:crypto" {
  interface ScryptOptions {
    /** CPU and memory cost, a power of two. */
    readonly N?: number;
    /** Block size. */
    readonly r?: number;
    /** Parallelization. */
    readonly p?: number;
    /** Bytes of memory that may be used; must exceed 128 * N * r. */
    readonly maxmem?: number;
  }
  export function scrypt(
    password: string | Uint8Array,
    salt: string | Uint8Array,
    keyLengthBytes: number,
    options: ScryptOptions,
    callback: (error: Error | null, key: Uint8Array) => void,
  ): void;
  interface Digest {
    update(data: string | Uint8Array): Digest;
    digest(encoding: "base64url" | "hex"): string;
  }
  /** Synchronous, so that a check of a token needs no await between reading and deciding. */
  export function createHash(algorithm: "sha256"): Digest;
  export function createHmac(algorithm: "sha256", key: string | Uint8Array): Digest;
  /** Throws a RangeError when the lengths differ. */
  export function timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean;
}
