import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { sonnerWithoutStyleElement } from './vite.sonner.ts';
import { compressedBeside, weightLimit } from './vite.weight.ts';

const server = `http://localhost:${process.env['TRADEFLOW_PORT'] ?? '8080'}`;

// What a chart, the palette, a form, a menu or a code to scan needs comes with it.
const onDemand = ['lightweight-charts', 'cmdk', 'react-hook-form', 'qrcode.react', '@floating-ui/dom', '@radix-ui/react-menu', '@radix-ui/react-select'];

export default defineConfig({
  plugins: [react(), tailwindcss(), sonnerWithoutStyleElement(), weightLimit(200_000, onDemand), compressedBeside()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: 'es2023',
    // Small files stay files: a data: URI for a font would need a hole in the CSP.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        advancedChunks: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\// },
            // Loaded with the first chart, not with the page.
            { name: 'charts', test: /node_modules\/(lightweight-charts|fancy-canvas)\// },
            // What the first screen does not need comes with whatever needs it first: the palette, forms, menus, the QR code.
            { name: 'vendor', test: /node_modules\/(?!cmdk\/|react-hook-form\/|qrcode\.react\/|@floating-ui\/|@radix-ui\/react-(menu|popper|dropdown-menu|select|switch|radio-group|roving-focus|tabs)\/)/ },
            // One file instead of a dozen small ones: what nearly every screen shows.
            { name: 'shared', test: /\/src\/(ui\/(badge|copy-button|meter|money|page-title|panel|states|table|trace)|app\/(account-label|account-select|totals|when|equity\/equity-chart))\.tsx?$|\/src\/api\/queries\// },
          ],
        },
      },
    },
  },
  server: {
    port: 5173,
    proxy: {
      '/api': server,
      '/auth': server,
      '/register': server,
      '/webhook': server,
      '/ws': { target: server, ws: true },
    },
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['./test/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.ts'],
    restoreMocks: true,
    // A busy machine is slow, not wrong.
    testTimeout: 30_000,
  },
});
