import { useId } from "preact/hooks";

export interface SelectOption {
  value: string;
  label: string;
}

/** One of some, behind a press. */
export const Select = (props: {
  label: string;
  value: string;
  options: readonly SelectOption[];
  onChoose: (value: string) => void;
}) => {
  const id = useId();
  return (
    <label for={id}>
      {props.label}
      <select id={id} class="input" value={props.value} onChange={(event) => props.onChoose(event.currentTarget.value)}>
        {props.options.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
};
