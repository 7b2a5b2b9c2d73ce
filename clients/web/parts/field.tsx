import { useId } from "preact/hooks";

interface Props {
  label: string;
  hint?: string;
  type?: "text" | "date" | "time" | "datetime-local" | "number";
  value: string;
  required?: boolean;
  min?: string | number;
  max?: string | number;
  maxLength?: number;
  onInput: (value: string) => void;
}

/** One line to fill in, with its label above it. */
export const Field = ({ label, hint, type = "text", onInput, ...rest }: Props) => {
  const id = useId();
  const attributes = {
    id,
    class: "input",
    ...rest,
    ...(hint === undefined ? {} : { "aria-describedby": `${id}-hint` }),
    onInput: (event: { currentTarget: HTMLInputElement }) => onInput(event.currentTarget.value),
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {type === "text" ? <input type="text" {...attributes} /> : null}
      {type === "number" ? <input type="number" {...attributes} /> : null}
      {type === "text" || type === "number" ? null : <input type={type} {...attributes} />}
      {hint === undefined ? null : (
        <p id={`${id}-hint`} class="hint">
          {hint}
        </p>
      )}
    </div>
  );
};
