import { roomClosing } from "../../../protocol/conversation/closing.ts";
import type { Connect, SocketLike } from "../socket/connection.ts";
import type { EpochDocument } from "./epoch-document.ts";
import { closeQuietly, openLine } from "./room-line.ts";
import { applyFrame, step1Frame } from "./wire.ts";

/** An epoch that is over may take this long, ms, to come. */
const withinMs = 20_000;

/**
 * Brings the document of an older epoch up to date, on a line of its own that is closed again.
 *
 * @returns `gone` when the epoch is no more: its copy is to be dropped
 * @throws when the line broke, or nothing came in time
 */
export const readOlder = async (connect: Connect, url: string, epoch: EpochDocument): Promise<"whole" | "gone"> => {
  await epoch.loaded;
  let line: SocketLike | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise((resolve, reject) => {
      timer = setTimeout(() => reject(new Error("an older epoch did not come")), withinMs);
      openLine(connect, url, {
        opened: () => undefined,
        text: () => undefined,
        bytes: (bytes) => {
          const applied = applyFrame(bytes, epoch.doc, undefined, line);
          if (applied.type === "synced") resolve("whole");
          // What is on this device never came from the server.
          if (applied.type === "denied") resolve("gone");
        },
        closed: (code) => {
          if (code === roomClosing.epochGone.code) resolve("gone");
          else reject(new Error(`the line of an older epoch closed with ${code}`));
        },
      }).then((opened) => {
        line = opened;
        const ask = (): void => opened.send(step1Frame(epoch.doc));
        if (opened.readyState === 1) ask();
        else opened.addEventListener("open", ask);
      }, reject);
    });
  } finally {
    clearTimeout(timer);
    closeQuietly(line);
  }
};
