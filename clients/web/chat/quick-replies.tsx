import { chatWords } from "./words.ts";

/** For hands that are busy: what responders say most, each in one press. */
export const QuickReplies = ({ send }: { send: (text: string) => void }) => {
  const w = chatWords.value;
  return (
    <fieldset class="quick">
      <legend class="hidden">{w.quick}</legend>
      {w.quickReplies.map((text) => (
        <button key={text} type="button" class="button" onClick={() => send(text)}>
          {text}
        </button>
      ))}
    </fieldset>
  );
};
