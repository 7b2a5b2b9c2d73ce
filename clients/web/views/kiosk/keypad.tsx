import { limits } from "../../../../protocol/limits.ts";
import { Icon } from "../../parts/icon.tsx";
import { words } from "../../state/language.ts";

const keys = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "", "0", "erase"];

/** Digits by touch. What was typed is shown as dots: somebody stands behind. */
export const Keypad = (props: { digits: string; disabled: boolean; onType: (digits: string) => void }) => {
  const { digits, disabled, onType } = props;
  const w = words.value.kiosk;
  const all = limits.kioskCodeDigits;
  return (
    <div class="keypad">
      <p class="keypad-dots" aria-hidden="true">
        {Array.from({ length: all }, (_, i) => (
          <span key={i} class={i < digits.length ? "keypad-dot keypad-full" : "keypad-dot"} />
        ))}
      </p>
      <p class="hidden" role="status">
        {w.entered(digits.length, all)}
      </p>
      <div class="keypad-keys">
        {keys.map((key) => {
          if (key === "") return <span key="gap" />;
          if (key === "erase")
            return (
              <button
                key={key}
                type="button"
                class="keypad-key"
                aria-label={w.erase}
                disabled={disabled || digits === ""}
                onClick={() => onType(digits.slice(0, -1))}
              >
                <Icon name="back" size={32} />
              </button>
            );
          return (
            <button key={key} type="button" class="keypad-key" disabled={disabled} onClick={() => onType(digits + key)}>
              {key}
            </button>
          );
        })}
      </div>
    </div>
  );
};
