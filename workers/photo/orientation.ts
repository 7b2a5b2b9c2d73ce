const orientationTag = 0x0112;
const upright = 1;

/** How EXIF says that a picture is to be turned, 1 to 8; 1 when it says nothing that can be read. @param tiff the block after `Exif\0\0` */
export const orientationOf = (tiff: Uint8Array): number => {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  try {
    const order = view.getUint16(0);
    if (order !== 0x4949 && order !== 0x4d4d) return upright;
    const little = order === 0x4949;
    const directory = view.getUint32(4, little);
    const entries = view.getUint16(directory, little);
    for (let n = 0; n < entries; n++) {
      const entry = directory + 2 + n * 12;
      if (view.getUint16(entry, little) !== orientationTag) continue;
      const value = view.getUint16(entry + 8, little);
      return value >= 1 && value <= 8 ? value : upright;
    }
  } catch {
    // It points past its own end.
  }
  return upright;
};

/** Whether width and height change places. */
export const isOnItsSide = (orientation: number): boolean => orientation >= 5;

/** Where the pixel at x, y of a picture of this size comes to lie when it is turned upright. */
export const placeOf = (
  orientation: number,
  width: number,
  height: number,
): ((x: number, y: number) => readonly [number, number]) => {
  const [right, bottom] = [width - 1, height - 1];
  switch (orientation) {
    case 2:
      return (x, y) => [right - x, y];
    case 3:
      return (x, y) => [right - x, bottom - y];
    case 4:
      return (x, y) => [x, bottom - y];
    case 5:
      return (x, y) => [y, x];
    case 6:
      return (x, y) => [bottom - y, x];
    case 7:
      return (x, y) => [bottom - y, right - x];
    case 8:
      return (x, y) => [y, right - x];
    default:
      return (x, y) => [x, y];
  }
};
