// The pictures of the call, for the screen only. Opening and closing them is the media half's, not this one's.
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { noStreams } from '../media/call-media.ts'

export const useMedia = defineStore('media', () => {
  const streams = shallowRef(noStreams)
  return { streams }
})
