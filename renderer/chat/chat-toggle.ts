/** Of the button that opens the chat: the focus goes back to it. */
export const chatToggleId = 'chat-toggle'
