import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { limits } from "../../protocol/limits.ts";
import type { CodecModules } from "../../workers/photo/codecs.ts";
import { encodePhoto } from "../../workers/photo/encode-photo.ts";
import { readHeader } from "../../workers/photo/header.ts";
import { orientationOf } from "../../workers/photo/orientation.ts";
import { inflatedBytes, pngData } from "../../workers/photo/png-header.ts";
import {
  bytesOf,
  canvas,
  chunk,
  frame,
  jpeg,
  lossless,
  lossy,
  png,
  riff,
  riffChunk,
  type Size,
  scan,
  scanned,
  segment,
  tiff,
  u32,
} from "../photos/header-samples.ts";

/**
 * Proves that what a picture says of itself is read without decoding it, and that whatever else comes (any bytes, a picture cut off
 * anywhere, one with bytes changed) is answered by a header or by "no picture", never by an exception, and quickly (T15); that a header hands on
 * nothing behind the picture's end and, of a PNG, no text or profile (I7); and that what says it has too many pixels, or none, is refused
 * before a decoder is touched. Does not prove that
 * decoders agree with the headers: test/system/photos.test.ts sends pictures and bombs to a running server.
 */

const size: Size = { width: 1_200, height: 900 };

const pictures: Record<string, Uint8Array> = {
  "a baseline JPEG": jpeg(size),
  "a progressive JPEG in ten passes": jpeg(size, { marker: 0xc2, scans: 10 }),
  "a grey JPEG": jpeg(size, { components: 1 }),
  "a PNG": png(size),
  "a WebP with loss": riff(lossy(size)),
  "a WebP without loss": riff(lossless(size)),
  "an extended WebP": riff(canvas(size), lossy(size), riffChunk("EXIF", tiff(6))),
};

describe("what a picture says of itself", () => {
  test.each(Object.entries(pictures))("%s: its size, and nothing behind its end", (_, bytes) => {
    const header = readHeader(bytesOf(bytes, "<script>CANARY</script>"));
    expect(header).toMatchObject(size);
    expect(header?.picture).toEqual(bytes);
  });

  test("of any size that its format can say", () => {
    const side = (most: number) => fc.integer({ min: 1, max: most });
    const sizes = (most: number) => fc.record({ width: side(most), height: side(most) });
    const reads = (most: number, make: (size: Size) => Uint8Array) =>
      fc.assert(
        fc.property(sizes(most), (any) => {
          expect(readHeader(make(any))).toMatchObject(any);
        }),
      );
    reads(0xffff, (any) => jpeg(any));
    reads(0xffffffff, (any) => png(any));
    reads(0x3fff, (any) => riff(lossy(any)));
    reads(0x4000, (any) => riff(lossless(any)));
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])("how it is to be turned: %i", (orientation) => {
    expect(readHeader(jpeg(size, { orientation }))?.orientation).toBe(orientation);
    for (const block of [tiff(orientation), tiff(orientation, true), bytesOf("Exif\0\0", tiff(orientation))])
      expect(readHeader(riff(lossy(size), riffChunk("EXIF", block)))?.orientation).toBe(orientation);
  });

  test.each([0, 9, 0xffff])("%i is no way to turn it: upright", (orientation) => {
    expect(readHeader(jpeg(size, { orientation }))?.orientation).toBe(1);
  });

  test("I7: of a PNG texts, profiles and frames of an animation stay behind", () => {
    const canary = bytesOf("CANARY");
    const more = ["tEXt", "iCCP", "eXIf", "acTL", "fdAT"].map((type) => chunk(type, canary));
    expect(readHeader(png(size, { more }))?.picture).toEqual(png(size));
    expect(pngData(png(size, { more }))).toEqual(Uint8Array.of(1, 2, 3, 4));
  });

  test("a PNG's data inflate to its rows, and to twice as many row marks when it is interlaced", () => {
    const rows = (1_200 * 4 + 1) * 900;
    expect(inflatedBytes(png(size))).toBeGreaterThanOrEqual(rows);
    expect(inflatedBytes(png(size))).toBeLessThan(rows + 8_192);
    expect(inflatedBytes(png(size, { depth: 16 }))).toBeGreaterThanOrEqual(rows * 2 - 900);
    expect(inflatedBytes(png(size, { depth: 1, colour: 3 }))).toBeLessThan(1_200 * 900);
  });
});

