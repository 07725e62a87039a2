// One attempt at a time to change the server, and what came of it: for the first run and the settings.
import { ref } from 'vue'
import type { ErrorCode, Result } from '../../contract/errors.ts'
import { useServer } from './server.ts'

export function useServerChoice(chosen: () => void) {
  const server = useServer()
  const busy = ref<'host' | 'use' | null>(null)
  const problem = ref<{ at: 'host' | 'use'; code: ErrorCode } | null>(null)

  async function attempt(at: 'host' | 'use', request: () => Promise<Result<null>>): Promise<void> {
    if (busy.value) return
    busy.value = at
    problem.value = null
    const result = await request()
    busy.value = null
    if (result.ok) chosen()
    else problem.value = { at, code: result.code }
  }

  return {
    busy,
    problem,
    host: () => attempt('host', server.host),
    use: (url: string, channelBinding: boolean) => attempt('use', () => server.use(url, channelBinding)),
  }
}
