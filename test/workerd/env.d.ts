import type { Environment } from "../../actors/kernel/environment.ts";

/** What `env` and `exports` of "cloudflare:workers" are in these tests. */
declare global {
  namespace Cloudflare {
    interface Env extends Environment {}
    interface GlobalProps {
      mainModule: typeof import("../../workers/cloudflare.ts");
    }
  }
}
