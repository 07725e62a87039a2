import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          include: ['{contract,sp1,main,signaling-server,build,e2e,bench}/**/*.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        plugins: [vue()],
        test: { name: 'dom', environment: 'jsdom', include: ['renderer/**/*.test.ts'], testTimeout: 20_000 },
      },
    ],
  },
})
