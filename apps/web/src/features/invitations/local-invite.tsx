import { Button, Group, Loader, Select, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState, type FormEvent } from 'react';
import type { Room } from '../../api/types.js';
import { notifyDone } from '../../components/notify.js';
import { ErrorProblem } from '../../components/problem.js';
import { texts } from '../../texts/en.js';
import { joined, useInviteLocal, useMembers } from '../members/use-members.js';
import { usePeople } from '../people/use-people.js';
import { useSession } from '../session/session.js';

/** People of this server who are not in the room yet, by name. */
function useCandidates(roomId: string, search: string) {
  const { us } = useSession();
  const [query] = useDebouncedValue(search.trim().replace(/ \(@.*\)$/, '').toLowerCase(), 200);
  const people = usePeople(query, 'local', us);
  const members = useMembers(roomId);
  const inside = new Set(joined(members.data).map((member) => member.participant_id));
  const found = people.data ?? [];
  const options = found.filter((person) => !inside.has(person.id)).map((person) => ({ value: person.id, label: `${person.display_name} (@${person.local_id})` }));
  return { people, options, isEverybodyIn: found.length > 0 && options.length === 0 };
}

export function LocalInvite({ room, onClose }: { room: Room; onClose: () => void }) {
  const [search, setSearch] = useState('');
  const [personId, setPersonId] = useState<string | null>(null);
  const { people, options, isEverybodyIn } = useCandidates(room.id, search);
  const { us } = useSession();
  const invite = useInviteLocal(room.id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const label = options.find(({ value }) => value === personId)?.label ?? '';
    if (!personId) return;
    invite.mutate(personId, {
      onSuccess: () => {
        notifyDone(room.host === us ? texts.invite.addedLocal(label) : texts.invite.sentLocal(label));
        onClose();
      },
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Select
          label={texts.invite.person}
          placeholder={texts.invite.personHint}
          searchable
          data={options}
          filter={({ options: all }) => all}
          value={personId}
          onChange={setPersonId}
          searchValue={search}
          onSearchChange={setSearch}
          nothingFoundMessage={people.isFetching ? <Loader size="xs" /> : <Text size="sm">{isEverybodyIn ? texts.invite.everybodyIn : texts.invite.nobody}</Text>}
        />
        {people.error && <ErrorProblem error={people.error} isRetrying={people.isFetching} onRetry={() => void people.refetch()} />}
        {invite.error && <ErrorProblem error={invite.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>{texts.app.cancel}</Button>
          <Button type="submit" loading={invite.isPending} disabled={!personId}>{texts.invite.button}</Button>
        </Group>
      </Stack>
    </form>
  );
}
