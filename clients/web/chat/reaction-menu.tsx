import { useEffect, useId, useRef, useState } from "preact/hooks";
import { chatWords } from "./words.ts";

const emojis = ["👍", "❤️", "✅", "👀", "🙏", "😂", "😮", "😢"] as const;

/** A few emojis to react with. Escape closes it, and focus goes back. */
export const ReactionMenu = ({ give }: { give: (emoji: string) => void }) => {
  const [isOpen, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLFieldSetElement>(null);
  const id = useId();
  const w = chatWords.value;
  useEffect(() => {
    if (isOpen) menu.current?.querySelector("button")?.focus();
  }, [isOpen]);
  const close = (): void => {
    setOpen(false);
    opener.current?.focus();
  };
  return (
    <span class="react">
      <button ref={opener} type="button" aria-expanded={isOpen} aria-controls={id} onClick={() => setOpen(!isOpen)}>
        {w.react}
      </button>
      {isOpen ? (
        <fieldset
          ref={menu}
          id={id}
          class="react-menu"
          onKeyDown={(event) => {
            if (event.key === "Escape") close();
          }}
        >
          <legend class="hidden">{w.react}</legend>
          {emojis.map((emoji) => (
            <button
              key={emoji}
              type="button"
              onClick={() => {
                give(emoji);
                close();
              }}
            >
              {emoji}
            </button>
          ))}
        </fieldset>
      ) : null}
    </span>
  );
};
