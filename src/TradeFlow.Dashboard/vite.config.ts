import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { sonnerWithoutStyleElement } from './vite.sonner.ts';

const server = `http://localhost:${process.env['TRADEFLOW_PORT'] ?? '8080'}`;

export default defineConfig({
  plugins: [react(), tailwindcss(), sonnerWithoutStyleElement()],
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
            // What only the palette needs comes with it, when it is opened first.
            { name: 'vendor', test: /node_modules\/(?!cmdk\/)/ },
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
