import { join } from "node:path";
import { build, defineConfig, type Plugin } from "vite";

/**
 * The service worker in one file at a name that never changes: browsers look for a newer one at the address of the old, and a
 * classic worker, which all of them know, loads no other modules.
 */
const serviceWorker = (): Plugin => ({
  name: "service-worker",
  apply: "build",
  async generateBundle() {
    const built = await build({
      configFile: false,
      root: import.meta.dirname,
      logLevel: "warn",
      publicDir: false,
      build: {
        write: false,
        target: "es2023",
        rolldownOptions: {
          input: join(import.meta.dirname, "push/worker.ts"),
          output: { format: "iife", entryFileNames: "sw.js" },
        },
      },
    });
    const outputs = Array.isArray(built) ? built : [built];
    for (const made of outputs)
      if ("output" in made)
        for (const file of made.output)
          if (file.type === "chunk") this.emitFile({ type: "asset", fileName: file.fileName, source: file.code });
  },
});

/**
 * The page: everything in dist/web, with hashed names under /assets. No file is inlined, because the page is served with a
 * Content-Security-Policy that allows nothing but its own files (no `data:`, no inline script or style).
 */
export default defineConfig({
  root: import.meta.dirname,
  base: "/",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [serviceWorker()],
  build: {
    outDir: "../../dist/web",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2023",
  },
});
