import { Alert, Box, Button, Modal, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue, useMediaQuery } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useRef, useState, type KeyboardEvent } from 'react';
import { Link } from 'react-router';
import { Empty, Loaded } from '../../components/loaded.js';
import { addressOf } from '../../components/person.js';
import { texts } from '../../texts/en.js';
import { searchTexts } from '../../texts/en-search.js';
import { nameOfRoom, useRooms } from '../rooms/use-rooms.js';
import { useSession } from '../session/session.js';
import { SearchHitRow } from './search-hit-row.js';
import classes from './search.module.css';
import { useAuthors, useSearch, type SearchFilter } from './use-search.js';

const EVERYTHING: SearchFilter = { query: '', roomId: null, fromId: null, since: '', until: '' };
const MOST_ROOMS = 4;

/** Finds rooms by name, and messages in them; a hit leads to its place in its room. */
export function SearchDialog({ onClose }: { onClose: () => void }) {
  const isNarrow = useMediaQuery('(max-width: 47.99em)', undefined, { getInitialValueInEffect: false });
  const [filter, setFilter] = useState(EVERYTHING);
  const [query] = useDebouncedValue(filter.query.trim(), 250);
  const found = useRef<HTMLDivElement>(null);
  const set = (changes: Partial<SearchFilter>) => setFilter({ ...filter, ...changes });
  const toHits = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'Enter') return;
    event.preventDefault();
    found.current?.querySelector('a')?.focus();
  };
  return (
    <Modal opened onClose={onClose} size="lg" fullScreen={isNarrow} title={searchTexts.search.title} closeButtonProps={{ 'aria-label': texts.app.close }}>
      <Stack gap="sm" role="search">
        <TextInput data-autofocus type="search" aria-label={searchTexts.search.field} placeholder={searchTexts.search.placeholder} maxLength={200} autoComplete="off" leftSection={<IconSearch size={16} />} value={filter.query} onChange={(event) => set({ query: event.currentTarget.value })} onKeyDown={toHits} />
        <Filters filter={filter} set={set} />
        <Box ref={found} onKeyDown={walk}>
          <RoomHits name={filter.query.trim()} onLeave={onClose} />
          {query === '' ? <Empty title={searchTexts.search.hint} next={searchTexts.search.hintNext} /> : <Hits filter={{ ...filter, query }} onLeave={onClose} />}
        </Box>
      </Stack>
    </Modal>
  );
}

function Filters({ filter, set }: { filter: SearchFilter; set: (changes: Partial<SearchFilter>) => void }) {
  const { search } = searchTexts;
  const rooms = useRooms();
  return (
    <SimpleGrid cols={2} spacing="xs" verticalSpacing="xs">
      <Select label={search.room} placeholder={search.anyRoom} clearable searchable data={(rooms.data ?? []).map((room) => ({ value: room.id, label: nameOfRoom(room) }))} value={filter.roomId} onChange={(roomId) => set({ roomId })} />
      <AuthorSelect value={filter.fromId} onChange={(fromId) => set({ fromId })} />
      <TextInput type="date" label={search.after} value={filter.since} max={filter.until || undefined} onChange={(event) => set({ since: event.currentTarget.value })} />
      <TextInput type="date" label={search.before} value={filter.until} min={filter.since || undefined} onChange={(event) => set({ until: event.currentTarget.value })} />
    </SimpleGrid>
  );
}

function AuthorSelect({ value, onChange }: { value: string | null; onChange: (id: string | null) => void }) {
  const { us } = useSession();
  const [name, setName] = useState('');
  const [query] = useDebouncedValue(name.replace(/ \(@.*\)$/, '').trim().toLowerCase(), 200);
  const people = useAuthors(query).data ?? [];
  const options = people.flatMap((person) => (person.id === null ? [] : [{ value: person.id, label: `${person.display_name} (${addressOf(person, us)})` }]));
  return (
    <Select label={searchTexts.search.from} placeholder={searchTexts.search.anybody} clearable searchable nothingFoundMessage={searchTexts.search.nobody} filter={({ options: all }) => all} data={options} value={value} searchValue={name} onSearchChange={setName} onChange={onChange} />
  );
}

/** The arrow keys walk through what was found. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const links = [...event.currentTarget.querySelectorAll('a')];
  const here = links.findIndex((link) => link === event.target);
  if (here === -1) return;
  event.preventDefault();
  links[here + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
}

function RoomHits({ name, onLeave }: { name: string; onLeave: () => void }) {
  const rooms = useRooms().data ?? [];
  const found = name === '' ? [] : rooms.filter((room) => room.my.membership === 'join' && nameOfRoom(room).toLowerCase().includes(name.toLowerCase())).slice(0, MOST_ROOMS);
  if (found.length === 0) return null;
  return (
    <>
      <Text size="xs" fw={600} c="dimmed" px={8}>{texts.nav.rooms}</Text>
      <ul className="sw-list" aria-label={searchTexts.search.rooms}>
        {found.map((room) => (
          <li key={room.id}><Link to={`/rooms/${room.id}`} className={classes.hit} onClick={onLeave}><Text span size="sm" truncate>{nameOfRoom(room)}</Text></Link></li>
        ))}
      </ul>
      <Text size="xs" fw={600} c="dimmed" px={8} pt="sm">{texts.chat.messages}</Text>
    </>
  );
}

function Hits({ filter, onLeave }: { filter: SearchFilter; onLeave: () => void }) {
  const search = useSearch(filter);
  return (
    <Loaded query={search}>
      {({ pages }) => {
        const hits = pages.flatMap((page) => page.hits);
        if (hits.length === 0 && !search.hasNextPage) return <Empty title={searchTexts.search.empty} next={searchTexts.search.emptyNext} />;
        return (
          <Box aria-live="polite">
            {pages[0]?.isSimilar && <Alert color="blue" py="xs" mb="xs" role="status"><Text size="sm">{searchTexts.search.similar}</Text></Alert>}
            <ul className="sw-list" aria-label={searchTexts.search.results}>
              {hits.map((hit) => <SearchHitRow key={hit.event_id} hit={hit} onLeave={onLeave} />)}
            </ul>
            {search.hasNextPage && <Button fullWidth mt="xs" variant="default" loading={search.isFetchingNextPage} onClick={() => void search.fetchNextPage()}>{searchTexts.search.more}</Button>}
          </Box>
        );
      }}
    </Loaded>
  );
}