const none: Record<string, Uint8Array> = {
  nothing: new Uint8Array(),
  "a GIF": bytesOf("GIF89a", [1, 0, 1, 0, 0, 0, 0]),
  "a JPEG of four colours": jpeg(size, { components: 4 }),
  "a JPEG of another code (arithmetic)": jpeg(size, { marker: 0xc9 }),
  "a JPEG without loss": jpeg(size, { marker: 0xc3 }),
  "a JPEG of more passes than any camera makes": jpeg(size, { marker: 0xc2, scans: 25 }),
  "a JPEG of two sizes": bytesOf([0xff, 0xd8], segment(0xc0, frame(size)), jpeg({ width: 1, height: 1 }).subarray(2)),
  "a JPEG without a scan": jpeg(size, { scans: 0 }),
  "a JPEG whose scan comes before its size": bytesOf(
    [0xff, 0xd8],
    scan,
    scanned,
    segment(0xc0, frame(size)),
    [0xff, 0xd9],
  ),
  "a JPEG in a JPEG": bytesOf([0xff, 0xd8], jpeg(size)),
  "a segment shorter than its own length": bytesOf([0xff, 0xd8, 0xff, 0xe0, 0, 1], jpeg(size).subarray(2)),
  "a PNG that says its size twice": png(size, { more: [chunk("IHDR", bytesOf(u32(9), u32(9), [8, 6, 0, 0, 0]))] }),
  "a PNG whose size does not come first": bytesOf(
    png(size).subarray(0, 8),
    chunk("IDAT", Uint8Array.of(1)),
    png(size).subarray(8),
  ),
  "a PNG of a colour type that does not exist": png(size, { colour: 5 }),
  "a PNG with a chunk of 4 GB": bytesOf(png(size).subarray(0, 33), u32(0xffffffff), "IDAT"),
  "a WebP that moves": riff(canvas(size), riffChunk("ANIM", new Uint8Array(6)), lossy(size)),
  "a WebP with a frame of an animation": riff(canvas(size), riffChunk("ANMF", new Uint8Array(16))),
  "a WebP whose canvas is larger than its picture": riff(canvas({ width: 16_000, height: 16_000 }), lossy(size)),
  "a WebP that begins with no key frame": riff(lossy(size, 1)),
  "a WebP without a picture": riff(canvas(size)),
  "a WebP that says it is longer than it is": bytesOf(riff(lossy(size)).subarray(0, 24)),
};

