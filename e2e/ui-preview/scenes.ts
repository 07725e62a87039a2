// Every screen once: the truth it shows and the steps that lead to it. Read by the screen tests and for pictures.
import { callScenes } from './call-scenes.ts'
import { chatScenes } from './chat-scenes.ts'
import { doctorScenes } from './doctor-scenes.ts'
import { homeScenes } from './home-scenes.ts'
import type { Scene } from './scene.ts'
import { settingsScenes } from './settings-scenes.ts'
import { startScenes } from './start-scenes.ts'
import { videoScenes } from './video-scenes.ts'

export const scenes: readonly Scene[] = [
  ...startScenes,
  ...homeScenes,
  ...settingsScenes,
  ...callScenes,
  ...videoScenes,
  ...chatScenes,
  ...doctorScenes,
]
