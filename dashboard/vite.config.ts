import { defineConfig } from 'vite';

/** The page: static files with relative addresses, so that it works under any path, and nothing inline, so that a strict CSP holds. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // A data: address would need a wider CSP.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
  },
  // `npm run dev:dashboard` beside `understudy dashboard` or a controller.
  server: { proxy: { '/api': process.env['UNDERSTUDY_API'] ?? 'http://127.0.0.1:8080' } },
});
