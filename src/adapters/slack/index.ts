export type { HttpAnswer } from './http-receiver.ts';
export { type SlackOptions, type SlackRoom, slackChat } from './slack-chat.ts';
