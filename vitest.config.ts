import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig, type TestProjectConfiguration } from "vitest/config";

const core: TestProjectConfiguration = {
  // The actors themselves, outside workerd: for histories by the thousand (test/core/simulation).
  resolve: {
    alias: { "cloudflare:workers": new URL("./test/core/simulation/cloudflare-workers.ts", import.meta.url).pathname },
  },
  test: { name: "core", environment: "node", include: ["test/core/**/*.test.ts"] },
};

/**
 * The same core tests on Deno: `npm run test:deno` runs vitest itself under Deno. A test that starts other programs is
 * named `*.node.test.ts` and stays on Node; every other file of test/core is free of any runtime.
 */
const deno: TestProjectConfiguration = {
  test: {
    name: "deno",
    environment: "node",
    include: ["test/core/**/*.test.ts", "test/deno/**/*.test.ts"],
    exclude: ["test/core/**/*.node.test.ts"],
  },
};

/** Inside workerd, with the objects of wrangler.toml; storage is fresh for each test file. */
const workerd: TestProjectConfiguration = {
  plugins: [
    cloudflareTest({
      wrangler: { configPath: "./wrangler.toml" },
      remoteBindings: false,
      miniflare: {
        bindings: {
          // The local runtime has no jurisdictions (invariant 12).
          JURISDICTION: "",
          OPERATOR_TOKEN: "operator-token-of-the-tests",
          PASSWORD_PEPPER: "password-pepper-of-the-tests",
          PUBLIC_URL: "https://standby.test",
        },
      },
    }),
  ],
  test: { name: "workerd", include: ["test/workerd/**/*.test.ts"], testTimeout: 20_000 },
};

/** Real processes, killed and restarted; one file at a time, because each has the machine's cores to itself. */
const system: TestProjectConfiguration = {
  test: {
    name: "system",
    environment: "node",
    include: ["test/system/**/*.test.ts"],
    globalSetup: ["./test/system/harness/build.ts"],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 120_000,
  },
};

const browser: TestProjectConfiguration = {
  test: {
    name: "browser",
    environment: "node",
    include: ["test/browser/**/*.test.ts"],
    globalSetup: ["./test/system/harness/build.ts"],
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 90_000,
    // A page that shows it after two seconds is slow and not wrong.
    expect: { poll: { timeout: 10_000 } },
  },
};

export default defineConfig({
  test: { projects: "Deno" in globalThis ? [deno] : [core, workerd, system, browser] },
});
