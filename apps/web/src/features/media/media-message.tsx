import { Anchor, Box, Button, Group, Loader, Modal, Paper, Stack, Text, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconDownload, IconFile, IconPhotoOff } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { api, dataOf, problemFrom } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import type { RoomEvent } from '../../api/types.js';
import { texts } from '../../texts/en.js';
import { mediaTexts } from '../../texts/en-media.js';
import { useSession } from '../session/session.js';
import { addressOfMedia, factsOf, fit, mediaProblemText, sizeText, type MediaFacts } from './media-facts.js';

const MOST = { width: 360, height: 300 };

/** The file of a message: a picture as one, sound and film with their players, everything else as a card. */
export default function MediaMessage({ event }: { event: RoomEvent }) {
  const media = factsOf(event);
  if (!media) return <Text size="sm" c="dimmed" fs="italic">{texts.chat.unsupported}</Text>;
  if (media.isPicture) return <Picture media={media} />;
  return (
    <Stack gap={6}>
      {media.mimeType.startsWith('video/') && <video controls preload="none" src={addressOfMedia(media)} aria-label={media.name} style={{ maxWidth: '100%', maxHeight: 300, borderRadius: 8 }} />}
      {media.mimeType.startsWith('audio/') && <audio controls preload="none" src={addressOfMedia(media)} aria-label={media.name} style={{ maxWidth: '100%' }} />}
      <FileCard media={media} />
    </Stack>
  );
}

/** What our server knows of a file; of another server's, once it has got it. */
function useInfo({ id, server }: MediaFacts, isWanted: boolean) {
  return useQuery({
    queryKey: keys.media(server, id),
    queryFn: ({ signal }) => dataOf(api.GET('/v1/media/{media_id}/info', { params: { path: { media_id: id }, query: { server } }, signal })),
    enabled: isWanted, retry: false, staleTime: Infinity,
  });
}

function Picture({ media }: { media: MediaFacts }) {
  const [state, setState] = useState<'loading' | 'shown' | 'failed'>('loading');
  const [attempt, setAttempt] = useState(0);
  const [isLarge, setLarge] = useState(false);
  const { width, height } = fit(media, MOST);
  if (state === 'failed') {
    const again = () => {
      setAttempt((before) => before + 1);
      setState('loading');
    };
    return <MissingPicture media={media} onRetry={again} />;
  }
  return (
    <>
      <UnstyledButton aria-label={mediaTexts.open(media.name)} onClick={() => setLarge(true)} pos="relative" display="block" maw="100%" style={{ borderRadius: 8, overflow: 'hidden' }}>
        <img
          key={attempt}
          src={addressOfMedia(media, media.hasThumbnail ? '/thumbnail' : '')}
          alt={media.name}
          width={width}
          height={height}
          loading="lazy"
          onLoad={() => setState('shown')}
          onError={() => setState('failed')}
          style={{ display: 'block', maxWidth: '100%', height: 'auto', aspectRatio: `${width} / ${height}`, objectFit: 'contain', background: 'var(--mantine-color-default-hover)' }}
        />
        {state === 'loading' && <Box pos="absolute" inset={0} display="grid" style={{ placeItems: 'center' }} role="status" aria-label={mediaTexts.loading(media.name)}><Loader size="sm" /></Box>}
      </UnstyledButton>
      {isLarge && <Lightbox media={media} onClose={() => setLarge(false)} />}
    </>
  );
}

/** Why it is not there; asked for now, because a picture alone does not tell. */
function MissingPicture({ media, onRetry }: { media: MediaFacts; onRetry: () => void }) {
  const { us } = useSession();
  const info = useInfo(media, true);
  if (info.data) return <Stack gap={6}><Text size="xs" c="dimmed">{mediaTexts.notShown}</Text><FileCard media={media} /></Stack>;
  return (
    <Paper withBorder p="sm" maw={MOST.width} role={info.isFetching ? 'status' : 'alert'}>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        {info.isFetching ? <Loader size="xs" /> : <IconPhotoOff size={20} style={{ flex: 'none' }} />}
        <Stack gap={6} align="flex-start">
          <Text size="sm">{media.name}</Text>
          <Text size="xs" c="dimmed">{info.isFetching ? mediaTexts.fetching(media.server) : mediaProblemText(problemFrom(info.error), media.server === us ? null : media.server)}</Text>
          {!info.isFetching && <Button size="compact-xs" variant="light" onClick={() => void info.refetch().then(({ isSuccess }) => isSuccess && onRetry())}>{texts.app.retry}</Button>}
        </Stack>
      </Group>
    </Paper>
  );
}

function Lightbox({ media, onClose }: { media: MediaFacts; onClose: () => void }) {
  const [isThere, setThere] = useState(false);
  return (
    <Modal opened onClose={onClose} title={media.name} size="auto" centered closeButtonProps={{ 'aria-label': texts.app.close }} styles={{ title: { overflow: 'hidden', textOverflow: 'ellipsis' } }}>
      <Stack align="center" miw={{ base: 0, sm: 320 }}>
        {!isThere && <Loader size="sm" role="status" aria-label={mediaTexts.loading(media.name)} />}
        <img src={addressOfMedia(media)} alt={media.name} onLoad={() => setThere(true)} onError={() => setThere(true)} style={{ maxWidth: '100%', maxHeight: '75dvh', objectFit: 'contain' }} />
        <Group>
          <Anchor size="sm" href={addressOfMedia(media)} target="_blank" rel="noopener">{mediaTexts.newTab}</Anchor>
          <Anchor size="sm" href={addressOfMedia(media)} download={media.name}>{mediaTexts.save}</Anchor>
        </Group>
      </Stack>
    </Modal>
  );
}

/** Another server's file is fetched by ours when somebody wants it: only then is it saved, or said why not. */
function FileCard({ media }: { media: MediaFacts }) {
  const { us } = useSession();
  const link = useRef<HTMLAnchorElement>(null);
  const isForeign = media.server !== us;
  const info = useInfo(media, false);
  const save = () => {
    if (!isForeign) link.current?.click();
    else void info.refetch().then(({ isSuccess }) => isSuccess && link.current?.click());
  };
  return (
    <Paper withBorder p="sm" maw={MOST.width}>
      <Group gap="sm" wrap="nowrap">
        <IconFile size={28} style={{ flex: 'none' }} />
        <Box flex={1} miw={0}>
          <Text size="sm" truncate title={media.name}>{media.name}</Text>
          <Text size="xs" c="dimmed">{info.isFetching ? mediaTexts.fetching(media.server) : media.size !== null && sizeText(media.size)}</Text>
        </Box>
        <Button size="compact-sm" variant="light" loading={info.isFetching} leftSection={<IconDownload size={16} />} aria-label={mediaTexts.download(media.name)} onClick={save}>{mediaTexts.save}</Button>
        <a ref={link} href={addressOfMedia(media)} download={media.name} hidden aria-hidden="true" tabIndex={-1}>{media.name}</a>
      </Group>
      {info.error !== null && !info.isFetching && <Text role="alert" size="xs" mt={6}>{mediaProblemText(problemFrom(info.error), isForeign ? media.server : null)}</Text>}
    </Paper>
  );
}
