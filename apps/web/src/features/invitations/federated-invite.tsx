import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconCircleCheck, IconEye } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import type { Invitation, Room } from '../../api/types.js';
import { ErrorProblem } from '../../components/problem.js';
import { texts } from '../../texts/en.js';
import { useSession } from '../session/session.js';
import { checkFqid } from './check-fqid.js';
import { ServerState } from './server-state.js';
import { useInviteFederated } from './use-invitations.js';

/** FQID → what is known of its server → Invite → what both servers answered. */
export function FederatedInvite({ room, onClose }: { room: Room; onClose: () => void }) {
  const { us } = useSession();
  const [text, setText] = useState('');
  const invite = useInviteFederated(room.id);
  const check = checkFqid(text);
  const isOwn = check.ok && check.serverName === us;
  const theirs = check.ok && !isOwn ? check.serverName : null;
  const sentence = check.ok ? (isOwn ? texts.invite.ownServer(us) : null) : check.sentence;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (check.ok && theirs) invite.mutate(check.fqid);
  };
  const change = (next: string) => {
    setText(next);
    invite.reset();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput label={texts.invite.fqid} placeholder={texts.invite.fqidHint} data-autofocus autoFocus autoCapitalize="none" autoComplete="off" spellCheck={false} value={text} error={sentence} onChange={(event) => change(event.currentTarget.value)} />
        <Readable theirs={theirs} />
        {theirs && !invite.data && !invite.error && <ServerState serverName={theirs} />}
        {invite.error && <ErrorProblem error={invite.error} us={us} />}
        {invite.data && <Sent invitation={invite.data} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>{invite.data ? texts.app.done : texts.app.cancel}</Button>
          <Button type="submit" loading={invite.isPending} disabled={!theirs || Boolean(invite.data)}>{texts.invite.button}</Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Said where a person invites, not hidden: both servers can read the room. */
function Readable({ theirs }: { theirs: string | null }) {
  const { us } = useSession();
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <IconEye size={18} style={{ flex: 'none', marginTop: 1, opacity: 0.7 }} />
      <Text size="xs" c="dimmed">{texts.invite.readable(us, theirs ?? texts.invite.theirServer)}</Text>
    </Group>
  );
}

function Sent({ invitation }: { invitation: Invitation }) {
  const sentence = invitation.state === 'sending' ? texts.invite.sending(invitation.invitee) : texts.invite.pending(invitation.invitee);
  return <Alert role="status" color="teal" icon={<IconCircleCheck size={20} />}>{sentence}</Alert>;
}
