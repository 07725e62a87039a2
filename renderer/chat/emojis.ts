// A few that are used most. Every other one can be typed or pasted: a text takes them all.
export const emojis = [
  ...['😀', '😄', '😂', '😊', '🙂', '😉', '😍', '😘', '😎', '🤔', '😐', '😕', '😢', '😭', '😡', '😱'],
  ...['👍', '👎', '👏', '🙏', '👋', '💪', '👌', '✌️', '❤️', '🎉', '🔥', '⭐', '☕', '✅', '❌', '❓'],
] as const
