import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const protocol = fileURLToPath(new URL('../../libs/protocol/src/index.ts', import.meta.url));

/** Where `vite dev` finds a running API; the Host header stays that of the browser, because it selects the tenant. */
const api = { target: 'http://127.0.0.1:8000', changeOrigin: false };

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react()],
  resolve: { alias: { '@scaiwave/protocol': protocol } },
  server: { proxy: { '/v1/stream': { ...api, ws: true }, '/v1': api } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    chunkSizeWarningLimit: 500,
    rolldownOptions: {
      output: {
        // What changes with every release stays apart from what a browser may keep for long.
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler|react-router)\// },
            // Components that only dialogs, the administration or a file need stay in their chunks.
            { name: 'mantine', test: /node_modules\/(@mantine(?!\/(notifications|hooks\/esm\/use-(drag|long-press)|core\/esm\/components\/(Table|TagsInput|NumberInput|Progress|Modal|ModalBase|Drawer|ScrollArea|Checkbox|Radio|Select|Switch|SegmentedControl|FloatingIndicator|InlineInput|Pill|PillsInput|Accordion|Notification|CopyButton|Combobox\/OptionsDropdown))\/)|@floating-ui)\// },
          ],
        },
      },
    },
  },
});
