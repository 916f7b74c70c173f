import { Box, Button, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconMessagePlus, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { Participant, PresenceStatus } from '../../api/types.js';
import { Empty, Loaded } from '../../components/loaded.js';
import { Address, PersonAvatar } from '../../components/person.js';
import { ErrorProblem } from '../../components/problem.js';
import { chatTexts } from '../../texts/en-chat.js';
import { texts } from '../../texts/en.js';
import { checkFqid } from '../invitations/check-fqid.js';
import { ServerState } from '../invitations/server-state.js';
import { useFederatedDm } from '../invitations/use-invitations.js';
import { useOpenDm } from '../rooms/use-rooms.js';
import { useSession } from '../session/session.js';
import { usePeople, type PeopleScope } from './use-people.js';
import { usePresence } from './use-presence.js';

/** Find somebody here or, by name or FQID, on another server, and write to them. */
export function PeopleSearch() {
  const { us } = useSession();
  const [scope, setScope] = useState<PeopleScope>('local');
  const [search, setSearch] = useState('');
  const [query] = useDebouncedValue(search.trim(), 250);
  const check = checkFqid(search);
  const isForeign = check.ok && check.serverName !== us;
  return (
    <Stack>
      <SegmentedControl aria-label={texts.people.scope} value={scope} onChange={(value) => setScope(value as PeopleScope)} data={[{ value: 'local', label: texts.people.local }, { value: 'federated', label: texts.people.federated }]} />
      <TextInput type="search" label={texts.people.search} placeholder={texts.people.searchHint} autoFocus autoCapitalize="none" autoComplete="off" spellCheck={false} leftSection={<IconSearch size={16} />} value={search} onChange={(event) => setSearch(event.currentTarget.value)} />
      {isForeign && check.ok && <ByFqid fqid={check.fqid} serverName={check.serverName} />}
      {scope === 'federated' && search.trim().startsWith('@') && !check.ok && check.sentence && <Text size="xs" c="dimmed">{check.sentence}</Text>}
      <Results query={query.toLowerCase()} scope={scope} hasOffer={isForeign} />
    </Stack>
  );
}

/** An exact FQID needs no directory: its server is asked. */
function ByFqid({ fqid, serverName }: { fqid: string; serverName: string }) {
  const { us } = useSession();
  const dm = useFederatedDm();
  const navigate = useNavigate();
  return (
    <Stack gap="xs">
      <Text size="sm">{texts.people.fqidText}</Text>
      <Text size="xs" c="dimmed">{texts.invite.readable(us, serverName)}</Text>
      {!dm.error && <ServerState serverName={serverName} />}
      {dm.error && <ErrorProblem error={dm.error} us={us} />}
      <Group>
        <Button h="auto" mih={36} py={6} styles={{ label: { whiteSpace: 'normal' } }} className="sw-break" leftSection={<IconMessagePlus size={18} />} loading={dm.isPending} onClick={() => dm.mutate(fqid, { onSuccess: ({ room }) => void navigate(`/rooms/${room.id}`) })}>{texts.people.startByFqid(fqid)}</Button>
      </Group>
    </Stack>
  );
}

function Results({ query, scope, hasOffer }: { query: string; scope: PeopleScope; hasOffer: boolean }) {
  const { me, us } = useSession();
  const people = usePeople(query, scope, us);
  return (
    <Loaded query={people}>
      {(found) => {
        const others = found.filter((person) => person.id !== me.participant_id);
        if (others.length === 0) return hasOffer ? null : <Nobody query={query} scope={scope} />;
        return <PersonList people={others} />;
      }}
    </Loaded>
  );
}

function Nobody({ query, scope }: { query: string; scope: PeopleScope }) {
  if (scope === 'federated') return <Empty title={texts.people.emptyFederated} />;
  return query === '' ? <Empty title={chatTexts.alone} next={chatTexts.aloneNext} /> : <Empty title={texts.people.empty} />;
}

function PersonList({ people }: { people: Participant[] }) {
  const presence = usePresence(people.map((person) => person.id));
  return (
    <ul className="sw-list" aria-label={texts.people.title}>
      {people.map((person) => <PersonRow key={person.id} person={person} presence={presence[person.id]} />)}
    </ul>
  );
}

function PersonRow({ person, presence }: { person: Participant; presence: PresenceStatus | undefined }) {
  const { us } = useSession();
  const dm = useOpenDm();
  const federated = useFederatedDm();
  const navigate = useNavigate();
  const error = dm.error ?? federated.error;
  const write = () => {
    if (person.server_name === us) dm.mutate(person.id, { onSuccess: (room) => void navigate(`/rooms/${room.id}`) });
    else federated.mutate(person.fqid, { onSuccess: ({ room }) => void navigate(`/rooms/${room.id}`) });
  };
  return (
    <li>
      <Group gap="sm" py={8} wrap="nowrap">
        <PersonAvatar person={person} presence={presence} />
        <Box flex={1} miw={0}>
          <Text size="sm" fw={550} truncate>{person.display_name}</Text>
          <Address person={person} us={us} />
        </Box>
        <Button size="xs" variant="light" loading={dm.isPending || federated.isPending} aria-label={texts.people.writeTo(person.display_name)} onClick={write}>{texts.people.write}</Button>
      </Group>
      {error && <ErrorProblem error={error} us={us} />}
    </li>
  );
}
