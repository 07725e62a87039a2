// Starts the picker window, where a person chooses which screen to share. It sees no call and has no media.
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { createTexts } from './locales/texts.ts'
import PickerApp from './sharing/PickerApp.vue'
import { shell } from './shell.ts'
import { useViews } from './stores/views.ts'

const pinia = createPinia()
void useViews(pinia).connect(shell)
createApp(PickerApp).use(pinia).use(createTexts()).mount('#app')
