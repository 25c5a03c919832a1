// A choice of few, all in sight: radio buttons as one strip.
import { RadioGroup } from 'radix-ui';
import { keepFocus } from './action_button';

export function Segment<T extends string>(props: {
  label: string;
  value: T;
  options: readonly { readonly value: T; readonly label: string }[];
  onChange: (value: T) => void;
  testid: string;
}) {
  return (
    <RadioGroup.Root
      className="segment"
      orientation="horizontal"
      aria-label={props.label}
      value={props.value}
      onValueChange={(value) => props.onChange(value as T)}
      data-testid={props.testid}
    >
      {props.options.map(({ value, label }) => (
        <RadioGroup.Item
          key={value}
          value={value}
          data-testid={`${props.testid}-${value}`}
          onMouseDown={keepFocus}
        >
          {label}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
