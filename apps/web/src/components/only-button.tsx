import { UnstyledButton } from '@mantine/core';

/** A value of a list which, pressed, filters the list by itself. */
export function OnlyButton({ value, label, onClick }: { value: string; label: string; onClick: () => void }) {
  return <UnstyledButton fz="inherit" className="sw-break" td="underline dotted" style={{ textUnderlineOffset: 3 }} title={label} onClick={onClick}>{value}</UnstyledButton>;
}
