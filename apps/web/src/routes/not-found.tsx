import { Button } from '@mantine/core';
import { Link } from 'react-router';
import { Empty } from '../components/loaded.js';
import { texts } from '../texts/en.js';

export function NotFoundPage() {
  return (
    <Empty title={texts.app.notFound}>
      <Button mt="sm" component={Link} to="/">{texts.app.toRooms}</Button>
    </Empty>
  );
}
