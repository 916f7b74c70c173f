import { ActionIcon, Button, Group, Menu } from '@mantine/core';
import { IconBan, IconDots, IconKey, IconPlayerPause, IconPlayerPlay, IconRefresh, IconShieldCheck, type Icon } from '@tabler/icons-react';
import { useState } from 'react';
import type { Peer } from '../../api/types.js';
import { Confirm } from '../../components/confirm.js';
import { texts } from '../../texts/en.js';
import { usePeerAction, type PeerVerb } from './use-peers.js';

interface Choice {
  verb: PeerVerb;
  label: string;
  icon: Icon;
  isDangerous?: boolean;
}

/** What makes sense in the peer's present state. */
function choicesFor(peer: Peer): Choice[] {
  const isBlocked = peer.state === 'blocked';
  const isPaused = peer.state === 'paused';
  const choices: (Choice | false)[] = [
    !isBlocked && !isPaused && { verb: 'retry', label: texts.peers.retryNow, icon: IconRefresh },
    !isBlocked && !isPaused && { verb: 'pause', label: texts.peers.pause, icon: IconPlayerPause },
    isPaused && { verb: 'resume', label: texts.peers.resume, icon: IconPlayerPlay },
    Boolean(peer.trust?.fingerprint) && peer.trust?.mode !== 'pinned' && { verb: 'pin', label: texts.peers.pin, icon: IconKey },
    isBlocked ? { verb: 'unblock', label: texts.peers.unblock, icon: IconShieldCheck } : { verb: 'block', label: texts.peers.block, icon: IconBan, isDangerous: true },
  ];
  return choices.filter((choice) => choice !== false);
}

function usePeerChoices(peer: Peer) {
  const action = usePeerAction(peer.server_name);
  const [isAsking, setAsking] = useState(false);
  const run = (choice: Choice) => (choice.isDangerous ? setAsking(true) : action.mutate(choice.verb));
  const confirm = isAsking && (
    <Confirm title={texts.peers.blockSure(peer.server_name)} text={texts.peers.blockText} action={texts.peers.block} isBusy={action.isPending} onClose={() => setAsking(false)} onConfirm={() => action.mutate('block', { onSettled: () => setAsking(false) })} />
  );
  return { choices: choicesFor(peer), run, confirm, isBusy: action.isPending, busyVerb: action.variables };
}

export function PeerMenu({ peer }: { peer: Peer }) {
  const { choices, run, confirm } = usePeerChoices(peer);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label={texts.peers.actions(peer.server_name)}><IconDots size={18} /></ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {choices.map((choice) => <Menu.Item key={choice.verb} color={choice.isDangerous ? 'red' : undefined} leftSection={<choice.icon size={16} />} onClick={() => run(choice)}>{choice.label}</Menu.Item>)}
        </Menu.Dropdown>
      </Menu>
      {confirm}
    </>
  );
}

export function PeerButtons({ peer }: { peer: Peer }) {
  const { choices, run, confirm, isBusy, busyVerb } = usePeerChoices(peer);
  return (
    <Group gap="xs">
      {choices.map((choice) => (
        <Button key={choice.verb} size="xs" variant={choice.isDangerous ? 'light' : 'default'} color={choice.isDangerous ? 'red' : undefined} leftSection={<choice.icon size={16} />} loading={isBusy && busyVerb === choice.verb} onClick={() => run(choice)}>{choice.label}</Button>
      ))}
      {confirm}
    </Group>
  );
}
