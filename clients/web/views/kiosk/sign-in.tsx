import { useEffect, useRef, useState } from "preact/hooks";
import type { KioskSign, KioskSigned } from "../../../../protocol/kiosks.ts";
import { limits } from "../../../../protocol/limits.ts";
import { StandbyProblem } from "../../../sdk/problem.ts";
import { Icon } from "../../parts/icon.tsx";
import { isKioskOnline, signAtKiosk } from "../../state/kiosk.ts";
import { words } from "../../state/language.ts";
import { hasCode } from "../../state/problems.ts";
import { Keypad } from "./keypad.tsx";
import { useScanner } from "./scanner.ts";

type Stage =
  | { is: "start" }
  /** Somebody said which way, and shows or types a code now. */
  | { is: "code"; present: boolean }
  /** A scanner read a code before anybody said which way. */
  | { is: "which"; shown: Shown }
  | { is: "busy" }
  | { is: "signed"; signed: KioskSigned }
  | { is: "refused"; title: string; help: string };

type Shown = { code: string } | { qr: string };

/** Nobody's half-typed code waits for the next person: after so long without a touch it starts anew, ms. */
const idleMs: Record<Stage["is"], number | undefined> = {
  start: undefined,
  code: 20_000,
  which: 20_000,
  busy: undefined,
  signed: 5_000,
  refused: 12_000,
};

const isCode = new RegExp(`^[0-9]{${limits.kioskCodeDigits}}$`);

/** In or out, by code or QR code, and what came of it. */
export const SignIn = () => {
  const [stage, setStage] = useState<Stage>({ is: "start" });
  const [digits, setDigits] = useState("");
  /** A scanner's keys come faster than a render: these two are never a render late. */
  const typed = useRef("");
  const isSigning = useRef(false);
  const w = words.value.kiosk;

  const write = (code: string): void => {
    typed.current = code;
    setDigits(code);
  };
  const to = (next: Stage): void => {
    write("");
    setStage(next);
  };
  const start = (): void => to({ is: "start" });
  const sign = async (shown: Shown, present: boolean): Promise<void> => {
    if (isSigning.current) return;
    isSigning.current = true;
    to({ is: "busy" });
    const body: KioskSign = { ...shown, present };
    try {
      to({ is: "signed", signed: await signAtKiosk(body) });
    } catch (error) {
      to(refusal(error));
    }
    isSigning.current = false;
  };
  const show = (shown: Shown): void => {
    if (isSigning.current) return;
    if (stage.is === "code") void sign(shown, stage.present);
    else to({ is: "which", shown });
  };
  /** @returns whether the code is whole, and taken */
  const type = (next: string): boolean => {
    const code = next.slice(0, limits.kioskCodeDigits);
    write(code);
    if (stage.is !== "code" || !isCode.test(code)) return false;
    void sign({ code }, stage.present);
    return true;
  };

  useScanner({
    // A code that is typed on a keyboard counts digit by digit, as on the screen.
    digit: (digit) => stage.is === "code" && type(typed.current + digit),
    erase: () => write(typed.current.slice(0, -1)),
    scanned: (text) => show(isCode.test(text) ? { code: text } : { qr: text }),
    leave: () => {
      if (!isSigning.current) start();
    },
  });

  useEffect(() => {
    const after = idleMs[stage.is];
    if (after === undefined) return;
    const timer = setTimeout(start, after);
    return () => clearTimeout(timer);
  }, [stage, digits]);

  const heading = useRef<HTMLHeadingElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    // Screen readers hear each new screen; the first one is the page itself.
    if (!isFirst.current) heading.current?.focus();
    isFirst.current = false;
  }, [stage.is]);

  const isUp = isKioskOnline.value;
  switch (stage.is) {
    case "start":
    case "which":
      return (
        <section class="kiosk-screen">
          <h1 ref={heading} tabIndex={-1}>
            {stage.is === "start" ? w.welcome : w.askWhich}
          </h1>
          {stage.is === "start" ? <p class="kiosk-lead">{w.scan}</p> : null}
          <div class="kiosk-ways">
            {[true, false].map((present) => (
              <button
                key={String(present)}
                type="button"
                class={`kiosk-way ${present ? "kiosk-in" : "kiosk-out"}`}
                disabled={!isUp}
                onClick={() => (stage.is === "which" ? void sign(stage.shown, present) : to({ is: "code", present }))}
              >
                <Icon name={present ? "place" : "logOut"} size={48} />
                {present ? w.in : w.leave}
              </button>
            ))}
          </div>
          {stage.is === "which" ? <Back onClick={start} /> : null}
        </section>
      );
    case "code":
      return (
        <section class="kiosk-screen kiosk-code">
          <p class={`kiosk-which ${stage.present ? "kiosk-in" : "kiosk-out"}`}>{stage.present ? w.in : w.leave}</p>
          <h1 ref={heading} tabIndex={-1}>
            {w.enterCode}
          </h1>
          <p class="kiosk-lead">{w.orScan}</p>
          <Keypad digits={digits} disabled={!isUp} onType={type} />
          <Back onClick={start} />
        </section>
      );
    case "busy":
      return (
        <section class="kiosk-screen">
          <h1 ref={heading} tabIndex={-1}>
            <span class="spinner" aria-hidden="true" />
            {w.busy}
          </h1>
        </section>
      );
    case "signed":
      return (
        <section class="kiosk-screen kiosk-good">
          <Icon name={stage.signed.present ? "check" : "logOut"} size={96} />
          <h1 ref={heading} tabIndex={-1}>
            {stage.signed.present ? w.signedIn(stage.signed.firstName) : w.signedOut(stage.signed.firstName)}
          </h1>
          <p class="kiosk-lead">{stage.signed.present ? w.signedInHelp : w.signedOutHelp}</p>
          <Done onClick={start} />
        </section>
      );
    case "refused":
      return (
        <section class="kiosk-screen kiosk-bad">
          <Icon name="unreached" size={96} />
          <h1 ref={heading} tabIndex={-1}>
            {stage.title}
          </h1>
          <p class="kiosk-lead">{stage.help}</p>
          <Done onClick={start} />
        </section>
      );
  }
};

const refusal = (error: unknown): Stage => {
  const w = words.value.kiosk;
  if (hasCode(error, "rate_limited")) {
    const seconds = error instanceof StandbyProblem ? (error.retryAfterSeconds ?? 60) : 60;
    return { is: "refused", title: w.tooMany, help: w.tooManyHelp(Math.max(1, Math.ceil(seconds / 60))) };
  }
  if (hasCode(error, "expired") || hasCode(error, "invalid"))
    return { is: "refused", title: w.wrong, help: w.wrongHelp };
  return { is: "refused", title: w.failed, help: w.failedHelp };
};

const Back = ({ onClick }: { onClick: () => void }) => (
  <button type="button" class="button kiosk-back" onClick={onClick}>
    <Icon name="back" size={24} />
    {words.value.kiosk.back}
  </button>
);

const Done = ({ onClick }: { onClick: () => void }) => (
  <button type="button" class="button kiosk-back" onClick={onClick}>
    {words.value.kiosk.ok}
  </button>
);
