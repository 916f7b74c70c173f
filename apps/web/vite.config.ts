import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const protocol = fileURLToPath(new URL('../../libs/protocol/src/index.ts', import.meta.url));

/** Where `vite dev` finds a running API; the Host header stays that of the browser, because it selects the tenant. */
const api = { target: 'http://127.0.0.1:8000', changeOrigin: false };

const WORTH_PACKING_BYTES = 1_000;

/** Scripts and styles are packed once, here, and sent as they are: beside each file the same one as `.br` and `.gz`. */
const packed: Plugin = {
  name: 'packed',
  async writeBundle({ dir = '' }, files) {
    for (const file of Object.values(files)) {
      const content = file.type === 'chunk' ? file.code : file.source;
      if (!/\.(js|css)$/.test(file.fileName) || content.length < WORTH_PACKING_BYTES) continue;
      await writeFile(join(dir, `${file.fileName}.br`), await promisify(brotliCompress)(content));
      await writeFile(join(dir, `${file.fileName}.gz`), await promisify(gzip)(content, { level: 9 }));
    }
  },
};

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react(), packed],
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
