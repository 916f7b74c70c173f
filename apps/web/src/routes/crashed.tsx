import { Button } from '@mantine/core';
import { Empty } from '../components/loaded.js';
import { texts } from '../texts/en.js';

/** For faults of the app itself; refusals of the server are shown where they happen. */
export function Crashed() {
  return (
    <Empty title={texts.app.crashed}>
      <Button mt="sm" onClick={() => window.location.reload()}>{texts.app.reload}</Button>
    </Empty>
  );
}
