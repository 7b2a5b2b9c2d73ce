/**
 * Just enough of RFC 6455 for a measuring client: unfragmented frames, unmasked from the server, masked towards it.
 *
 * Why not the package `ws`: it takes 13 to 33 us a delivery, with pauses for garbage in between, and this takes 9 to 11; workerd needs
 * some 20 us to send one frame, so with `ws` one would at times measure the client (docs/performance.md). The k6 scenario
 * uses a complete client.
 */
export const TEXT = 1;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

const FIN = 0x80;
const MASKED = 0x80;
const LENGTH_16 = 126;
const LENGTH_64 = 127;

export interface FrameHandler {
  /** The payload lies in `bytes` from `start` to `end` and is overwritten after the call. */
  frame(opcode: number, bytes: Buffer, start: number, end: number): void;
}

/**
 * A frame from client to server, whole. The mask is all zeros: masking protects proxies from hostile pages, and a constant
 * mask lets one buffer serve every socket.
 *
 * @throws RangeError for a payload over 65,535 bytes, which no client frame of StandBy reaches
 */
export function clientFrame(opcode: number, payload: Uint8Array): Buffer {
  if (payload.length > 0xffff) throw new RangeError("client frames over 65,535 bytes are not needed here");
  const short = payload.length < LENGTH_16;
  const head = short
    ? [FIN | opcode, MASKED | payload.length]
    : [FIN | opcode, MASKED | LENGTH_16, payload.length >> 8, payload.length & 0xff];
  return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), payload]);
}

export function textFrame(message: object): Buffer {
  return clientFrame(TEXT, Buffer.from(JSON.stringify(message)));
}

/**
 * Hands every whole frame between `start` and `end` to the handler.
 *
 * @returns where the first frame begins that is not whole yet; `end` when none is left over
 * @throws Error for a fragmented or compressed frame, or one of 4 GiB and more: none was asked for, so the server is wrong
 */
export function readFrames(bytes: Buffer, start: number, end: number, handler: FrameHandler): number {
  let at = start;
  while (end - at >= 2) {
    const first = bytes[at] as number;
    let length = bytes[at + 1] as number;
    let head = 2;
    if (length === LENGTH_16) {
      head = 4;
      if (end - at < head) return at;
      length = bytes.readUInt16BE(at + 2);
    } else if (length === LENGTH_64) {
      head = 10;
      if (end - at < head) return at;
      if (bytes.readUInt32BE(at + 2) !== 0) throw new Error("a frame of 4 GiB or more");
      length = bytes.readUInt32BE(at + 6);
    }
    if ((first & 0xf0) !== FIN) throw new Error("a fragmented or compressed frame, which nobody asked for");
    const payload = at + head;
    if (payload + length > end) return at;
    handler.frame(first & 0x0f, bytes, payload, payload + length);
    at = payload + length;
  }
  return at;
}
