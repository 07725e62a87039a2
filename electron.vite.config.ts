import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      // Two entries: the app, and the signaling server that the app starts by file path as a process of its own.
      rollupOptions: {
        input: { index: resolve('main/index.ts'), 'signaling-server': resolve('signaling-server/cli.ts') },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      // A sandboxed preload is CommonJS and a single file.
      rollupOptions: {
        input: { index: resolve('preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'renderer',
    plugins: [vue()],
    // The package's own entry needs Node's globals and dies in a page (feross/simple-peer#883); its bundle does not.
    resolve: { alias: { 'simple-peer': 'simple-peer/simplepeer.min.js' } },
    build: {
      outDir: 'out/renderer',
      rollupOptions: {
        input: {
          index: resolve('renderer/index.html'),
          alert: resolve('renderer/alert.html'),
          picker: resolve('renderer/picker.html'),
        },
      },
    },
  },
})
