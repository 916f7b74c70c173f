// The browser app: chat for people, Admin → Federation for administrators. It knows the server only through the client API
// (`api/`), keeps what it read in one query cache, and lets the live stream change that cache (`api/live.ts`).
// Read first: routes/app-routes.tsx (what is where), then api/stream.ts and api/reduce-frame.ts (how it stays live),
// api/outbox.ts (how what is written gets out), features/chat/use-scroller.ts (how a long room is shown).
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './styles.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createQueryClient } from './api/query-client.js';
import { Notices } from './components/notices.js';
import { AppRoutes } from './routes/app-routes.js';
import { readableColors, theme } from './theme.js';

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={readableColors} defaultColorScheme="auto">
      <QueryClientProvider client={createQueryClient()}>
        <Notices />
        <AppRoutes />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
