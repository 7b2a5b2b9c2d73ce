import { defineConfig } from "vite";

/**
 * The page: everything in dist/web, with hashed names under /assets. No file is inlined, because the page is served with a
 * Content-Security-Policy that allows nothing but its own files (no `data:`, no inline script or style).
 */
export default defineConfig({
  root: import.meta.dirname,
  base: "/",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../../dist/web",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2023",
  },
});
