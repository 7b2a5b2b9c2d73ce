import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Debian's Chromium; `CHROMIUM` names another one. */
const chromiumPath = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Why no browser test can run here, or undefined when they can. */
export function missingChromium(): string | undefined {
  return existsSync(chromiumPath) ? undefined : `no Chromium at ${chromiumPath} (install it or set CHROMIUM)`;
}

/**
 * Starts a headless Chromium with a new, empty profile, which playwright removes again when the browser is closed. It
 * neither updates itself nor talks to anybody but the pages under test. Close it in `afterAll`.
 */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    headless: true,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
