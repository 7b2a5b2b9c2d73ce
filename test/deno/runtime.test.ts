import { expect, test } from "vitest";

// Without this, the whole layer could run on Node and still look green.
test("this layer runs on Deno", () => {
  expect(navigator.userAgent).toMatch(/^Deno\/2\./);
});
