/**
 * `cloudflare:workers` for tests that run the actors outside workerd (vitest.config.ts, alias of the project `core`): the base
 * class and nothing else, as design §7 allows.
 */
export abstract class DurableObject<Env = unknown> {
  protected ctx: unknown;
  protected env: Env;

  constructor(ctx: unknown, env: Env) {
    this.ctx = ctx;
    this.env = env;
  }
}
