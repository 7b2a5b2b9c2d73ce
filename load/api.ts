/**
 * The StandBy API as a stranger would call it, written against the wire alone: it asks of an answer only the fields it
 * uses, so that a measurement goes on working when answers grow.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { z } from "zod";

/** `unavailable` and `rate_limited` mean that nothing was done: such a call is made again, this often. */
const TRIES = 10;

export class Api {
  readonly base: string;
  readonly #token: string | undefined;

  /** @param base of the installation, such as `http://127.0.0.1:8787` */
  constructor(base: string, token?: string) {
    this.base = base.replace(/\/$/, "");
    this.#token = token;
  }

  as(token: string): Api {
    return new Api(this.base, token);
  }

  /**
   * @param path below `/v1`
   * @throws Error with status and problem when the answer is not a 2xx, or is not what the schema says
   */
  async call<T>(method: string, path: string, answer: z.ZodType<T>, body?: unknown): Promise<T> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const response = await this.#send(method, path, text);
    return answer.parse(await response.json());
  }

  async #send(method: string, path: string, body: string | undefined): Promise<Response> {
    for (let attempt = 1; ; attempt++) {
      const response = await fetch(`${this.base}/v1${path}`, {
        method,
        headers: {
          ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body }),
      });
      if (response.ok) return response;
      const problem = await response.text();
      const again = (response.status === 429 || response.status === 503) && attempt < TRIES;
      if (!again) throw new Error(`${method} /v1${path} answered ${response.status}: ${problem.slice(0, 500)}`);
      await pause(Number(response.headers.get("retry-after") ?? 1) * 1000);
    }
  }
}
