// Starts the main window: the mirror of main's truth, the media half with its tones and devices, and the screens.
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { createTexts } from './locales/texts.ts'
import { createCallDoctor } from './media/call-doctor.ts'
import { createCallMedia } from './media/call-media.ts'
import { shell } from './shell.ts'
import { useMedia } from './stores/media.ts'
import { useNavigation } from './stores/navigation.ts'
import { useQuality } from './stores/quality.ts'
import { useViews } from './stores/views.ts'

const pinia = createPinia()

const media = useMedia(pinia)
const doctor = createCallDoctor({ shell, changed: useQuality(pinia).heard })
const callMedia = createCallMedia({ shell, doctor })
media.files = callMedia.files
callMedia.subscribe((streams) => {
  media.streams = streams
})

// Only a wake-up call: which networks there are is main's to see.
addEventListener('online', () => void shell['network.online']({}))

shell.on.show(useNavigation(pinia).show)
void useViews(pinia).connect(shell)
createApp(App).use(pinia).use(createTexts()).mount('#app')
