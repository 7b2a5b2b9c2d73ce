import { effect, signal } from "@preact/signals";
import type { Urgency } from "../../../protocol/terms.ts";
import { isUnanswered } from "./own-alarm.ts";
import { ownAlarms, takingOver } from "./own-alarms.ts";
import { me } from "./session.ts";

/** Browsers make no sound before the person has touched the page. */
export const isBlocked = signal(false);

let audio: AudioContext | undefined;

const context = (): AudioContext => {
  if (audio === undefined) {
    audio = new AudioContext();
    audio.addEventListener("statechange", () => {
      isBlocked.value = audio?.state !== "running";
    });
  }
  isBlocked.value = audio.state !== "running";
  return audio;
};

export const unblock = (): void => {
  if (me.value !== undefined) void context().resume();
};

interface Tone {
  /** Hz and seconds of each note. */
  notes: readonly (readonly [number, number])[];
  /** ms from one round to the next; undefined rings once. */
  everyMs?: number;
  vibration: number[];
}

/** Rising and loud for what is urgent, a chime for the rest: a priority must be heard, not only seen. */
const tones: Record<Urgency, Tone> = {
  urgent: {
    notes: [
      [740, 0.18],
      [988, 0.18],
      [740, 0.18],
      [988, 0.3],
    ],
    everyMs: 1_400,
    vibration: [300, 100, 300, 100, 600],
  },
  normal: {
    notes: [
      [660, 0.2],
      [880, 0.35],
    ],
    everyMs: 4_000,
    vibration: [300, 150, 300],
  },
  information: { notes: [[880, 0.4]], vibration: [200] },
};

/** Nobody is there: after this time it stops, ms. The alarm stays on the screen. */
const longestMs = 180_000;

const play = ({ notes, vibration }: Tone): void => {
  const line = context();
  let at = line.currentTime + 0.02;
  for (const [hertz, seconds] of notes) {
    const note = line.createOscillator();
    const volume = line.createGain();
    note.type = "triangle";
    note.frequency.value = hertz;
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.5, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + seconds);
    note.connect(volume).connect(line.destination);
    note.start(at);
    note.stop(at + seconds + 0.02);
    at += seconds;
  }
  navigator.vibrate?.(vibration);
};

/** Once and softly, for something of one's own that is due. */
export const chime = (): void => play(tones.information);

let ringing: { call: string; stop: () => void } | undefined;

const ring = (call: string, urgency: Urgency): void => {
  const tone = tones[urgency];
  play(tone);
  const again = tone.everyMs === undefined ? undefined : setInterval(() => play(tone), tone.everyMs);
  const end = setTimeout(() => clearInterval(again), longestMs);
  const stop = (): void => {
    clearInterval(again);
    clearTimeout(end);
    navigator.vibrate?.(0);
    ringing = undefined;
  };
  ringing = { call, stop };
};

/** Rings for the alarm that fills the screen until it is answered, silenced or put aside. Silent alarms never ring. */
export const soundAlarms = (): void => {
  // `click`, not `pointerdown`: the notice about the sound goes away by this, and what moves between the two halves of a
  // press makes the browser drop the press. The first one after a reload may be on a scenario.
  for (const event of ["click", "keydown"]) addEventListener(event, unblock, { capture: true });
  effect(() => {
    if (me.value !== undefined) context();
  });
  effect(() => {
    const up = takingOver.value;
    // A silent alarm on screen quiets the others as well: its owner must not be given away by the next one.
    const hush = ownAlarms.value.some((a) => a.silent && a.ended === undefined && isUnanswered(a));
    const rings = up !== undefined && isUnanswered(up) && !up.muted && !hush ? up : undefined;
    // By its number: an alarm that is called again rings again.
    const call = rings === undefined ? undefined : `${rings.alarmId} ${rings.seq}`;
    if (ringing?.call === call) return;
    ringing?.stop();
    if (rings !== undefined && call !== undefined) ring(call, rings.urgency);
  });
};
