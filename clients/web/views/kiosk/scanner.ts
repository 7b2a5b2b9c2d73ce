import { useEffect, useRef } from "preact/hooks";

/** What a kiosk's QR code looks like: four parts (protocol/kiosks.ts). */
const qrForm = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[0-9]+\.[A-Za-z0-9_-]+$/;
/** A printed card with the personal code on it. */
const cardForm = /^[0-9]{8}$/;
/** Keys further apart than this, ms, are not one scan: what somebody typed before is not its beginning. */
const sameScanMs = 1_000;
const longest = 300;

interface Heard {
  /** @returns whether that was the last digit of a code, which is taken: the Enter of a scanner that follows means nothing more */
  digit: (digit: string) => boolean;
  erase: () => void;
  /** A whole code, by a scanner that types like a keyboard and ends with Enter. */
  scanned: (text: string) => void;
  leave: () => void;
}

/**
 * Listens to a keyboard, and to a scanner that is one for the computer. There is no field to have the focus in: whoever holds
 * a code before the scanner need not touch the screen first.
 */
export const useScanner = (heard: Heard): void => {
  const newest = useRef(heard);
  newest.current = heard;
  useEffect(() => {
    let text = "";
    let last = 0;
    let isTaken = false;
    const hear = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const { key, timeStamp } = event;
      if (timeStamp - last > sameScanMs) {
        text = "";
        isTaken = false;
      }
      last = timeStamp;
      if (key === "Enter") {
        const whole = text;
        text = "";
        const isScan = qrForm.test(whole) || cardForm.test(whole);
        // Anything else is the press of a button that has the focus.
        if (isScan || isTaken) event.preventDefault();
        isTaken = false;
        if (isScan) newest.current.scanned(whole);
      } else if (key === "Escape") newest.current.leave();
      else if (key === "Backspace") newest.current.erase();
      else if (key.length === 1 && text.length < longest) {
        text += key;
        // A scan that has begun with letters is none of single digits.
        if (!/^[0-9]+$/.test(text) || !newest.current.digit(key)) return;
        text = "";
        isTaken = true;
      }
    };
    document.addEventListener("keydown", hear);
    return () => document.removeEventListener("keydown", hear);
  }, []);
};