describe("T15: whatever else comes is no picture", () => {
  test.each(Object.entries(none))("%s", (_, bytes) => {
    expect(readHeader(bytes)).toBeUndefined();
  });

  /** Holds for every answer: a size the format can say, and a picture that is part of what came. */
  const holds = (bytes: Uint8Array): boolean => {
    const header = readHeader(bytes);
    if (header === undefined) return true;
    const { format, width, height, orientation, picture } = header;
    const most = { jpeg: 0xffff, png: 0xffffffff, webp: 0x4000 }[format];
    return (
      [width, height].every((side) => Number.isInteger(side) && side >= 0 && side <= most) &&
      orientation >= 1 &&
      orientation <= 8 &&
      picture.byteLength <= bytes.byteLength
    );
  };

  const starts = [
    [],
    [0xff, 0xd8, 0xff],
    [...png(size).subarray(0, 8)],
    [...png(size).subarray(0, 33)],
    [..."RIFF"].map((c) => c.charCodeAt(0)),
    [...riff(lossy(size)).subarray(0, 12)],
  ];

  test("any bytes, with and without the beginning of a picture: no exception", () => {
    const any = fc.tuple(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 400 }));
    fc.assert(
      fc.property(any, ([start, rest]) => holds(bytesOf(start, rest))),
      { numRuns: 3_000 },
    );
  });

  test.each(Object.entries(pictures))("%s, cut off anywhere", (_, bytes) => {
    for (let end = 0; end < bytes.length; end++)
      expect(readHeader(bytes.subarray(0, end)), `at ${end}`).toBeUndefined();
  });

  test.each(Object.entries(pictures))("%s, with bytes changed: no exception", (_, bytes) => {
    const changes = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(changes, (list) => {
        const changed = bytes.slice();
        for (const [at, to] of list) changed[at] = to;
        return holds(changed);
      }),
      { numRuns: 1_000 },
    );
  });

  /** Decoders that say that they were touched. */
  const untouched = () => {
    const touched: string[] = [];
    const modules = new Proxy({} as CodecModules, {
      get: (_, name) => {
        touched.push(String(name));
        throw new Error("no decoder here");
      },
    });
    return { touched, modules };
  };

  test("a picture that says it has too many pixels, or none, is invalid before a decoder is touched", async () => {
    const side = fc.oneof(fc.integer({ min: 0, max: 4_000 }), fc.nat(0x3fff));
    const sizes = fc
      .record({ width: side, height: side })
      .filter(({ width, height }) => width * height === 0 || width * height > limits.photoSourcePixels);
    const makes = [jpeg, png, (any: Size) => riff(lossy(any))];
    await fc.assert(
      fc.asyncProperty(sizes, fc.constantFrom(...makes), async (any, make) => {
        const { touched, modules } = untouched();
        const answer = await encodePhoto(make(any), modules, async () => undefined);
        expect(answer).toMatchObject({ ok: false, refusal: { code: "invalid" } });
        expect(touched).toEqual([]);
      }),
    );
  });

  test("any bytes, and pictures with bytes changed, are refused with one of two codes", async () => {
    const mixed = fc.oneof(
      fc.tuple(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 400 })).map((parts) => bytesOf(...parts)),
      fc.tuple(fc.constantFrom(...Object.values(pictures)), fc.nat(), fc.nat(255)).map(([bytes, at, to]) => {
        const changed = bytes.slice();
        changed[at % bytes.length] = to;
        return changed;
      }),
    );
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(mixed, async (bytes) => {
        const answer = await encodePhoto(bytes, untouched().modules, async () => undefined);
        if (answer.ok) throw new Error("a photo without a decoder");
        seen.add(answer.refusal.code);
      }),
      { numRuns: 1_000 },
    );
    expect([...seen].sort()).toEqual(["invalid", "unsupported_media_type"]);
  });

  test("bytes in a larger buffer are read where they are", () => {
    for (const bytes of Object.values(pictures)) {
      const larger = bytesOf(jpeg({ width: 1, height: 1 }), bytes, [0xff, 0xff]);
      const start = jpeg({ width: 1, height: 1 }).length;
      expect(readHeader(larger.subarray(start, start + bytes.length))).toMatchObject(size);
    }
  });

  test("any EXIF: one of eight ways to turn it", () => {
    const block = fc.tuple(fc.constantFrom("II*\0", "MM\0*", ""), fc.uint8Array({ maxLength: 80 }));
    fc.assert(
      fc.property(block, ([order, rest]) => [1, 2, 3, 4, 5, 6, 7, 8].includes(orientationOf(bytesOf(order, rest)))),
      { numRuns: 2_000 },
    );
  });

  test("as many bytes as a photo may have, all markers or all chunks, are read in no time", () => {
    const markers = new Uint8Array(limits.photoBytes).fill(0xff);
    markers.set([0xff, 0xd8]);
    const restarts = Uint8Array.from(markers, (_, n) => (n < 2 ? (markers[n] ?? 0) : n % 2 === 0 ? 0xff : 0xd0));
    const chunks = bytesOf(png(size).subarray(0, 33), new Uint8Array(limits.photoBytes - 33));
    for (const bytes of [markers, restarts, chunks]) {
      const began = performance.now();
      expect(readHeader(bytes)).toBeUndefined();
      expect(performance.now() - began).toBeLessThan(500);
    }
  });
});
