import { ActionIcon } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconMessageSearch } from '@tabler/icons-react';
import { lazy, useState } from 'react';
import { WhenLoaded } from '../../components/when-loaded.js';
import { texts } from '../../texts/en.js';

const SearchDialog = lazy(async () => ({ default: (await import('./search-dialog.js')).SearchDialog }));

/** Search over all my rooms, also by Ctrl or Cmd and K, wherever the cursor is. */
export function SearchButton() {
  const [isOpen, setOpen] = useState(false);
  useHotkeys([['mod+K', () => setOpen(true)]], []);
  return (
    <>
      <ActionIcon size="lg" aria-label={texts.nav.search} aria-keyshortcuts="Control+K Meta+K" title={texts.nav.searchHint} onClick={() => setOpen(true)}><IconMessageSearch size={20} /></ActionIcon>
      {isOpen && <WhenLoaded><SearchDialog onClose={() => setOpen(false)} /></WhenLoaded>}
    </>
  );
}
