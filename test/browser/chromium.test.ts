import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "./chromium.ts";

const server = createServer((_request, response) => response.setHeader("content-type", "text/html").end("<p>up</p>"));
let address = "";

beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

afterAll(() => {
  server.close();
});

async function visit(): Promise<number> {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(address);
    return await page.evaluate(() => {
      const visits = Number(localStorage.getItem("visits") ?? "0") + 1;
      localStorage.setItem("visits", String(visits));
      return visits;
    });
  } finally {
    await browser.close();
  }
}

test("each Chromium starts with an empty profile", async () => {
  expect(await visit()).toBe(1);
  expect(await visit()).toBe(1);
});
