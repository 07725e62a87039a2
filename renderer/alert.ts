// Starts the alert window. It has no media: the ring, like everything heard, is the main window's.
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import AlertApp from './AlertApp.vue'
import { createTexts } from './locales/texts.ts'
import { shell } from './shell.ts'
import { useViews } from './stores/views.ts'

const pinia = createPinia()
void useViews(pinia).connect(shell)
createApp(AlertApp).use(pinia).use(createTexts()).mount('#app')
