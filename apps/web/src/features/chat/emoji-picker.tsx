import { Popover, SimpleGrid, UnstyledButton } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { texts } from '../../texts/en.js';
import { EMOJI } from './emoji.js';

interface EmojiPickerProps {
  onPick: (emoji: string) => void;
  onOpenChange?: (isOpen: boolean) => void;
  children: (toggle: () => void) => ReactNode;
}

/** A small grid of emoji; each is a button named by itself. */
export function EmojiPicker({ onPick, onOpenChange, children }: EmojiPickerProps) {
  const [isOpen, setOpen] = useState(false);
  const change = (next: boolean) => {
    setOpen(next);
    onOpenChange?.(next);
  };
  return (
    <Popover opened={isOpen} onChange={change} position="top-end" shadow="md" trapFocus returnFocus>
      <Popover.Target>{children(() => change(!isOpen))}</Popover.Target>
      <Popover.Dropdown p={6} aria-label={texts.chat.pickEmoji}>
        <SimpleGrid cols={6} spacing={2} verticalSpacing={2}>
          {[...EMOJI].map(([name, emoji]) => (
            <UnstyledButton key={name} aria-label={emoji} title={`:${name}:`} className="sw-emoji" onClick={() => { change(false); onPick(emoji); }}>{emoji}</UnstyledButton>
          ))}
        </SimpleGrid>
      </Popover.Dropdown>
    </Popover>
  );
}
