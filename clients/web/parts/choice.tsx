import { useId, useState } from "preact/hooks";
import { words } from "../state/language.ts";
import { Icon, type IconName } from "./icon.tsx";

interface Option<T extends string> {
  value: T;
  label: string;
  help?: string;
  icon?: IconName;
}

/** One of a few, all in sight: a row of radio buttons that look like one switch. */
export const OneOf = <T extends string>(props: {
  label: string;
  name: string;
  options: readonly Option<T>[];
  value: T;
  onChoose: (value: T) => void;
}) => (
  <fieldset class="one-of">
    <legend>{props.label}</legend>
    <div class="one-of-options">
      {props.options.map(({ value, label, help, icon }) => (
        <label key={value} class={`one-of-option option-${value}`}>
          <input
            type="radio"
            name={props.name}
            value={value}
            checked={value === props.value}
            onChange={() => props.onChoose(value)}
          />
          {icon === undefined ? null : <Icon name={icon} size={18} />}
          <span>
            {label}
            {help === undefined ? null : <small>{help}</small>}
          </span>
        </label>
      ))}
    </div>
  </fieldset>
);

const filterFrom = 12;

/** Some of many: chips, with a filter where there are more than the eye takes in. */
export const SomeOf = (props: {
  label: string;
  options: readonly { value: string; label: string }[];
  chosen: readonly string[];
  onChoose: (chosen: string[]) => void;
}) => {
  const [filter, setFilter] = useState("");
  const id = useId();
  const wanted = filter.trim().toLowerCase();
  const shown = props.options.filter(
    (o) => wanted === "" || o.label.toLowerCase().includes(wanted) || props.chosen.includes(o.value),
  );
  const toggle = (value: string): void =>
    props.onChoose(props.chosen.includes(value) ? props.chosen.filter((v) => v !== value) : [...props.chosen, value]);
  if (props.options.length === 0) return null;
  return (
    <fieldset class="some-of">
      <legend>{props.label}</legend>
      {props.options.length > filterFrom ? (
        <input
          id={id}
          class="input"
          type="search"
          aria-label={`${words.value.raise.filter}: ${props.label}`}
          placeholder={words.value.raise.filter}
          value={filter}
          onInput={(event) => setFilter(event.currentTarget.value)}
        />
      ) : null}
      <div class="chips">
        {shown.map(({ value, label }) => (
          <label key={value} class="pick">
            <input type="checkbox" checked={props.chosen.includes(value)} onChange={() => toggle(value)} />
            <span>{label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
};
