// The pictures of the call, for the screen only. Opening and closing them is the media half's, not this one's.
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { noStreams } from '../media/call-media.ts'
import type { Files } from '../media/files.ts'

export const useMedia = defineStore('media', () => {
  const streams = shallowRef(noStreams)
  /** The bytes of files in the chat; null in a window without a media half. */
  const files = shallowRef<Files | null>(null)
  return { streams, files }
})
