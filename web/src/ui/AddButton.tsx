import { Icon } from "./Icon.tsx";

/** The button of a list that adds to it. */
export function AddButton(props: { readonly label: string; readonly onClick: () => void }) {
  return (
    <button type="button" class="button primary" onClick={props.onClick}>
      <Icon name="plus" size={16} />
      {props.label}
    </button>
  );
}
