import { type Connect, type SocketLike, standbyProtocols } from "../socket/connection.ts";

/** What happens on a line. One that is open already when it comes is not said to open: whoever has it looks. */
export interface LineListener {
  opened(): void;
  text(text: string): void;
  bytes(bytes: Uint8Array): void;
  closed(code: number): void;
}

const field = (event: unknown, name: string): unknown =>
  typeof event === "object" && event !== null ? Reflect.get(event, name) : undefined;

/** Opens a line on which binary frames come as they are. @throws what `connect` throws */
export const openLine = async (connect: Connect, url: string, listener: LineListener): Promise<SocketLike> => {
  const line = await connect(url, standbyProtocols);
  // Browsers would give blobs, which are read in their own time and so out of order.
  Reflect.set(line, "binaryType", "arraybuffer");
  line.addEventListener("open", () => listener.opened());
  line.addEventListener("message", (event) => {
    const data = field(event, "data");
    if (typeof data === "string") listener.text(data);
    else if (data instanceof ArrayBuffer) listener.bytes(new Uint8Array(data));
    else if (data instanceof Uint8Array) listener.bytes(data);
  });
  line.addEventListener("close", (event) => {
    const code = field(event, "code");
    listener.closed(typeof code === "number" ? code : 1006);
  });
  // A close follows every error; without a listener Node's ws would throw.
  line.addEventListener("error", () => undefined);
  return line;
};

/** Throws where the line is not open yet or already gone; both are what is wanted. */
export const closeQuietly = (line: SocketLike | undefined, code = 1000, reason = "done"): void => {
  try {
    line?.close(code, reason);
  } catch {
    // It is on its way out.
  }
};
