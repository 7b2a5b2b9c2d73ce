import { limits } from "../../../protocol/limits.ts";

/** Bytes in pieces that fit a row. */
export const piecesOf = (whole: Uint8Array): Uint8Array[] =>
  Array.from({ length: Math.ceil(whole.byteLength / limits.snapshotPieceBytes) }, (_, piece) =>
    whole.slice(piece * limits.snapshotPieceBytes, (piece + 1) * limits.snapshotPieceBytes),
  );

export const joined = (pieces: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
};

/** The driver says Buffer; the runtime gives an ArrayBuffer. */
export const bytesOf = (value: Uint8Array | ArrayBuffer): Uint8Array =>
  value instanceof Uint8Array ? value : new Uint8Array(value);
